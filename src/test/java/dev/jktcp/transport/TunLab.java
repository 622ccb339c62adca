package dev.jktcp.transport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A TUN device name and test addresses nobody else on this machine uses, set up by {@code ip}. */
public final class TunLab {
  private final int number;

  private TunLab(int number) {
    this.number = number;
  }

  /**
   * Skips the test by name where there is no root or no TUN; with both, whatever fails later is a
   * failure.
   */
  public static TunLab orSkip() {
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "skipped: no /dev/net/tun");
    assumeTrue(isRoot(), "skipped: TUN needs root");
    int first = ThreadLocalRandom.current().nextInt(256);
    for (int i = 0; i < 256; i++) {
      TunLab lab = new TunLab((first + i) & 255);
      if (!lab.exists()) return lab;
    }
    throw new IllegalStateException("all of jk0..jk255 are taken");
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | IllegalArgumentException | SecurityException e) {
      return false;
    }
  }

  public String name() {
    return "jk" + number;
  }

  public boolean exists() {
    return Files.exists(Path.of("/sys/class/net", name()));
  }

  public String kernelV4() {
    return "10.77." + number + ".1";
  }

  public String peerV4() {
    return "10.77." + number + ".2";
  }

  public String kernelV6() {
    return "fd66:77:" + Integer.toHexString(number) + "::1";
  }

  public String peerV6() {
    return "fd66:77:" + Integer.toHexString(number) + "::2";
  }

  /** A device that stays when nothing is attached to it. */
  public TunLab persistent() {
    return ip("tuntap", "add", "dev", name(), "mode", "tun");
  }

  /** Gives the device its kernel addresses and brings it up; both usable on return. */
  public TunLab up() {
    ip("addr", "add", kernelV4() + "/24", "dev", name());
    ip("-6", "addr", "add", kernelV6() + "/64", "dev", name(), "nodad");
    return ip("link", "set", name(), "up");
  }

  /** A device that is not persistent may go by itself, even while we look at it. */
  public void remove() {
    if (!exists()) return;
    try {
      ip("link", "del", name());
    } catch (IllegalStateException e) {
      if (exists()) throw e;
    }
  }

  public TunLab ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) throw new IllegalStateException(command + ": " + output);
    } catch (IOException e) {
      throw new IllegalStateException(command + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
