package dev.jktcp.proof.pkt;

/**
 * What came of one script.
 *
 * @param family what it was played on, or where it failed
 * @param line where it failed or was skipped; 0 when it passed
 * @param reasonOrNull why it was skipped
 */
record Verdict(
    String path,
    String family,
    Outcome outcome,
    int line,
    String expected,
    String actual,
    SkipReason reasonOrNull) {
  enum Outcome {
    PASSED,
    FAILED,
    SKIPPED
  }

  static final String HEADER = "path,family,verdict,line,expected,actual,reason";

  /** One row, quoted where a comma or quote asks for it. */
  String csv() {
    return String.join(
        ",",
        quoted(path),
        family,
        outcome.name(),
        line == 0 ? "" : Integer.toString(line),
        quoted(expected),
        quoted(actual),
        reasonOrNull == null ? "" : reasonOrNull.name());
  }

  private static String quoted(String text) {
    String oneLine = text.replace('\n', ' ').replace('\r', ' ');
    return oneLine.matches("[^,\"]*") ? oneLine : '"' + oneLine.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return switch (outcome) {
      case PASSED -> path + " (" + family + "): passed";
      case FAILED ->
          path + ":" + line + " (" + family + "): expected " + expected + ", was " + actual;
      case SKIPPED -> path + ":" + line + ": skipped, " + reasonOrNull + ": " + actual;
    };
  }
}
