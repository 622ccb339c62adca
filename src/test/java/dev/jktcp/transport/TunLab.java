package dev.jktcp.transport;

import dev.jktcp.proof.progress.Needs;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A TUN device name and test addresses nobody else on this machine uses, set up by {@code ip}. */
public final class TunLab {
  // Two builds at once on one machine: whoever binds the number's port has the number.
  private static final int FIRST_CLAIM_PORT = 29_000;

  private final int number;
  private final DatagramSocket claim;

  private TunLab(int number, DatagramSocket claim) {
    this.number = number;
    this.claim = claim;
  }

  /**
   * Skips the test by name where there is no root or no TUN. With both, a later failure is one of
   * the test.
   */
  public static TunLab orSkip() {
    Needs.tun();
    int first = ThreadLocalRandom.current().nextInt(256);
    for (int i = 0; i < 256; i++) {
      int number = (first + i) & 255;
      DatagramSocket claim = claim(number);
      if (claim == null) continue;
      TunLab lab = new TunLab(number, claim);
      if (!lab.exists()) return lab;
      claim.close();
    }
    throw new IllegalStateException("all of jk0..jk255 are taken");
  }

  private static DatagramSocket claim(int number) {
    try {
      return new DatagramSocket(FIRST_CLAIM_PORT + number, literal("127.0.0.1"));
    } catch (SocketException e) {
      return null;
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
    ip("link", "set", name(), "up");
    awaitLocalV6();
    return this;
  }

  /** Even without DAD the kernel takes an address into use a moment after it was given it. */
  private void awaitLocalV6() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!run("ip", "-6", "route", "get", kernelV6()).startsWith("local ")) {
      if (System.nanoTime() - deadline > 0) throw new IllegalStateException("no " + kernelV6());
    }
  }

  /** A device that is not persistent may go by itself, even while we look at it. */
  public void remove() {
    try {
      if (exists()) ip("link", "del", name());
    } catch (IllegalStateException e) {
      if (exists()) throw e;
    } finally {
      claim.close();
    }
  }

  public TunLab ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
    return this;
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0)
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
