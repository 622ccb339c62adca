package dev.jktcp.interop;

/** The same through a handle, whose streams live on another context. */
class KernelWindowThroughHandleIT extends KernelWindowIT {
  @Override
  KernelLab through(KernelLab inHand) {
    return inHand.throughHandle();
  }

  /** As much again is on its way to the handle, or waits there. */
  @Override
  long mostUnread() {
    return 2 * super.mostUnread();
  }
}
