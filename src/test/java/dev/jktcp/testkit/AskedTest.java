package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Properties by which a person asks a test for more, and what a wrong one says. */
class AskedTest {
  private static final String NAME = "dev.jktcp.testkit.AskedTest";

  @AfterEach
  void forget() {
    System.clearProperty(NAME);
  }

  @Test
  void nothingAsked_isTheDefault() {
    assertEquals(7, Asked.number(NAME, 1, 7));
    assertEquals("", Asked.word(NAME, "write"));
    System.setProperty(NAME, " ");
    assertEquals(7, Asked.number(NAME, 1, 7));
    assertEquals("", Asked.word(NAME, "write"));
  }

  @Test
  void whatIsAsked_isGiven() {
    System.setProperty(NAME, "-12");
    assertEquals(-12, Asked.number(NAME, Long.MIN_VALUE, 7));
    System.setProperty(NAME, "write");
    assertEquals("write", Asked.word(NAME, "read", "write"));
  }

  @ParameterizedTest
  @CsvSource({"x", "0", "-5", "1.5", "99999999999999999999"})
  void wrongNumber_isNamedInOneLine(String text) {
    System.setProperty(NAME, text);
    AssertionError error = assertThrows(AssertionError.class, () -> Asked.number(NAME, 1, 7));
    assertEquals(
        "-D" + NAME + ": '" + text + "' is no whole number of at least 1", error.getMessage());
  }

  @Test
  void wrongWord_isNamedWithTheRightOnes() {
    System.setProperty(NAME, "foo");
    AssertionError error = assertThrows(AssertionError.class, () -> Asked.word(NAME, "a", "b"));
    assertEquals("-D" + NAME + ": 'foo' is none of a, b", error.getMessage());
  }
}
