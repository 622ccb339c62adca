package dev.jktcp.tcp;

/**
 * BBR.inflight_longterm: the bytes in flight that proved too many at the last probe, and the growth
 * of this bound while probing (draft-ietf-ccwg-bbr-06 §5.3.3.9, §5.5.10.2).
 */
final class BbrLongTerm {
  static final long NONE = Long.MAX_VALUE;
  private static final double HEADROOM = 0.15;
  private static final int MOST_ROUNDS = 30;

  private long inflight = NONE;
  private long undo = NONE;
  private long ackedPerStep = NONE;
  private long acked;
  private int rounds;

  /** The bound; {@link #NONE} before losses made one. */
  long inflight() {
    return inflight;
  }

  /** InflightWithHeadroom(): the bound that leaves other flows room to grow. */
  long withHeadroom(int mss, long least) {
    if (inflight == NONE) {
      return NONE;
    }
    return Math.max(inflight - Math.max(mss, (long) (HEADROOM * inflight)), least);
  }

  void bound(long bytes) {
    inflight = bytes;
  }

  /** So many bytes in flight proved not too many. */
  void onSafe(int inFlight) {
    if (inflight != NONE) {
      inflight = Math.max(inflight, inFlight);
    }
  }

  void save() {
    undo = inflight;
  }

  void undo() {
    inflight = Math.max(inflight, undo);
  }

  // --- growth

  void stopGrowth() {
    ackedPerStep = NONE;
  }

  void beginGrowth() {
    rounds = 0;
    acked = 0;
  }

  /** RaiseInflightLongtermSlope(): twice as steep each round. */
  void raiseSlope(int window, int mss) {
    ackedPerStep = Math.max(window >> rounds, mss);
    rounds = Math.min(rounds + 1, MOST_ROUNDS);
  }

  /** ProbeInflightLongtermUpward(), if the bound limits the window. */
  void grow(int ackedBytes, int mss) {
    acked += ackedBytes;
    long steps = acked / ackedPerStep;
    acked -= steps * ackedPerStep;
    inflight += steps * mss;
  }
}
