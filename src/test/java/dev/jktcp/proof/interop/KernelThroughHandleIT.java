package dev.jktcp.proof.interop;

/** The same through a handle, whose streams live on another context. */
class KernelThroughHandleIT extends KernelInteropIT {
  @Override
  KernelLab through(KernelLab inHand) {
    return inHand.throughHandle();
  }

  @Override
  int large() {
    return 64 << 20;
  }
}
