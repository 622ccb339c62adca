package dev.jktcp.proof.interop;

/** Of addresses. */
public enum Family {
  V4,
  V6
}
