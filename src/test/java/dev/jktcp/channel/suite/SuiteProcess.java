package dev.jktcp.channel.suite;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs tests of others in a JVM of their own, in a network namespace that has loopback only. */
final class SuiteProcess {
  /** The last is the worst. */
  private static final List<String> VERDICTS = List.of("ok", "skipped", "failed");

  /**
   * Netty's tests of connects that nobody answers go to 198.51.100.254 (RFC 5737), and loopback
   * drops what is for no address of its own. The shell becomes the JVM.
   */
  private static final String IN_NAMESPACE =
      "ip link set lo up && ip route add 198.51.100.0/24 dev lo src 127.0.0.1 && exec \"$@\"";

  private static final String TUN =
      "ip tuntap add dev %1$s mode tun && ip addr add %2$s/24 dev %1$s && ip link set %1$s up && "
          .formatted(LoopbackProvider.TUN, LoopbackProvider.KERNELS);

  private final String classPath;
  private final Path logs; // what the tests print

  SuiteProcess(String classPath, Path logs) throws IOException {
    this.classPath = classPath;
    this.logs = Files.createDirectories(logs);
  }

  /**
   * The verdict of each test, of one with several arguments the worst; one that does not end within
   * the minutes has none.
   *
   * @param what each {@code CLASS} or {@code CLASS#METHOD}, several methods with commas between
   */
  Map<String, String> run(Way way, List<String> what, int minutes) throws Exception {
    String name = (way.name() + "-" + String.join("-", what)).replaceAll("[^A-Za-z0-9_.#-]", "_");
    File log = logs.resolve(name.substring(0, Math.min(120, name.length())) + ".txt").toFile();
    Process process = new ProcessBuilder(command(way, what)).redirectError(log).start();
    CompletableFuture.delayedExecutor(minutes, TimeUnit.MINUTES).execute(process::destroyForcibly);
    Map<String, String> verdicts = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (!line.startsWith(SuiteRun.LINE)) continue;
        String[] parts = line.substring(SuiteRun.LINE.length()).split(" ", 2);
        verdicts.merge(parts[1], parts[0], SuiteProcess::worse);
      }
    }
    process.waitFor();
    if (verdicts.isEmpty()) throw new IOException("no result of " + what + ", see " + log);
    return verdicts;
  }

  private static String worse(String one, String other) {
    return VERDICTS.indexOf(one) > VERDICTS.indexOf(other) ? one : other;
  }

  private List<String> command(Way way, List<String> what) {
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "-n", "sh", "-c", (way == Way.TUN ? TUN : "") + IN_NAMESPACE, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-Xmx800m", way.option(), "-cp", classPath));
    command.add(SuiteRun.class.getName());
    command.addAll(what);
    return command;
  }
}
