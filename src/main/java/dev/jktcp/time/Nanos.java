package dev.jktcp.time;

/** Units of time in nanoseconds. They are compile-time constants, so even the core uses them. */
public final class Nanos {
  public static final long US = 1_000;
  public static final long MS = 1_000 * US;
  public static final long SECOND = 1_000 * MS;
  public static final long HOUR = 3_600 * SECOND;
  public static final long YEAR = 365 * 24 * HOUR;

  private Nanos() {}
}
