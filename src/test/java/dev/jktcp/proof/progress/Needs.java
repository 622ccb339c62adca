package dev.jktcp.proof.progress;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a test needs beyond JDK and Maven. Without it the test is skipped, by the name of what is
 * missing. CI has all: {@code -Dneeds=programs} makes a test fail that lacks one, {@code
 * -Dneeds=all} one that lacks TUN, too.
 */
public final class Needs {
  private static final Path TUN = Path.of("/dev/net/tun");
  private static final int CAP_NET_ADMIN = 12; // linux/capability.h

  private static final String NEEDED = System.getProperty("jktcp.needs", "nothing");

  private Needs() {}

  /** A program on the PATH. */
  public static void program(String name) {
    need(isOnPath(name, System.getenv("PATH")), "no " + name, !NEEDED.equals("nothing"));
  }

  /** A TUN device, the right to make one, and what gives it addresses. */
  public static void tun() {
    boolean all = NEEDED.equals("all");
    need(Files.exists(TUN), "no " + TUN, all);
    need(mayAdministerNetworks(status()), "TUN needs root with CAP_NET_ADMIN", all);
    program("ip");
  }

  /** What a test found out by trying, as by {@link #tun}. */
  public static void missing(String what) {
    need(false, what, NEEDED.equals("all"));
  }

  static boolean isOnPath(String name, String path) {
    if (path == null) return false;
    for (String directory : path.split(File.pathSeparator)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) return true;
    }
    return false;
  }

  /** Root in a container may lack the right, and another user may have it. */
  static boolean mayAdministerNetworks(List<String> status) {
    for (String line : status) {
      if (!line.startsWith("CapEff:")) continue;
      long effective = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
      return (effective >> CAP_NET_ADMIN & 1) == 1;
    }
    return false;
  }

  private static List<String> status() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status"));
    } catch (IOException e) { // not Linux
      return List.of();
    }
  }

  private static void need(boolean there, String what, boolean isNeeded) {
    if (!there && isNeeded) fail(what + ", and it is needed here");
    assumeTrue(there, what);
  }
}
