package dev.jktcp.tcp.connection;

/**
 * RFC 9293 §3.8.6.3 and RFC 5681 §4.2: an ACK of data in order may wait a little for another
 * segment, or for data it can travel with; never for more than a second full-sized one.
 */
final class DelayedAck {
  // What every peer may send (RFC 9293 §3.7.1): smaller ones are not taken for full-sized.
  private static final int LEAST_FULL_SIZE = 536;

  private final boolean everySecond;
  private int fullSize;
  private int waiting; // bytes that came since the last ACK left

  /**
   * @param announcedMss no peer's segment is larger
   * @param everySecond whether small segments count as full-sized ones do
   */
  DelayedAck(int announcedMss, boolean everySecond) {
    this.everySecond = everySecond;
    this.fullSize = Math.min(LEAST_FULL_SIZE, announcedMss);
  }

  /**
   * @param window the largest we offer; half of it used up is news for the peer
   * @return whether the ACK is due (SHLD-19)
   */
  boolean onData(int length, int window) {
    boolean second = everySecond && waiting > 0 && length > 0;
    fullSize = Math.max(fullSize, length);
    waiting += length;
    return second || waiting >= Math.min(2 * fullSize, window / 2);
  }

  /** The largest segment so far, as far as it decides anything. */
  int fullSize() {
    return fullSize;
  }

  void sawFullSize(int size) {
    fullSize = size;
  }

  boolean waits() {
    return waiting > 0;
  }

  void onAckSent() {
    waiting = 0;
  }
}
