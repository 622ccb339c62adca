package dev.jktcp.proof.golden;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A golden table that differs in any cell fails and is named. */
class GoldenTextTest {
  private static final String TABLE =
      """
      Goodput.

      ## loss 0 %
      buffer  rtt 1 ms  rtt 10 ms
      ---------------------------
      4 KiB       2407        386
      16 KiB      2419       1530

      ## loss 1 %
      buffer  rtt 1 ms  rtt 10 ms
      ---------------------------
      4 KiB       1173  315 (1.2)
      16 KiB      2113        981
      """;

  @TempDir Path directory;

  private Path committed() throws IOException {
    return Files.writeString(directory.resolve("t.txt"), TABLE);
  }

  @Test
  void sameText_passes() throws IOException {
    Path file = committed();
    assertDoesNotThrow(() -> GoldenText.check(file, TABLE, false));
  }

  @Test
  void changedCell_failsAndIsNamed() throws IOException {
    Path file = committed();
    String now = TABLE.replace("315 (1.2)", "298 (1.3)");
    AssertionError e = assertThrows(AssertionError.class, () -> GoldenText.check(file, now, false));
    String says = e.getMessage();
    String cell = "loss 1 %, buffer 4 KiB, rtt 10 ms: 315 (1.2) is now 298 (1.3)";
    assertTrue(says.contains(cell), says);
    assertTrue(says.contains("- 4 KiB       1173  315 (1.2)\n+ 4 KiB       1173  298 (1.3)"), says);
    assertTrue(
        says.contains("mvn -q -B test -Dtest=GoldenTest,PathTablesTest -Dgolden=write"), says);
    assertEquals(TABLE, Files.readString(file), "compared, not written");
  }

  @Test
  void rowMoreOrLess_failsAndIsShown() throws IOException {
    Path file = committed();
    String less = TABLE.replace("16 KiB      2113        981\n", "");
    String says =
        assertThrows(AssertionError.class, () -> GoldenText.check(file, less, false)).getMessage();
    assertTrue(says.contains("- 16 KiB      2113        981"), says);
    String more =
        TABLE.replace("16 KiB      2419", "8 KiB          1          1\n16 KiB      2419");
    says =
        assertThrows(AssertionError.class, () -> GoldenText.check(file, more, false)).getMessage();
    assertTrue(says.contains("+ 8 KiB          1          1"), says);
    assertTrue(!says.contains("- 16 KiB      2419"), says);
  }

  @Test
  void lineEndsAlone_fail() throws IOException {
    Path file = committed();
    assertThrows(
        AssertionError.class,
        () -> GoldenText.check(file, TABLE.substring(0, TABLE.length() - 1), false));
  }

  @Test
  void missingFile_failsUnlessWritten() {
    Path file = directory.resolve("new").resolve("t.txt");
    assertThrows(AssertionError.class, () -> GoldenText.check(file, TABLE, false));
    GoldenText.check(file, TABLE, true);
    assertEquals(TABLE, GoldenText.read(file));
  }
}
