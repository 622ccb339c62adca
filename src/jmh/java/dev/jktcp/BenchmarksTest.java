package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Docs;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The micro-benchmarks run, and the guide's command for them names what the pom has. */
class BenchmarksTest {
  private static final Path SOURCES = Path.of("src/jmh/java");
  private static final List<String> NAMES =
      List.of(
          "ChecksumBenchmark",
          "DemuxBenchmark",
          "ParseBenchmark",
          "WheelBenchmark",
          "WriteBenchmark");

  static List<Class<?>> benchmarks() throws Exception {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Path> sources =
          files.filter(file -> file.toString().endsWith("Benchmark.java")).sorted().toList();
      List<Class<?>> classes = new ArrayList<>();
      for (Path source : sources) {
        String name = SOURCES.relativize(source).toString().replace(".java", "").replace('/', '.');
        classes.add(Class.forName(name));
      }
      return classes;
    }
  }

  @Test
  void eachPlaceOfTheFastPath_hasOne() throws Exception {
    assertEquals(NAMES, benchmarks().stream().map(Class::getSimpleName).sorted().toList());
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void eachBenchmark_runsWithEachOfItsParameters(Class<?> type) throws Exception {
    List<Method> methods = annotated(type, Benchmark.class);
    assertTrue(!methods.isEmpty(), "nothing to measure");
    int most = 1;
    for (int turn = 0; turn < most; turn++) {
      Object state = type.getConstructor().newInstance();
      for (Field field : type.getFields()) {
        String[] values = field.getAnnotation(Param.class).value();
        most = Math.max(most, values.length);
        set(state, field, values[turn % values.length]);
      }
      for (Method setUp : annotated(type, Setup.class)) {
        setUp.invoke(state);
      }
      for (int round = 0; round < 3; round++) {
        for (Method method : methods) {
          Object result = method.invoke(state);
          assertTrue(result != null || method.getReturnType() == void.class, method.getName());
        }
      }
    }
  }

  private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
    return Stream.of(type.getMethods())
        .filter(method -> method.isAnnotationPresent(annotation))
        .toList();
  }

  private static void set(Object state, Field field, String value) throws Exception {
    if (field.getType() == int.class) {
      field.setInt(state, Integer.parseInt(value));
    } else {
      field.setBoolean(state, Boolean.parseBoolean(value));
    }
  }

  @Test
  void commandOfTheGuide_isThePoms() {
    String pom = Docs.read(Path.of("pom.xml"));
    Docs.says(Docs.GUIDE.resolve("internals.adoc"), "mvn -q -B -Pjmh process-test-classes");
    Docs.says(Docs.GUIDE.resolve("internals.adoc"), "-Djmh='Checksum -p length=1460'");
    String profile = pom.substring(pom.indexOf("<id>jmh</id>"));
    profile = profile.substring(0, profile.indexOf("</profile>"));
    assertTrue(profile.contains("<phase>process-test-classes</phase>"), profile);
    assertTrue(profile.contains("org.openjdk.jmh.Main ${jmh}"), profile);
    assertTrue(pom.contains("<jmh>Benchmark</jmh>"), "what runs without -Djmh");
  }
}
