package dev.jktcp.tcp;

/** Round trips by the clock of deliveries (draft-ietf-ccwg-bbr-06 §5.5.1). */
final class BbrRounds {
  private long end; // bytes delivered when the round began; segments of the next round know them
  private int count;
  private boolean started;

  /** UpdateRound(). */
  void onAck(RateSample rs) {
    started = rs.deliveredAtSend() >= end;
    if (started) {
      start(rs.delivered());
      count++;
    }
  }

  /** StartRound(): a round begins now, however far the present one is. */
  void start(long delivered) {
    end = delivered;
  }

  /** Whether a round began with this ACK. */
  boolean started() {
    return started;
  }

  int count() {
    return count;
  }
}
