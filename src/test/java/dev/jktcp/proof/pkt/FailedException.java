package dev.jktcp.proof.pkt;

/** The stack did something else than a line of the script says. */
final class FailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final String expected;
  private final String actual;

  FailedException(int line, String expected, String actual) {
    super("line " + line + ": expected " + expected + ", was " + actual, null, false, false);
    this.line = line;
    this.expected = expected;
    this.actual = actual;
  }

  int line() {
    return line;
  }

  String expected() {
    return expected;
  }

  String actual() {
    return actual;
  }
}
