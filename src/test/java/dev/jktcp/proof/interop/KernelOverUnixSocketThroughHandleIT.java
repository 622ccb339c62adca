package dev.jktcp.proof.interop;

/** The same through a handle, whose streams live on another context. */
class KernelOverUnixSocketThroughHandleIT extends KernelOverUnixSocketIT {
  @Override
  KernelLab through(KernelLab inHand) {
    return inHand.throughHandle();
  }

  @Override
  int megabytes() {
    return 64;
  }
}
