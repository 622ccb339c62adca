package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.proof.progress.Needs;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real PostgreSQL with a fresh cluster, at an address of the kernel. */
public final class PostgresServer implements AutoCloseable {
  /** Where Debian has it, one directory a version. */
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  private final Process process;
  private final Path programs;
  private final Path directory;
  private final int port;

  private PostgresServer(Process process, Path programs, Path directory, int port) {
    this.process = process;
    this.programs = programs;
    this.directory = directory;
    this.port = port;
  }

  /** Skips the test by name where the programs are missing. */
  public static PostgresServer orSkip(String host) throws Exception {
    Path programs = programs().orElse(null);
    if (programs == null) Needs.missing("no postgres, initdb and pgbench");
    Path directory = Files.createTempDirectory("jktcp-postgres");
    try {
      List<String> as = unprivileged(directory);
      Path data = directory.resolve("data");
      run(
          as,
          "" + programs.resolve("initdb"),
          "-D",
          "" + data,
          "-A",
          "trust",
          "-U",
          "postgres",
          "-N");
      Files.writeString(data.resolve("pg_hba.conf"), "host all all 0.0.0.0/0 trust\n");
      int port = RedisServer.freePort(host);
      List<String> command = new ArrayList<>(as);
      command.addAll(List.of("" + programs.resolve("postgres"), "-D", "" + data, "-F"));
      command.addAll(List.of("-h", host, "-p", "" + port, "-k", ""));
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      PostgresServer server = new PostgresServer(process, programs, directory, port);
      RedisServer.awaitListening(process, host, port);
      return server;
    } catch (Exception | AssertionError e) {
      delete(directory);
      throw e;
    }
  }

  private static Optional<Path> programs() throws IOException {
    List<Path> places = new ArrayList<>();
    for (String place : System.getenv("PATH").split(File.pathSeparator)) places.add(Path.of(place));
    if (Files.isDirectory(DEBIAN)) {
      try (Stream<Path> versions = Files.list(DEBIAN)) {
        versions.sorted().map(version -> version.resolve("bin")).forEach(places::add);
      }
    }
    return places.stream()
        .filter(place -> Files.isExecutable(place.resolve("postgres")))
        .filter(place -> Files.isExecutable(place.resolve("initdb")))
        .filter(place -> Files.isExecutable(place.resolve("pgbench")))
        .findFirst();
  }

  /** What a command begins with to run unprivileged: PostgreSQL refuses to run as root. */
  private static List<String> unprivileged(Path directory) throws Exception {
    if (!System.getProperty("user.name").equals("root")) return List.of();
    Needs.program("setpriv");
    run(List.of(), "chown", "nobody", "" + directory);
    return List.of("setpriv", "--reuid=nobody", "--clear-groups");
  }

  private static String run(List<String> as, String... command) throws Exception {
    List<String> whole = new ArrayList<>(as);
    whole.addAll(List.of(command));
    Process process =
        new ProcessBuilder(whole).directory(new File("/")).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  /**
   * Runs pgbench.
   *
   * @return what it said
   */
  String bench(String host, int at, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add("" + programs.resolve("pgbench"));
    command.addAll(List.of("-h", host, "-p", "" + at, "-U", "postgres"));
    command.addAll(List.of(arguments));
    command.add("postgres");
    return run(List.of(), command.toArray(String[]::new));
  }

  public int port() {
    return port;
  }

  @Override
  public void close() throws IOException {
    process.destroy(); // takes its children along
    process.onExit().join();
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
