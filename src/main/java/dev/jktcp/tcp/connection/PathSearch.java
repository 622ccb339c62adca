package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * RFC 4821: finds the largest segment that the path carries, by arrivals and losses. Sizes are
 * tried one segment of data at a time. A search begins:
 *
 * <ul>
 *   <li>when smaller segments replace those that vanished ({@link BlackHole}). Once the smaller
 *       ones are seen to pass, larger ones are tried: a passing disturbance must not leave the path
 *       narrow;
 *   <li>when a path that was found narrow may have changed long since;
 *   <li>if the user asked for it, with each connection. A size never used before is then on trial
 *       under load, for some devices pass single large packets and drop them in a queue. A timeout,
 *       or losses in flight after flight, withdraw the size and end the search.
 * </ul>
 *
 * <p>Sizes are the room of a segment for options and payload, in bytes. The sender reports what is
 * sent and acknowledged; the search has no way back to it.
 */
final class PathSearch {
  /** RFC 8899 §5.1.2, MAX_PROBES: so many lost probes of one size prove that it does not pass. */
  private static final int MAX_PROBES = 3;

  /** Three times the 32 packets that a CDTunnel's device queues. */
  private static final int TRIAL_SEGMENTS = 100;

  /**
   * So many losses in a trial speak against its size. That is ten times the loss of a path that
   * loses one in a hundred: such a path reaches it in one trial of ten million.
   */
  private static final int TRIAL_LOSSES = 10;

  /**
   * The losses must fall into at least so many recoveries. Congestion, as at the end of slow start,
   * may lose more in one flight, but ends once cwnd is smaller. A size that fails under load fails
   * again.
   */
  private static final int TRIAL_RECOVERIES = 3;

  /** A search ends when the range still in doubt is this part of the size that passes. */
  private static final int GRAIN = 16;

  private final boolean v6;
  private final int optionBytes; // in each segment
  private final boolean raises; // the user asked for it
  private int top; // the largest to be tried
  private int good; // passes, or is hoped to pass
  private int trusted; // was in use when the search began
  private boolean hoped;
  private int before; // the size in use until the smaller one took its place
  private int bad; // the least size known not to pass; above the top: none is known
  private int onTrial; // a size that passed alone; 0 = none
  private int trialLeft; // bytes of it that are still to be acknowledged
  private int trialLost; // bytes of it, counted each time they were lost
  private int trialRecoveries;
  private boolean withdrawn;
  private int attempts; // probes of the next size that were lost
  private int probed; // the size of the probe in flight; 0 = none
  private int probeSeq;
  private int probeEnd;
  private boolean news;

  private PathSearch(boolean v6, int optionBytes, boolean raises, int good, int top) {
    this.v6 = v6;
    this.optionBytes = optionBytes;
    this.raises = raises;
    this.good = good;
    this.top = top;
    this.trusted = good;
    this.bad = top + 1;
  }

  /** A search after smaller segments replaced those that vanished. */
  static PathSearch fallen(boolean v6, int optionBytes, boolean raises, int from, int to) {
    PathSearch search = new PathSearch(v6, optionBytes, raises, to, from);
    search.trusted = from;
    search.before = from;
    search.hoped = true;
    return search;
  }

  /** A search for sizes larger than the one in use. */
  static PathSearch upwards(boolean v6, int optionBytes, boolean raises, int good, int top) {
    return new PathSearch(v6, optionBytes, raises, good, top);
  }

  // --- told

  /** No larger segment may be sent from now on. */
  void limit(int size) {
    if (bad > top) {
      bad = size + 1;
    }
    top = Math.min(top, size);
    good = Math.min(good, top);
    onTrial = onTrial > top ? 0 : onTrial;
    probed = probed > top ? 0 : probed;
  }

  /** Still smaller segments replace those that vanished. */
  void fall(int to) {
    before = good;
    good = to;
    hoped = true;
    onTrial = 0;
    probed = 0;
  }

  void onProbeSent(int seq, int end) {
    probed = end - seq + optionBytes;
    probeSeq = seq;
    probeEnd = end;
  }

  /** A segment that ends there was sent again: its ACK may prove nothing of the probe. */
  void onSentAgain(int end) {
    if (Seq.gt(end, probeSeq)) {
      probed = 0;
    }
  }

  /** New data was acknowledged. */
  void onAck(int ack, int acked) {
    if (hoped && isLeast() && acked > good - optionBytes) {
      // More bytes than were sent since the fall: a larger segment had arrived, and its ACK was
      // lost.
      good = Math.min(before, top);
    }
    hoped = false;
    if (probed > 0 && Seq.geq(ack, probeEnd)) {
      onPassed(probed);
      probed = 0;
    } else if (onTrial > 0) {
      trialLeft -= acked;
      if (trialLeft <= 0) {
        good = onTrial;
        onTrial = 0;
        news = true;
      }
    }
  }

  private void onPassed(int size) {
    attempts = 0;
    if (size > trusted && raises) {
      onTrial = size;
      trialLeft = TRIAL_SEGMENTS * size;
      trialLost = 0;
      trialRecoveries = 0;
    } else {
      good = size;
      news = isNarrow();
    }
  }

  /** A segment of so many bytes, no probe, is lost. */
  void onSegmentLost(int length) {
    if (onTrial == 0 || length + optionBytes <= good) {
      return; // the loss of a size known to pass proves nothing of the one on trial
    }
    trialLost += length;
    boolean many = trialLost >= TRIAL_LOSSES * (onTrial - optionBytes);
    if (many && trialRecoveries >= TRIAL_RECOVERIES) {
      withdraw();
    }
  }

  /** Losses were found before a timeout, and a recovery begins. */
  void onRecovery() {
    trialRecoveries++;
  }

  /**
   * The segment at {@code seq} is lost.
   *
   * @return whether it is the probe: its loss is one of size, not of congestion (RFC 4821 §7.6)
   */
  boolean onLost(int seq) {
    if (probed == 0 || seq != probeSeq) {
      return false;
    }
    if (++attempts == MAX_PROBES) {
      refute(probed);
    }
    probed = 0;
    return true;
  }

  /** Whether {@code seq} lies in the last probe. */
  boolean isOfProbe(int seq) {
    return Seq.geq(seq, probeSeq) && Seq.lt(seq, probeEnd);
  }

  /** The retransmission timer fired. */
  void onTimeout(int sndUna) {
    if (!onLost(sndUna)) {
      probed = 0; // with other losses, that of the probe proves nothing (§7.6)
    }
    if (onTrial > 0) {
      withdraw();
    }
  }

  /** RFC 4821 §7.7: a size that passed alone does not pass under load. */
  private void withdraw() {
    refute(onTrial);
    onTrial = 0;
    withdrawn = true;
  }

  private void refute(int size) {
    bad = size;
    attempts = 0;
    news = true;
  }

  // --- asked

  /** The size of a segment that is no probe. */
  int size() {
    return onTrial > 0 ? onTrial : good;
  }

  /** The largest size that is no longer on trial. */
  int found() {
    return good;
  }

  /** Whether the size is IPv4's least, which only the last retry of a segment has. */
  boolean isLeast() {
    return !v6 && size() == BlackHole.least(false);
  }

  /** Whether a size that was tried is known not to pass. */
  boolean isNarrow() {
    return bad <= top;
  }

  /** The payload of the next probe in bytes; 0 = none now. */
  int nextSegment() {
    int size = hoped || onTrial > 0 || probed > 0 ? 0 : candidate();
    return Math.max(0, size - optionBytes);
  }

  private int candidate() {
    if (withdrawn) {
      return 0;
    }
    int size = raises ? between() : BlackHole.above(good, v6, top);
    return size > good && size < bad ? size : 0;
  }

  /** RFC 4821 §7.3: doubles until a size does not pass, then halves the range in doubt. */
  private int between() {
    if (bad > top) {
      return Math.min(top, Math.max(trusted, 2 * good));
    }
    return bad - good > good / GRAIN ? good + (bad - good) / 2 : 0;
  }

  /** Whether the search has ended. */
  boolean isOver() {
    return !hoped && onTrial == 0 && probed == 0 && candidate() == 0;
  }

  /** Whether the result has changed since the last call. */
  boolean takeNews() {
    boolean taken = news;
    news = false;
    return taken;
  }
}
