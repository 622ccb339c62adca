package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;

/**
 * RFC 9293 §3.8.6.3 and RFC 5681 §4.2: an ACK of data in order may wait a little for a second
 * full-sized segment, or for data to travel with.
 *
 * <p>The profile says how long. If it gives a range, the delay is an eighth of the round trip: by
 * then the rest of a window has come, and a sender whose window is an odd number of segments idles
 * no longer. After a loss the sender's window is small, so ACKs are prompt for a while.
 */
final class DelayedAck {
  // Every peer may send this size (RFC 9293 §3.7.1): smaller segments are not taken for full-sized.
  private static final int LEAST_FULL_SIZE = 536;

  private static final int PART_OF_ROUND_TRIP = 8;

  // On a path that loses one segment of a hundred, the window is twelve segments. So many prompt
  // ACKs last until it has left slow start or recovery behind. (Linux: 16.)
  private static final int PROMPT = 32;

  private final long leastNs;
  private final long mostNs;
  private final boolean everySecond;
  private int fullSize;
  private int waiting; // bytes received since the last ACK left
  private int prompt; // so many segments are acknowledged at once

  /**
   * @param announcedMss bytes; no segment of the peer is larger
   */
  DelayedAck(TcpProfile profile, int announcedMss) {
    this.mostNs = profile.delayedAckNs();
    this.leastNs = Math.min(profile.leastDelayedAckNs(), mostNs);
    this.everySecond = profile.acksEverySecondSegment();
    this.fullSize = Math.min(LEAST_FULL_SIZE, announcedMss);
  }

  // --- idle times

  void fold(IdleEnd to) {
    to.fullSize = (char) fullSize;
    to.promptAcks = (byte) prompt;
  }

  void unfold(IdleEnd from) {
    fullSize = from.fullSize;
    prompt = from.promptAcks;
  }

  // --- what arrives

  /**
   * Data in order.
   *
   * @param window the largest that we offer; if half of it is used up, the peer should know
   * @return whether the ACK is due (SHLD-19)
   */
  boolean onData(int length, int window) {
    boolean second = everySecond && waiting > 0 && length > 0;
    fullSize = Math.max(fullSize, length);
    waiting += length;
    if (prompt > 0) {
      prompt--;
      return true;
    }
    return second || waiting >= Math.min(2 * fullSize, window / 2);
  }

  /** A segment came behind a hole. */
  void onDisorder() {
    prompt = leastNs < mostNs ? PROMPT : 0;
  }

  // --- the ACK

  boolean waits() {
    return waiting > 0;
  }

  /**
   * How long an ACK waits, in ns.
   *
   * @param srttNs the smoothed round trip; 0 = unknown
   */
  long delayNs(long srttNs) {
    return srttNs == 0 ? mostNs : Math.max(leastNs, Math.min(mostNs, srttNs / PART_OF_ROUND_TRIP));
  }

  void onAckSent() {
    waiting = 0;
  }
}
