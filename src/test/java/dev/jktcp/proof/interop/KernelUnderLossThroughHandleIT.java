package dev.jktcp.proof.interop;

/** The same through a handle, whose streams live on another context. */
class KernelUnderLossThroughHandleIT extends KernelUnderLossIT {
  @Override
  KernelLab through(KernelLab inHand) {
    return inHand.throughHandle();
  }
}
