package dev.jktcp.proof.pkt;

/** When an event is to happen; microseconds. */
record Timing(Kind kind, long fromUs, long toUs) {
  enum Kind {
    ABSOLUTE,
    RELATIVE,
    ABSOLUTE_RANGE,
    RELATIVE_RANGE,
    /** {@code *}: at any time. */
    ANY,
    /** No time is written: the command before the first event or behind the last one. */
    NONE
  }

  static final Timing NO_TIME = new Timing(Kind.NONE, 0, 0);

  boolean relative() {
    return kind == Kind.RELATIVE || kind == Kind.RELATIVE_RANGE || kind == Kind.ANY;
  }

  boolean range() {
    return kind == Kind.ABSOLUTE_RANGE || kind == Kind.RELATIVE_RANGE;
  }
}
