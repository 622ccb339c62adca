package dev.jktcp.tcp.connection;

/**
 * How much may leave during a recovery (RFC 9937): the bytes in the network come down to ssthresh
 * over a round trip, in proportion to arrivals, instead of by one silence or one burst.
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
   * @param recoverFs bytes that may arrive in its course: the flight not reported before this ACK
   * @param inNetwork inflight; one retransmission may be added in any case, for a timer may have
   *     found the loss
   */
  void begin(int recoverFs, int inNetwork, int smss) {
    this.recoverFs = Math.max(1, recoverFs);
    delivered = 0;
    out = 0;
    window = inNetwork + smss;
  }

  /**
   * §6.2: any ACK of a recovery except the one that ends it.
   *
   * @param newlyDelivered bytes that arrived by this ACK (DeliveredData)
   * @param inNetwork inflight, after this ACK
   * @param ssthresh the policy's target for inflight
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
