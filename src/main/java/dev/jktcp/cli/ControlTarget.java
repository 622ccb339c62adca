package dev.jktcp.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the process that the user means. */
final class ControlTarget {
  private static final String URI = "unix:";

  private final ControlDirectory directory;

  ControlTarget(ControlDirectory directory) {
    this.directory = directory;
  }

  /**
   * Connects to one process, or to each running command.
   *
   * @param target a process id, or {@code unix:PATH} of a verticle's control socket; null: all
   * @throws IOException with one line if no process is found
   */
  List<ControlClient> connect(String target) throws IOException {
    if (target != null && target.startsWith(URI)) {
      return List.of(connect(Path.of(target.substring(URI.length())), target));
    }
    if (target != null && !target.matches("\\d{1,18}")) {
      throw new BadUsage("TARGET '" + target + "': a process id, or unix:PATH");
    }
    List<ControlClient> all = new ArrayList<>();
    for (long pid : directory.pids()) {
      if (target == null || Long.parseLong(target) == pid) {
        ControlClient client = ifAlive(pid);
        if (client != null) {
          all.add(client);
        }
      }
    }
    if (all.isEmpty()) {
      throw new IOException(
          target == null
              ? "no command of this user is running"
              : "no running command has process id " + target + running());
    }
    return all;
  }

  private String running() throws IOException {
    List<String> running = new ArrayList<>();
    for (long pid : directory.pids()) {
      try (ControlClient client = ifAlive(pid)) {
        if (client != null) {
          running.add(String.valueOf(pid));
        }
      }
    }
    return running.isEmpty() ? "" : "; running are " + String.join(", ", running);
  }

  private static ControlClient connect(Path path, String target) throws IOException {
    try {
      return new ControlClient(path, target);
    } catch (IOException | IllegalArgumentException refused) {
      throw new IOException(
          "cannot connect to "
              + target
              + (Files.exists(path) ? ": no process listens there" : ": no such file"),
          refused);
    }
  }

  /** A killed process left its socket, which is removed. */
  private ControlClient ifAlive(long pid) throws IOException {
    Path socket = directory.socketOf(pid);
    try {
      return new ControlClient(socket, "process " + pid);
    } catch (ConnectException stale) {
      Files.deleteIfExists(socket);
      return null;
    } catch (IOException ended) {
      return null;
    }
  }
}
