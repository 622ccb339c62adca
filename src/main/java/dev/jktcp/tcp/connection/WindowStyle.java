package dev.jktcp.tcp.connection;

/**
 * How the window that we offer is announced, where stacks that satisfy the RFCs differ. An
 * immutable value; {@link #DEFAULT} suits every user who need not imitate another stack.
 *
 * @param scales whether the window may be scaled at all (RFC 7323 §2); if not, no SYN of ours
 *     offers it, and a peer's offer is ignored
 * @param shift the scale that our SYN offers, 0 to 14 (RFC 7323 §2.3); -1 = the smallest that can
 *     express the whole receive buffer
 * @param wholeSegments whether the receive buffer grows to a multiple of the MSS once both MSS are
 *     known, as on BSD: a peer that fills the window then ends with a full segment
 * @param eager whether each ACK moves the right edge as far as there is room, as BSD and Linux do;
 *     if not, it moves in steps of a segment or half a buffer (RFC 9293 MUST-39). Either way a
 *     closed window opens by no less than such a step
 * @param roundsUp whether a window that scaling cannot express is rounded up, as on Linux, and no
 *     byte beyond it is taken; if not, it is rounded down, as on BSD, and bytes are taken as far as
 *     there is room
 * @param updatePart when a reader has opened the window by this part of the buffer, it is announced
 *     at once, unless an ACK will do so soon: 2 = a half, as RFC 9293 §3.8.6.2.2 recommends for
 *     steps; BSD uses a quarter
 * @param earned whether a new connection is offered at most 64 KiB, and more only as its reader
 *     reads, so that a peer whose reader does not read cannot make us hold a whole buffer; if not,
 *     the whole buffer is offered at once, as on BSD
 */
public record WindowStyle(
    boolean scales,
    int shift,
    boolean wholeSegments,
    boolean eager,
    boolean roundsUp,
    int updatePart,
    boolean earned) {
  private static final int MAX_SHIFT = 14; // RFC 7323 §2.3

  public static final WindowStyle DEFAULT = new WindowStyle(true, -1, false, false, true, 2, true);

  public WindowStyle {
    if (shift < -1 || shift > MAX_SHIFT) {
      throw new IllegalArgumentException("window shift " + shift + ": must be -1 to " + MAX_SHIFT);
    }
    if (updatePart < 1) {
      throw new IllegalArgumentException(
          "part of the buffer " + updatePart + ": must be 1 or more");
    }
  }

  /** The same, with the whole buffer offered at once. */
  public WindowStyle withWholeBufferAtOnce() {
    return new WindowStyle(scales, shift, wholeSegments, eager, roundsUp, updatePart, false);
  }
}
