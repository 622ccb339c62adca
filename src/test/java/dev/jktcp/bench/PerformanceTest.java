package dev.jktcp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.page.Machine;
import dev.jktcp.testkit.Docs;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The guide's page has a row for each figure of {@code bench all}, with its command. */
class PerformanceTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|([^|]+) \\|([^|]+) \\|([^|]+) \\|`(java [^`]+)`$");
  private static final Machine MACHINE = new Machine("a processor", "a system", "a JDK");

  @Test
  void everyFigure_hasARow_andEveryRowIsOfAFigure() {
    String rates = block("rates");
    Set<String> commands =
        Campaign.points(Builder.SECONDS).stream()
            .map(BenchOptions::command)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(commands, commands(rates));
    assertEquals(commands.size(), ROW.matcher(rates).results().count(), "one row each");
    for (String block : List.of("floor", "kept", "kernel")) {
      assertTrue(commands.containsAll(commands(block(block))), block);
      assertFalse(commands(block(block)).isEmpty(), block);
    }
  }

  @Test
  void everyFigure_isThereForTheJdkOfTheBuild() {
    for (String block : List.of("floor", "kept", "kernel", "rates")) {
      for (MatchResult row : ROW.matcher(block(block)).results().toList()) {
        assertFalse(row.group(2).equals("–"), row::group);
      }
    }
  }

  private static Set<String> commands(String block) {
    return ROW.matcher(block)
        .results()
        .map(row -> row.group(4))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String block(String name) {
    String page = Docs.read(Docs.PERFORMANCE);
    String begin = "// " + name + "\n";
    int from = page.indexOf(begin);
    int to = page.indexOf("// /" + name + "\n");
    assertTrue(from >= 0 && to > from, "a block between // " + name + " and // /" + name);
    return page.substring(from + begin.length(), to);
  }

  @Test
  void figures_areFilledIn_byWhatBenchPrints() {
    PerformanceTable table = new PerformanceTable();
    Campaign.points(Builder.SECONDS)
        .forEach(
            point -> {
              JsonObject line = new Result(point).put(Figure.RATIO, 0.654).toJson();
              table.add(line.put("jdk", 17));
              table.add(line.copy().put("jdk", 25).put("kept", 0.987));
            });
    String page = Docs.read(Docs.PERFORMANCE);
    String filled = table.fill(page, MACHINE);
    assertTrue(filled.contains("// machine\na processor, a system.\n// /machine\n"), filled);
    assertTrue(
        filled.contains("|core, MTU 1500 |.65 |.65 |`java -jar target/jktcp.jar bench goodput`\n"),
        filled);
    assertTrue(filled.contains(", 16 flows |.00 |.99 |`"), filled);
    assertEquals(filled, table.fill(filled, MACHINE), "again");
    assertEquals(outside(page), outside(filled), "what is not a figure");
  }

  private static String outside(String page) {
    return page.replaceAll("(?s)// (\\w+)\n.*?// /\\1\n", "");
  }
}
