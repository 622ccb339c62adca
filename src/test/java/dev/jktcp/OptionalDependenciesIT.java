package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.examples.EchoOverPipe;
import dev.jktcp.testkit.Docs;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The library in a process whose path has none of the dependencies that are optional. */
@Timeout(120)
class OptionalDependenciesIT {
  /** Of the tests alone; Vert.x finds it by itself, and it has to have Micrometer. */
  private static final String NEEDS_THEM = "vertx-micrometer-metrics";

  /** What Vert.x itself requires, and nothing of ours that is optional. */
  private static final String REQUIRED = "(vertx-core|netty-|jackson-core).*\\.jar";

  private static final String USERS_MODULE = "module app { requires dev.jktcp; }";

  /** Uses the library, and says what came of it. */
  static final class Application {
    private Application() {}

    public static void main(String[] args) {
      Vertx vertx = Vertx.vertx();
      for (String name : args)
        System.out.println(name + (isThere(name) ? " is" : " is not") + " there");
      EchoOverPipe.run(vertx, "hello")
          .onComplete(
              echo -> {
                System.out.println(echo.succeeded() ? echo.result() : echo.cause());
                vertx.close();
              });
    }

    private static boolean isThere(String type) {
      try {
        Class.forName(type);
        return true;
      } catch (ClassNotFoundException absent) {
        return false;
      }
    }
  }

  /** Artifacts of the POM that are optional, or are there while it compiles only. */
  private static List<String> optional() {
    return Pattern.compile("(?s)<dependency>.*?</dependency>")
        .matcher(Docs.read(Path.of("pom.xml")))
        .results()
        .map(MatchResult::group)
        .filter(text -> text.contains("<optional>true<") || text.contains("<scope>provided<"))
        .map(text -> text.replaceFirst("(?s).*<artifactId>(.*?)</artifactId>.*", "$1"))
        .toList();
  }

  @Test
  void library_worksWithoutThem() throws Exception {
    List<String> optional = optional();
    assertTrue(
        optional.containsAll(List.of("picocli", "jna", "vertx-codegen-api")), optional::toString);
    List<String> all =
        Stream.of(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator)))
            .filter(entry -> !isArtifact(entry, NEEDS_THEM))
            .toList();
    List<String> rest =
        all.stream()
            .filter(entry -> optional.stream().noneMatch(name -> isArtifact(entry, name)))
            .toList();
    assertEquals(optional.size(), all.size() - rest.size(), "jars that were left out");
    assertEquals(
        List.of(
            "picocli.CommandLine is not there",
            "com.sun.jna.Native is not there",
            "io.vertx.codegen.annotations.DataObject is not there",
            "io.vertx.core.Vertx is there",
            "hello"),
        run(
            rest,
            "picocli.CommandLine",
            "com.sun.jna.Native",
            "io.vertx.codegen.annotations.DataObject",
            "io.vertx.core.Vertx"));
  }

  private static boolean isArtifact(String entry, String name) {
    return Path.of(entry).getFileName().toString().matches(Pattern.quote(name) + "-\\d.*\\.jar");
  }

  /** A module of a user's, compiled and started with the modules that are required. */
  @Test
  void module_worksWithoutThem(@TempDir Path dir) throws Exception {
    Path declared = Files.writeString(dir.resolve("module-info.java"), USERS_MODULE);
    String required = String.join(File.pathSeparator, required());
    String application = "examples/" + EchoOverPipe.class.getName().replace('.', '/') + ".java";
    StringWriter said = new StringWriter();
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-d",
                dir.toString(),
                "-p",
                required,
                declared.toString(),
                application);
    assertEquals(0, compiled, said::toString);
    assertEquals(
        List.of("echo: hello"),
        run(
            "-p",
            dir + File.pathSeparator + required,
            "-m",
            "app/" + EchoOverPipe.class.getName()));
  }

  private static List<String> required() {
    List<String> path = new ArrayList<>(List.of(Path.of("target", "classes").toString()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (Path.of(entry).getFileName().toString().matches(REQUIRED)) path.add(entry);
    }
    assertTrue(path.size() > 10, path::toString);
    return path;
  }

  private static List<String> run(List<String> path, String... types) throws Exception {
    return run(
        Stream.concat(
                Stream.of(
                    "-cp", String.join(File.pathSeparator, path), Application.class.getName()),
                Arrays.stream(types))
            .toArray(String[]::new));
  }

  private static List<String> run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
      return said.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }
}
