package dev.jktcp.tcp;

/**
 * How much may be in flight. A policy is told facts and answers with an allowance; it has no way
 * back to the connection and keeps no state of its own, so one object serves every connection: what
 * it must remember lives in the {@link Window} that each connection hands it.
 *
 * <p>All sizes are bytes of sequence space, all times nanoseconds. Called on the adapter's context
 * only. Loss recovery (which bytes to send again) is not a policy's business.
 */
public interface CongestionControl {
  /** What a policy remembers of one connection. */
  final class Window {
    /** Largest payload of a segment (SMSS). */
    public int mss;

    /** Congestion window. */
    public int cwnd;

    /** Slow-start threshold. */
    public int ssthresh = Integer.MAX_VALUE;

    /** Bytes acknowledged since the window last grew in congestion avoidance. */
    public int acked;

    /** Free for the policy. */
    public long note;

    /** One a connection; all zero until it is established. */
    public Window() {}
  }

  /** The connection is established and {@code window.mss} is known. */
  void onEstablished(Window window);

  /**
   * How many bytes may join the flight now.
   *
   * @param inFlight what the network is thought to hold
   */
  int allowance(Window window, int inFlight);

  /**
   * New data was acknowledged outside loss recovery.
   *
   * @param inFlight flight size before this ACK
   * @param rttNs the sample this ACK gave, or 0
   */
  void onAck(Window window, int ackedBytes, int inFlight, long rttNs, long nowNs);

  /** A loss was found by duplicate ACKs; once for each window of data. */
  void onLoss(Window window, int inFlight, long nowNs);

  /** The recovery that {@link #onLoss} began is over. */
  void onRecovered(Window window, int inFlight, long nowNs);

  /**
   * New data is about to leave after nothing was in flight and nothing was sent for longer than the
   * retransmission timeout: no ACKs pace it (RFC 5681 §4.1).
   */
  default void onIdle(Window window, long nowNs) {}

  /**
   * The retransmission timer fired.
   *
   * @param first whether this is the first time-out of the oldest segment
   */
  void onRetransmitTimeout(Window window, int inFlight, boolean first, long nowNs);
}
