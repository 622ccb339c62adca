package dev.jktcp.proof.pkt;

/**
 * A word of the language. {@code text} is what it says: without quotes, back-ticks, leading dashes
 * of an option and brackets of code.
 */
record Token(Kind kind, String text, int line, long value) {
  enum Kind {
    OPTION,
    /** What stands behind an option's sign, up to the next blank. */
    OPTION_VALUE,
    FLOAT,
    INTEGER,
    HEX,
    WORD,
    STRING,
    BACK_QUOTED,
    CODE,
    ADDRESS,
    ELLIPSIS,
    /** One character. */
    SIGN,
    END
  }

  boolean is(String wanted) {
    return text.equals(wanted) && (kind == Kind.SIGN || kind == Kind.WORD);
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isInteger() {
    return kind == Kind.INTEGER || kind == Kind.HEX;
  }

  String show() {
    return kind == Kind.END ? "the end" : "'" + text + "'";
  }
}
