package dev.jktcp.proof.golden;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The tables of paths come out as they are committed, and reach what they must; {@code
 * -Dtable=loss} looks at one.
 */
@TestMethodOrder(MethodOrderer.MethodName.class) // the tables are written before they are judged
class PathTablesTest {
  private static final Map<String, Supplier<PathTable>> TABLES =
      Map.of(
          "path-loss.txt", PathTables::randomLoss,
          "path-queue.txt", PathTables::queue,
          "path-fairness.txt", PathTables::fairness,
          "path-beside.txt", PathTables::beside,
          "path-long.txt", PathTables::longPath,
          "path-smoltcp-reliable-link.txt", () -> PathTables.smoltcp(TcpProfile.RELIABLE_LINK),
          "path-smoltcp-tolerant-reno.txt",
              () ->
                  PathTables.smoltcp(
                      TcpProfile.RELIABLE_LINK.withCongestionControl(
                          CongestionControl.TOLERANT_RENO)),
          "path-smoltcp-internet.txt", () -> PathTables.smoltcp(TcpProfile.INTERNET));

  @TestFactory
  Stream<DynamicTest> table_isAsCommitted() {
    return TABLES.entrySet().stream()
        .filter(table -> table.getKey().contains(System.getProperty("table", "")))
        .sorted(Map.Entry.comparingByKey())
        .map(
            table ->
                DynamicTest.dynamicTest(
                    table.getKey(), () -> table.getValue().get().check(table.getKey())));
  }

  /** Nothing is behind what it must reach but the rows that are committed as such. */
  @Test
  void whatIsNotReached_isAsCommitted() {
    StringBuilder text = new StringBuilder("What the tables of paths do not reach yet.\n");
    TABLES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(table -> append(text, table.getKey(), table.getValue().get()));
    GoldenText.check(GoldenText.file("path-unreached.txt"), text.toString());
  }

  private static void append(StringBuilder text, String file, PathTable table) {
    List<String> misses = table.misses(GoldenText.read(GoldenText.file(file)));
    if (!misses.isEmpty()) {
      text.append("\n## ").append(file).append('\n').append(String.join("\n", misses)).append('\n');
    }
  }
}
