package dev.jktcp.tcp.connection;

import dev.jktcp.wire.TcpSegment;

/**
 * How many bytes may wait for the reader, which is the largest window: twice what was read in the
 * last round trip. So no window holds back a peer that could send as much again, and one whose
 * reader is slow, or does not read, is promised little. It shrinks where memory becomes scarce or
 * more connections share it. The right edge stays where it is: it waits until the window has become
 * as small.
 */
final class ReceiveTuning {
  private static final int GROWS = 2;

  private final int least;
  private final int most;
  private final ByteAccount account;

  // The round trip under way.
  private int sinceMs; // as timestamps tell it, without their offset
  private int readAtStart; // the lower half of all bytes read
  private int before; // bytes read in the one before

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
   * Whether a segment with data was sent by a peer that had heard of what left after the round trip
   * began. Timestamps tell that; without them the time that a round trip of ours took must do.
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
    if (read > before) { // the peer's window grows, and will have grown again when it hears of ours
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
