package dev.jktcp.proof.interop;

/** A connection between our stack and the kernel's, by its two ends. */
record Link(StackEnd ours, KernelEnd kernels) {}
