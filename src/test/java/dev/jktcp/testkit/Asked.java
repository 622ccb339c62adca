package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;

/** What a command line asks of a test by {@code -Dname=value}; what is wrong with it, in a line. */
public final class Asked {
  private Asked() {}

  /**
   * @return a whole number from {@code least} on; {@code otherwise} when it is not asked for
   */
  public static long number(String name, long least, long otherwise) {
    String text = System.getProperty(name, "").strip();
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    String bound = least == Long.MIN_VALUE ? "" : " of at least " + least;
    return fail("-D" + name + ": '" + text + "' is no whole number" + bound);
  }

  /**
   * @return one of the words; empty when none is asked for
   */
  public static String word(String name, String... words) {
    String text = System.getProperty(name, "").strip();
    if (!text.isEmpty() && !Arrays.asList(words).contains(text)) {
      fail("-D" + name + ": '" + text + "' is none of " + String.join(", ", words));
    }
    return text;
  }
}
