package dev.jktcp.bench;

import java.util.Locale;

/** The figures of a bench; the name in JSON is that of the constant. */
public enum Figure {
  /** Payload at the 99th percentile, in 10^9 bits a second of CPU time. */
  GBIT_PER_SEC,

  /** The same at the median. */
  GBIT_PER_SEC_MEDIAN,

  /** Round trips or connections a second of CPU time, at the 99th percentile. */
  PER_SEC,

  /** The same at the median. */
  PER_SEC_MEDIAN,

  /** Heap of one idle end. */
  BYTES_PER_CONNECTION,

  /** Bytes allocated for each segment of payload, round trip or connection. */
  GARBAGE_BYTES,

  /** The floor at its 99th percentile. */
  FLOOR_GBIT_PER_SEC,

  /** {@link #GBIT_PER_SEC} to {@link #FLOOR_GBIT_PER_SEC}. */
  RATIO,

  /** {@link #GBIT_PER_SEC} or {@link #PER_SEC} to that of the same work with nothing beside it. */
  KEPT,

  /** CPU time of the process for a megabyte of payload, outside the kernel. */
  USER_MICROS_PER_MB,

  /** The same inside the kernel. */
  SYSTEM_MICROS_PER_MB,

  /** CPU time of the whole process for each round trip, in microseconds. */
  PROCESS_MICROS,

  /** Times that a thread was woken for each round trip. */
  WAKE_UPS,

  /**
   * Bulk data of the kernel's loopback beside it, in 10^9 bits a second, at the 99th percentile.
   */
  KERNEL_GBIT_PER_SEC,

  /** The same at the median. */
  KERNEL_GBIT_PER_SEC_MEDIAN,

  /** Round trips or requests a second of the kernel's loopback beside it, likewise. */
  KERNEL_PER_SEC,

  /** The same at the median. */
  KERNEL_PER_SEC_MEDIAN,

  /** {@link #GBIT_PER_SEC} or {@link #PER_SEC} to that of the kernel's loopback. */
  OF_KERNEL,

  /** {@link #WAKE_UPS} of the kernel's loopback. */
  KERNEL_WAKE_UPS,

  /** Slices that were timed. */
  SLICES;

  private final String key;

  Figure() {
    StringBuilder camel = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
      camel.append(
          camel.length() == 0
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    key = camel.toString();
  }

  /** The name in JSON. */
  public String key() {
    return key;
  }
}
