package dev.jktcp.interop;

/** Of addresses. */
public enum Family {
  V4,
  V6
}
