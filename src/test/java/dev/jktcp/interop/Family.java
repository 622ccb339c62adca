package dev.jktcp.interop;

/** Of addresses. */
enum Family {
  V4,
  V6
}
