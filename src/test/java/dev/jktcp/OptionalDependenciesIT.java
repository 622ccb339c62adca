package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.examples.EchoOverPipe;
import dev.jktcp.testkit.Docs;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The library in a process whose path has none of the dependencies that are optional. */
@Timeout(120)
class OptionalDependenciesIT {
  /** Of the tests alone; Vert.x finds it by itself, and it has to have Micrometer. */
  private static final String NEEDS_THEM = "vertx-micrometer-metrics";

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

  private static List<String> run(List<String> path, String... types) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-cp",
                    String.join(File.pathSeparator, path),
                    Application.class.getName()),
                Arrays.stream(types))
            .collect(Collectors.toList());
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

  /** Whoever requires the module need not have them either. */
  @Test
  void module_requiresThemStatically() {
    String module = Docs.read(Path.of("src/main/java/module-info.java"));
    for (String name :
        List.of("info.picocli", "com.sun.jna", "io.vertx.codegen.api", "micrometer.core")) {
      assertTrue(
          Pattern.compile("requires static (transitive )?" + Pattern.quote(name) + ";")
              .matcher(module)
              .find(),
          name);
    }
  }
}
