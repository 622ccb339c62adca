package dev.jktcp.tcp.connection;

import dev.jktcp.wire.TcpSegment;

/**
 * The receive capacity, which is the largest window: twice the bytes read in the last round trip.
 * So the window never holds back a peer that could send as much again, and a slow reader's peer
 * gets a small one. The capacity shrinks if memory becomes scarce or more connections share it. The
 * right edge does not move back: it waits until the window has become as small.
 */
final class ReceiveTuning {
  private static final int GROWS = 2;

  private final int least;
  private final int most;
  private final ByteAccount account;

  // The round trip under way.
  private int sinceMs; // in timestamp ticks, without their offset
  private int readAtStart; // the lower half of all bytes read
  private int before; // bytes read in the round trip before

  ReceiveTuning(int least, int most, ByteAccount account) {
    this.least = least;
    this.most = most;
    this.account = account;
  }

  // --- idle times

  void fold(IdleEnd to) {
    to.roundSinceMs = sinceMs;
    to.readAtRound = readAtStart;
    to.readInRound = before;
  }

  void unfold(IdleEnd from) {
    sinceMs = from.roundSinceMs;
    readAtStart = from.readAtRound;
    before = from.readInRound;
  }

  // --- round trips

  void begin(long bytesRead, long nowNs) {
    sinceMs = Timestamps.clock(nowNs, 0);
    readAtStart = (int) bytesRead;
  }

  /**
   * Whether the peer sent this segment after receiving one of ours that left when the round trip
   * began or later. Timestamps tell; without them, our own measured round trip decides.
   *
   * @param timestamps null: not agreed on
   */
  boolean isOver(TcpSegment segment, Timestamps timestamps, RttEstimator rtt, long nowNs) {
    if (timestamps != null && segment.hasTimestamps()) {
      return timestamps.echoesLater(segment, sinceMs);
    }
    long tripNs = rtt.srttNs() > 0 ? rtt.srttNs() : rtt.rtoNs();
    return Timestamps.clock(nowNs, 0) - sinceMs > Timestamps.clock(tripNs, 0);
  }

  /**
   * A round trip is over, and another begins.
   *
   * @return the capacity from now on
   */
  int next(int capacity, long bytesRead, long nowNs) {
    int read = (int) bytesRead - readAtStart;
    long wanted = (long) GROWS * read;
    if (read > before) { // the peer's window grows, and will have grown again when ours reaches it
      wanted = before == 0 ? GROWS * wanted : Math.min(GROWS * wanted, wanted * read / before);
    }
    before = read;
    begin(bytesRead, nowNs);
    if (account.isScarce()) {
      return Math.max(least, capacity / 2);
    }
    long limit = Math.max(least, Math.min(most, account.tunable()));
    return (int) Math.min(limit, Math.max(capacity, wanted));
  }
}
