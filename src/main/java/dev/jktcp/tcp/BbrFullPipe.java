package dev.jktcp.tcp;

/**
 * Whether the path is full: three rounds have not raised the bandwidth by a quarter
 * (draft-ietf-ccwg-bbr-06 §5.3.1.2).
 */
final class BbrFullPipe {
  private static final double GROWTH = 1.25;
  private static final int ROUNDS = 3;

  private long baseline;
  private int rounds;
  private boolean now;
  private boolean reached;

  /** ResetFullBW(). */
  void reset(long rate) {
    baseline = rate;
    rounds = 0;
    now = false;
  }

  /** CheckFullBWReached(), at a round that the application did not limit. */
  void onRound(long rate) {
    if (now || rate == 0) {
      return;
    }
    if (rate >= GROWTH * baseline) {
      reset(rate);
    } else if (++rounds >= ROUNDS) {
      now = true;
      reached = true;
    }
  }

  /** BBR.full_bw_now: of this probe. */
  boolean now() {
    return now;
  }

  /** BBR.full_bw_reached: ever. */
  boolean reached() {
    return reached;
  }

  void reached(boolean is) {
    reached = is;
  }
}
