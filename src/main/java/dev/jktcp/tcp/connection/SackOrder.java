package dev.jktcp.tcp.connection;

/**
 * The order in which runs are reported (RFC 2018 §4): first the run of the last segment, then the
 * runs reported first before it, the most recent first.
 *
 * <p>Segments come in batches, and the ACKs owed to them leave after the batch. If more runs
 * changed than a report has room for, the reports list them in turn, oldest first, as if each ACK
 * had left at once.
 */
final class SackOrder {
  // Runs never wait for more ACKs than this: Receiver owes no more.
  private static final int MOST_AT_ONCE = 64;

  private HeldRun newest;
  private int unreported;

  /** A segment came that belongs to this run, known or not. */
  void touch(HeldRun run) {
    if (run != newest) {
      unlink(run);
      run.older = newest;
      if (newest != null) {
        newest.newer = run;
      }
      newest = run;
    }
    if (!run.unreported) {
      run.unreported = true;
      unreported++;
    }
  }

  void remove(HeldRun run) {
    onReported(run);
    unlink(run);
  }

  void clear() {
    newest = null;
    unreported = 0;
  }

  /** The first run of a report with room for so many; {@link HeldRun#older} gives the next. */
  HeldRun first(int room) {
    int skipped = Math.min(unreported - room, MOST_AT_ONCE);
    HeldRun run = newest;
    for (; skipped > 0; run = run.older) {
      if (run.unreported) {
        skipped--;
      }
    }
    return run;
  }

  void onReported(HeldRun run) {
    if (run.unreported) {
      run.unreported = false;
      unreported--;
    }
  }

  private void unlink(HeldRun run) {
    if (run.older != null) {
      run.older.newer = run.newer;
    }
    if (run.newer != null) {
      run.newer.older = run.older;
    } else if (run == newest) {
      newest = run.older;
    }
    run.newer = null;
    run.older = null;
  }
}
