package dev.jktcp.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spans of time as the command line writes them: {@code 20ms}, {@code 1.5s}, {@code 2m}, {@code
 * 1h}.
 */
final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(us|ms|s|m|h)");

  private Durations() {}

  /** Nanoseconds; 0 may go without a unit. */
  static long parseNs(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new BadUsage("'" + text + "' is not a time such as 20ms, 1.5s or 2m");
    }
    double unitNs =
        switch (matcher.group(2)) {
          case "us" -> 1e3;
          case "ms" -> 1e6;
          case "s" -> 1e9;
          case "m" -> 60e9;
          default -> 3_600e9;
        };
    return Math.round(Double.parseDouble(matcher.group(1)) * unitNs);
  }
}
