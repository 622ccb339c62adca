package dev.jktcp.impl;

/** How many Buffers a reader still wants, as {@link io.vertx.core.streams.ReadStream} counts. */
public final class Demand {
  /** Stays as it is, however many are delivered. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private Demand() {}

  /** Refuses an amount that cannot be fetched. */
  public static void check(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch of " + amount + ": must be 0 or more");
    }
  }

  public static long plus(long demand, long amount) {
    return demand + amount < 0 ? UNLIMITED : demand + amount;
  }

  /** The demand after one more delivery. */
  public static long less(long demand) {
    return demand == UNLIMITED ? UNLIMITED : demand - 1;
  }
}
