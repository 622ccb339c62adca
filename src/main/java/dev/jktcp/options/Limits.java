package dev.jktcp.options;

import java.time.Duration;

/** Checks of numbers and times of options. A time is named by its key in JSON: {@code gapMs}. */
public final class Limits {
  /** RFC 9293 §3.1: a port has 16 bits. */
  public static final int MAX_PORT = 65_535;

  private Limits() {}

  public static long range(String name, long value, long min, long max) {
    if (value >= min && value <= max) {
      return value;
    }
    throw new WrongOption(name, value + " is not from " + min + " to " + max);
  }

  public static int range(String name, int value, int min, int max) {
    return (int) range(name, (long) value, min, max);
  }

  /** 0, which has a meaning of its own, or a number of this range. */
  public static long zeroOrRange(String name, long value, long min, long max) {
    return value == 0 ? 0 : range(name, value, min, max);
  }

  public static int atLeastOne(String name, int value) {
    return (int) atLeast(name, value, 1);
  }

  public static long atLeast(String name, long value, long min) {
    if (value < min) {
      throw new WrongOption(name, value + " is less than " + min);
    }
    return value;
  }

  /** A time of at least a millisecond, and no longer than a timer takes. */
  public static Duration time(String name, Duration time) {
    return time(name, time, 1, Integer.MAX_VALUE);
  }

  public static Duration time(String name, Duration time, long minMs, long maxMs) {
    if (time == null) {
      throw new WrongOption(name, "is missing");
    }
    boolean fits =
        time.compareTo(Duration.ofMillis(minMs)) >= 0
            && time.compareTo(Duration.ofMillis(maxMs)) <= 0;
    if (fits) {
      return time;
    }
    throw new WrongOption(name, shown(time) + " is not from " + minMs + " to " + maxMs);
  }

  /** In milliseconds, the unit of the range; in ISO form if milliseconds cannot express it. */
  private static String shown(Duration time) {
    boolean whole = time.getNano() % 1_000_000 == 0;
    return whole && fitsMs(time) ? Long.toString(time.toMillis()) : time.toString();
  }

  /** Whether a long can count its milliseconds. */
  private static boolean fitsMs(Duration time) {
    long most = Long.MAX_VALUE / 1_000;
    return time.getSeconds() < most && time.getSeconds() > -most;
  }

  /**
   * Whole milliseconds, as JSON has them. A part of one counts as one, in both directions from 0: a
   * time below 0 does not become 0, which may mean "never".
   */
  public static long roundedUpMs(Duration time) {
    if (!fitsMs(time)) {
      return time.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return time.plusNanos(time.isNegative() ? -999_999 : 999_999).toMillis();
  }
}
