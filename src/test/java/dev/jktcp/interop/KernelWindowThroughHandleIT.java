package dev.jktcp.interop;

/** The same through a handle, whose streams live on another context. */
class KernelWindowThroughHandleIT extends KernelWindowIT {
  @Override
  KernelLab through(KernelLab inHand) {
    return inHand.throughHandle();
  }

  /**
   * What the handle takes ahead of its reader counts as read: the receive buffer is tuned to twice
   * that.
   */
  @Override
  long mostUnread() {
    return 3 * super.mostUnread();
  }
}
