package dev.jktcp.proof.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * BBR's tables come out as they are committed, and reach what they must; {@code -Dtable=loss} looks
 * at one.
 */
class BbrTablesTest {
  private static final Map<String, Supplier<PathTable>> TABLES =
      Map.of(
          "path-bbr-loss.txt", BbrTables::randomLoss,
          "path-bbr-queue.txt", BbrTables::queue,
          "path-bbr-fairness.txt", BbrTables::fairness,
          "path-bbr-beside.txt", BbrTables::beside);

  @TestFactory
  Stream<DynamicTest> table_isAsCommitted_andReachesWhatItMust() {
    return TABLES.keySet().stream()
        .filter(file -> file.contains(System.getProperty("table", "")))
        .sorted()
        .map(file -> DynamicTest.dynamicTest(file, () -> check(file, TABLES.get(file).get())));
  }

  private static void check(String file, PathTable table) {
    table.check(file);
    assertEquals(List.of(), table.misses(GoldenText.read(GoldenText.file(file))));
  }
}
