package dev.jktcp.tcp.connection;

/**
 * How much may leave while a loss is recovered (RFC 9937): the network comes down to ssthresh over
 * a round trip, in proportion to what arrives, instead of in one step of silence or of a burst.
 *
 * <p>Sizes are bytes of sequence space.
 */
final class ProportionalRateReduction {
  private int recoverFs; // RecoverFS
  private long delivered; // prr_delivered
  private long out; // prr_out
  private int window; // cwnd

  /**
   * §6.1: a recovery begins.
   *
   * @param recoverFs what may arrive in its course: all in flight that had not been reported before
   *     this ACK
   * @param inNetwork inflight, to which one retransmission comes whatever happens: a timer may have
   *     found the loss
   */
  void begin(int recoverFs, int inNetwork, int smss) {
    this.recoverFs = Math.max(1, recoverFs);
    delivered = 0;
    out = 0;
    window = inNetwork + smss;
  }

  /**
   * §6.2: an ACK that begins a recovery or comes in its course, but for the one that ends it.
   *
   * @param newlyDelivered what arrived by what this ACK tells (DeliveredData)
   * @param inNetwork inflight, after this ACK
   * @param ssthresh where the policy wants it
   * @param safeAck whether SND.UNA moved and no further loss was found
   */
  void onAck(int newlyDelivered, int inNetwork, int ssthresh, boolean safeAck, int smss) {
    if (newlyDelivered <= 0) {
      return;
    }
    delivered += newlyDelivered;
    long sndCnt;
    if (inNetwork > ssthresh) {
      sndCnt = (delivered * ssthresh + recoverFs - 1) / recoverFs - out;
    } else {
      sndCnt = Math.max(delivered - out, newlyDelivered); // PRR-CRB
      if (safeAck) {
        sndCnt += smss; // PRR-SSRB: recovery makes good progress
      }
      sndCnt = Math.min(ssthresh - inNetwork, sndCnt); // no further than where it is to end
    }
    if (out == 0) {
      // The first retransmission leaves at once and keeps ACKs coming. (The RFC forces it when
      // SndCnt is 0. Less than a segment would not let it out either.)
      sndCnt = Math.max(sndCnt, smss);
    }
    window = (int) Math.min(Integer.MAX_VALUE, inNetwork + Math.max(0, sndCnt));
  }

  /** §6.3: data left, for the first time or again. */
  void onSent(int length) {
    out += length;
  }

  /** The congestion window of the recovery. */
  int window() {
    return window;
  }
}
