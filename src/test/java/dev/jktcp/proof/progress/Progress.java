package dev.jktcp.proof.progress;

import java.util.Locale;

/**
 * How far a long test is, for the line that {@link ProgressListener} prints while it runs.
 *
 * <p>Any thread.
 */
public final class Progress {
  private static volatile Progress latest;

  private final String what;
  private final long total;
  private final long startNs = System.nanoTime();
  private volatile long done;

  private Progress(String what, long total) {
    this.what = what;
    this.total = total;
  }

  /**
   * Begins to count. The count of an earlier call ends.
   *
   * @param what is counted, in the plural
   */
  public static Progress of(String what, long total) {
    Progress progress = new Progress(what, total);
    latest = progress;
    return progress;
  }

  public void done(long count) {
    done = count;
  }

  /** The count of the test that runs, or "". */
  static String text() {
    Progress progress = latest;
    return progress == null ? "" : progress.describe(System.nanoTime());
  }

  static void forget() {
    latest = null;
  }

  String describe(long nowNs) {
    double seconds = Math.max(nowNs - startNs, 1) / 1e9;
    return String.format(
        Locale.ROOT, "%,d of %,d %s, %.0f a second", done, total, what, done / seconds);
  }
}
