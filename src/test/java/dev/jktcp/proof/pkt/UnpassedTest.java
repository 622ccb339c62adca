package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of others' scripts that do not pass. */
final class UnpassedTest {
  @Test
  void eachRow_saysWhatWhyAndWhoIsRight() throws IOException {
    List<Unpassed.Row> rows = Unpassed.read().rows();
    assertFalse(rows.isEmpty());
    for (Unpassed.Row row : rows) {
      assertTrue(List.of("freebsd", "google").contains(row.suite()), row::toString);
      assertFalse(row.asked().isBlank() || row.ours().isBlank(), row::toString);
    }
  }

  @Test
  void row_explainsItsLineOfItsScripts_alone() {
    Unpassed list = Unpassed.read(List.of("freebsd | dir/name-*-v4.pkt | 7 | a | b | ours"));
    assertTrue(list.explains(failed("suite/dir/name-x-v4.pkt", 7)));
    assertFalse(list.explains(failed("suite/dir/name-x-v4.pkt", 8)));
    assertFalse(list.explains(failed("suite/dir/name-x-v6.pkt", 7)));
    assertFalse(list.explains(failed("suite/otherdir/name-x-v4.pkt", 7)));
  }

  @Test
  void rowWithoutAVerdict_isRefused() {
    String row = "freebsd | name.pkt | 7 | a | b | nobody";
    String message =
        assertThrows(IllegalArgumentException.class, () -> Unpassed.read(List.of(row)))
            .getMessage();
    assertEquals("suite | path | line | asked | ours | ours, theirs or both: " + row, message);
  }

  private static Verdict failed(String path, int line) {
    return new Verdict(path, "ipv4", Outcome.FAILED, line, "", "", null);
  }
}
