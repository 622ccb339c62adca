package dev.jktcp.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.tcp.TcpProfile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tables of paths come out as they are committed, and reach what they must. */
class PathTablesTest {
  private static final Map<String, Supplier<PathTable>> TABLES =
      Map.of(
          "path-loss.txt", PathTables::randomLoss,
          "path-queue.txt", PathTables::queue,
          "path-fairness.txt", PathTables::fairness,
          "path-beside.txt", PathTables::beside,
          "path-long.txt", PathTables::longPath,
          "path-smoltcp-reliable-link.txt", () -> PathTables.smoltcp(TcpProfile.RELIABLE_LINK),
          "path-smoltcp-internet.txt", () -> PathTables.smoltcp(TcpProfile.INTERNET));

  @TestFactory
  Stream<DynamicTest> table_isAsCommitted() {
    return TABLES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            table ->
                DynamicTest.dynamicTest(
                    table.getKey(), () -> table.getValue().get().check(table.getKey())));
  }

  /** What waits for the tail loss probe and for lost retransmissions that are found (RFC 8985). */
  private static final Set<String> UNREACHED =
      Set.of(
          "path-loss.txt",
          "path-fairness.txt",
          "path-smoltcp-reliable-link.txt",
          "path-smoltcp-internet.txt");

  @TestFactory
  Stream<DynamicTest> table_reachesWhatItMust() {
    return TABLES.entrySet().stream()
        .filter(table -> !UNREACHED.contains(table.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .map(
            table ->
                DynamicTest.dynamicTest(
                    table.getKey(), () -> assertReached(table.getKey(), table.getValue().get())));
  }

  private static void assertReached(String file, PathTable table) {
    assertEquals(List.of(), table.misses(GoldenText.read(GoldenText.file(file))));
  }
}
