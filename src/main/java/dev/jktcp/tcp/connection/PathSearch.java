package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * RFC 4821: finds the largest segment that the path carries by what arrives and what does not. It
 * begins when smaller segments take the place of those that vanished ({@link BlackHole}). Once the
 * smaller ones are seen to pass, larger sizes are tried, one segment of data at a time: that the
 * path was out of order for a while must not leave it narrow.
 *
 * <p>Sizes are the room of a segment for options and payload. It is told what is sent and
 * acknowledged, and has no way back to the sender.
 */
final class PathSearch {
  /** RFC 8899 §5.1.2, MAX_PROBES: so many losses of one size are its size's fault. */
  private static final int MAX_PROBES = 3;

  private final boolean v6;
  private final int optionBytes; // in each segment
  private int top; // the largest to be tried
  private int good; // passes, or is hoped to pass
  private boolean hoped;
  private int bad; // the least that is known not to pass; above the top: none
  private int attempts; // probes of the next size that were lost
  private int probed; // the size of the probe in flight; 0 = none
  private int probeSeq;
  private int probeEnd;
  private boolean news;

  private PathSearch(boolean v6, int optionBytes, int good, int top) {
    this.v6 = v6;
    this.optionBytes = optionBytes;
    this.good = good;
    this.top = top;
    this.bad = top + 1;
  }

  /** Smaller segments took the place of those that vanished. */
  static PathSearch fallen(boolean v6, int optionBytes, int from, int to) {
    PathSearch search = new PathSearch(v6, optionBytes, to, from);
    search.hoped = true;
    return search;
  }

  /** A size that did not pass some time ago may pass now. */
  static PathSearch again(boolean v6, int optionBytes, int good, int top) {
    return new PathSearch(v6, optionBytes, good, top);
  }

  // --- told

  /** No larger segment may be sent from now on. */
  void limit(int size) {
    if (bad > top) {
      bad = size + 1;
    }
    top = Math.min(top, size);
    good = Math.min(good, top);
    if (probed > top) {
      probed = 0;
    }
  }

  /** Still smaller segments take their place. */
  void fall(int to) {
    good = to;
    hoped = true;
    probed = 0;
  }

  void onProbeSent(int seq, int end) {
    probed = end - seq + optionBytes;
    probeSeq = seq;
    probeEnd = end;
  }

  /** Something that ends there was sent again: an ACK of it may not tell of the probe. */
  void onSentAgain(int end) {
    if (Seq.gt(end, probeSeq)) {
      probed = 0;
    }
  }

  /** New data was acknowledged. */
  void onAck(int ack) {
    hoped = false;
    if (probed > 0 && Seq.geq(ack, probeEnd)) {
      good = probed;
      probed = 0;
      attempts = 0;
      news = isNarrow();
    }
  }

  /**
   * The segment there is lost.
   *
   * @return whether it is the probe: its loss tells of its size and nothing of congestion (RFC 4821
   *     §7.6)
   */
  boolean onLost(int seq) {
    if (probed == 0 || seq != probeSeq) {
      return false;
    }
    if (++attempts == MAX_PROBES) {
      bad = probed;
      news = true;
      attempts = 0;
    }
    probed = 0;
    return true;
  }

  /** The retransmission timer fired. */
  void onTimeout(int sndUna) {
    if (!onLost(sndUna)) {
      probed = 0; // other segments are lost, too: that of the probe proves nothing (§7.6)
    }
  }

  // --- asked

  /** Of a segment that is no probe. */
  int size() {
    return good;
  }

  /** Whether a size that was tried is known not to pass. */
  boolean isNarrow() {
    return bad <= top;
  }

  /** The payload of the next probe; 0 = none now. */
  int nextSegment() {
    int size = hoped || probed > 0 ? 0 : candidate();
    return Math.max(0, size - optionBytes);
  }

  private int candidate() {
    int size = BlackHole.above(good, v6, top);
    return size > good && size < bad ? size : 0;
  }

  /** Nothing is left to be found out. */
  boolean isOver() {
    return !hoped && probed == 0 && candidate() == 0;
  }

  /** Whether what is known not to pass has changed since this was last asked. */
  boolean takeNews() {
    boolean taken = news;
    news = false;
    return taken;
  }
}
