package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedElement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of requirements and the labels of the tests say the same. */
class RequirementsTest {
  private static final String EXCEPTION = "EXCEPTION: ";

  @Test
  void everyLabelOfATest_isInTheTableAsTested() throws Exception {
    Map<String, String> table = table();
    Set<String> missing = new TreeSet<>(labelsOfTests());
    missing.removeIf(label -> "TESTED".equals(table.get(label)));
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyTestedRow_hasATest_andEveryOtherItsReason() throws Exception {
    Set<String> labels = labelsOfTests();
    List<String> wrong = new ArrayList<>();
    table()
        .forEach(
            (label, status) -> {
              boolean fine =
                  status.equals("TESTED")
                      ? labels.contains(label)
                      : status.startsWith(EXCEPTION) && status.length() > EXCEPTION.length();
              if (!fine) {
                wrong.add(label + " | " + status);
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyMustAndShouldOfRfc9293_isInTheTable() throws Exception {
    Set<String> rows = table().keySet();
    List<String> missing =
        Stream.concat(
                IntStream.rangeClosed(1, 69).mapToObj(n -> "9293 MUST-" + n),
                IntStream.rangeClosed(1, 31).mapToObj(n -> "9293 SHLD-" + n))
            .filter(label -> !rows.contains(label))
            .toList();
    assertEquals(List.of(), missing);
  }

  private static Map<String, String> table() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    try (InputStream in = RequirementsTest.class.getResourceAsStream("requirements.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(
              line -> {
                String[] cells = line.split("\\s*\\|\\s*");
                assertEquals(4, cells.length, line);
                assertTrue(rows.put(cells[0], cells[3]) == null, "twice: " + cells[0]);
              });
    }
    return rows;
  }

  private static Set<String> labelsOfTests() throws Exception {
    Path root =
        Path.of(RequirementsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> labels = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root.resolve("dev/jktcp"))) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".class"))::iterator) {
        String name = root.relativize(file).toString().replace('/', '.');
        Class<?> type =
            Class.forName(
                name.substring(0, name.length() - ".class".length()),
                false,
                RequirementsTest.class.getClassLoader());
        collect(type, labels);
        for (AnnotatedElement method : type.getDeclaredMethods()) {
          collect(method, labels);
        }
      }
    }
    return labels;
  }

  private static void collect(AnnotatedElement element, Set<String> labels) {
    Rfc rfc = element.getAnnotation(Rfc.class);
    if (rfc != null) {
      labels.addAll(List.of(rfc.value()));
    }
  }
}
