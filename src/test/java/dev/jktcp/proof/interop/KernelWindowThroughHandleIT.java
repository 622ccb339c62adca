package dev.jktcp.proof.interop;

/** The same through a handle, whose streams live on another context. */
class KernelWindowThroughHandleIT extends KernelWindowIT {
  @Override
  KernelLab through(KernelLab inHand) {
    return inHand.throughHandle();
  }

  /**
   * Bytes that the handle takes ahead of its reader count as read, and the receive buffer is tuned
   * to twice as many.
   */
  @Override
  long mostUnread() {
    return 3 * super.mostUnread();
  }
}
