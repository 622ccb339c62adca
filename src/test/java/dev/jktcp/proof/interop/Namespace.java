package dev.jktcp.proof.interop;

import com.sun.jna.Library;
import com.sun.jna.Native;
import dev.jktcp.proof.progress.Needs;
import dev.jktcp.transport.TunLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A Linux TCP of its own, in a network namespace: what is set there is seen by nothing else on this
 * machine. Sockets of the namespace are made by this process.
 */
final class Namespace implements AutoCloseable {
  private static final int O_RDONLY = 0;
  private static final int CLONE_NEWNET = 0x4000_0000; // sched.h

  private interface C extends Library {
    int open(String path, int flags);

    int setns(int file, int kind);

    int close(int file);
  }

  private static final C LIBRARY = Native.load("c", C.class);

  private final TunLab tun;
  private final String name;

  private Namespace(TunLab tun) {
    this.tun = tun;
    name = tun.name() + "ns";
  }

  /** Skips the test by name where there may be no namespaces. */
  static Namespace of(TunLab tun) {
    Needs.program("sysctl");
    Needs.program("ss");
    try {
      // The number of the device is ours: what has it was left by a process that was killed.
      if (Files.exists(Path.of("/run/netns", name(tun)))) tun.ip("netns", "del", name(tun));
      tun.ip("netns", "add", name(tun));
    } catch (IllegalStateException e) {
      Needs.missing("no network namespaces: " + e.getMessage());
    }
    return new Namespace(tun);
  }

  private static String name(TunLab tun) {
    return tun.name() + "ns";
  }

  /**
   * Takes the device, which is open, and gives it addresses.
   *
   * @param congestion the congestion control of what goes over it; a route may name one that a
   *     namespace may not have for its default
   * @param settings of the namespace, as {@code sysctl} reads them
   */
  void take(String v4, String v6, String congestion, String... settings) {
    tun.ip("link", "set", tun.name(), "netns", name);
    List<String> command = new ArrayList<>(List.of("netns", "exec", name, "sysctl", "-qw"));
    command.addAll(List.of(settings));
    tun.ip(command.toArray(String[]::new));
    tun.ip("-n", name, "addr", "add", v4 + "/24", "dev", tun.name(), "noprefixroute");
    tun.ip(
        "-n", name, "-6", "addr", "add", v6 + "/64", "dev", tun.name(), "nodad", "noprefixroute");
    tun.ip("-n", name, "link", "set", tun.name(), "up");
    String[] over = {"dev", tun.name(), "congctl", congestion};
    route("-4", v4.substring(0, v4.lastIndexOf('.')) + ".0/24", over);
    route("-6", v6.substring(0, v6.lastIndexOf(':')) + ":/64", over);
  }

  private void route(String family, String network, String... over) {
    List<String> command = new ArrayList<>(List.of("-n", name, family, "route", "add", network));
    command.addAll(List.of(over));
    tun.ip(command.toArray(String[]::new));
  }

  /** The result of the call, whose sockets are this namespace's. */
  <T> T within(KernelEnd.Call<T> call) throws IOException {
    CompletableFuture<T> result = new CompletableFuture<>();
    // A thread never leaves the namespace; it ends there.
    Thread thread =
        new Thread(
            () -> {
              try {
                enter();
                result.complete(call.call());
              } catch (IOException | RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    try {
      return result.join();
    } catch (CompletionException e) {
      throw new IOException("in " + name + ": " + e.getCause(), e.getCause());
    }
  }

  private void enter() throws IOException {
    int file = LIBRARY.open("/run/netns/" + name, O_RDONLY);
    if (file < 0) throw new IOException("cannot open the namespace: " + Native.getLastError());
    int result = LIBRARY.setns(file, CLONE_NEWNET);
    LIBRARY.close(file);
    if (result != 0) throw new IOException("cannot enter the namespace: " + Native.getLastError());
  }

  /** What {@code ss -tio} tells about the only connection here. */
  SocketFacts socket() throws IOException {
    Process ss =
        new ProcessBuilder("ip", "netns", "exec", name, "ss", "-tinoHO", "state", "established")
            .redirectErrorStream(true)
            .start();
    return new SocketFacts(new String(ss.getInputStream().readAllBytes()).strip());
  }

  /** With the namespace go its devices. */
  @Override
  public void close() {
    tun.ip("netns", "del", name);
  }
}
