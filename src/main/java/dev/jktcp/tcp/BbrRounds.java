package dev.jktcp.tcp;

/** Round trips by the clock of deliveries (draft-ietf-ccwg-bbr-06 §5.5.1). */
final class BbrRounds {
  private long end; // what has been delivered when the round began, that segments of the next know
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

  /** StartRound(): one begins now, however far the present one is. */
  void start(long delivered) {
    end = delivered;
  }

  /** Whether one began with this ACK. */
  boolean started() {
    return started;
  }

  int count() {
    return count;
  }
}
