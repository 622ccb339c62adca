package dev.jktcp.proof.pkt;

/** The script holds something that the runner does not play; nothing is said about the stack. */
final class SkippedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SkipReason reason;
  private final int line;

  SkippedException(SkipReason reason, int line, String what) {
    super(what, null, false, false);
    this.reason = reason;
    this.line = line;
  }

  SkipReason reason() {
    return reason;
  }

  int line() {
    return line;
  }
}
