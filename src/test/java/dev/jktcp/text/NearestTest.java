package dev.jktcp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The known word nearest to a wrong one. */
class NearestTest {
  private static final List<String> KNOWN = List.of("demo", "connect", "listen", "id", "tcp");

  @ParameterizedTest
  @CsvSource({
    "conect, connect", // missing
    "connnect, connect", // too many
    "cannect, connect", // wrong
    "conenct, connect", // swapped
    "tpc, tcp", // swapped, and a third of the letters
    "CONNECT, connect",
    "lisn, listen", // two of six
    "lid, id",
  })
  void slip_findsTheWord(String slip, String meant) {
    assertEquals(meant, Nearest.to(slip, KNOWN));
  }

  @ParameterizedTest
  @CsvSource({"help", "bench", "at", "lin", "x", "''", "connectconnect"})
  void anotherWord_findsNone(String other) {
    assertNull(Nearest.to(other, KNOWN));
  }

  @Test
  void nearestOfSeveral_isTheFirst() {
    assertEquals("abcd", Nearest.to("abce", List.of("abfg", "abcd", "abcf")));
  }

  @Test
  void hint_namesTheNearOne_elseThemAll() {
    assertEquals("did you mean 'demo'?", Nearest.hint("dmeo", KNOWN));
    assertEquals("did you mean demo?", Nearest.hint("demos", KNOWN, ""));
    assertEquals("known are demo, connect, listen, id, tcp", Nearest.hint("help", KNOWN));
  }

  @Test
  void longList_isCut() {
    List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "adapter-" + i).toList();
    String hint = Nearest.hint("x", many);
    assertEquals("adapter-39 and 960 more", hint.substring(hint.lastIndexOf(", ") + 2));
  }
}
