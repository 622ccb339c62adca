package dev.jktcp.transport;

import dev.jktcp.text.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a {@link ReconnectingTransport} tries again, and how long connections outlive the time in
 * between. In a {@link TransportUri} they are its query: {@code
 * reconnect+unix:/run/t?gap=60s&attempts=20}.
 */
public final class ReconnectOptions {
  private static final long HOUR_MS = 3_600_000;
  private static final long MOST_GAP_MS = 24 * HOUR_MS;

  private static final Map<String, BiConsumer<ReconnectOptions, String>> QUERY =
      new LinkedHashMap<>();

  static {
    QUERY.put("first", (options, value) -> options.setFirstMs(ms("first", value)));
    QUERY.put("largest", (options, value) -> options.setLargestMs(ms("largest", value)));
    QUERY.put("jitter", (options, value) -> options.setJitter(fraction(value)));
    QUERY.put("attempts", (options, value) -> options.setAttempts(count(value)));
    QUERY.put("gap", (options, value) -> options.setGapMs(ms("gap", value)));
  }

  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private long firstMs = 100;
  private long largestMs = 10_000;
  private double jitter = 0.5;
  private int attempts;
  private long gapMs = 30_000;

  public ReconnectOptions() {}

  /** A copy. */
  public ReconnectOptions(ReconnectOptions other) {
    firstMs = other.firstMs;
    largestMs = other.largestMs;
    jitter = other.jitter;
    attempts = other.attempts;
    gapMs = other.gapMs;
  }

  /**
   * Reads the query of a URI, without its question mark.
   *
   * @throws IllegalArgumentException with one line that names the option
   */
  static ReconnectOptions parse(String query) {
    ReconnectOptions options = new ReconnectOptions();
    for (String field : query.split("&")) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      BiConsumer<ReconnectOptions, String> set = QUERY.get(name);
      if (set == null) {
        throw new IllegalArgumentException(
            "'" + name + "' is not an option; " + Nearest.hint(name, names()));
      }
      set.accept(options, equals < 0 ? "" : field.substring(equals + 1));
    }
    return options.checked();
  }

  private static List<String> names() {
    return List.copyOf(QUERY.keySet());
  }

  private static long ms(String name, String text) {
    if (text.equals("0")) return 0;
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          name + ": '" + text + "' is not a time such as 100ms or 30s");
    }
    long unitMs =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          default -> 60_000;
        };
    return Long.parseLong(matcher.group(1)) * unitMs;
  }

  private static double fraction(String text) {
    if (text.matches("\\d(\\.\\d{1,6})?")) return Double.parseDouble(text);
    throw new IllegalArgumentException("jitter: '" + text + "' is not a number from 0 to 1");
  }

  private static int count(String text) {
    if (text.matches("\\d{1,9}")) return Integer.parseInt(text);
    throw new IllegalArgumentException("attempts: '" + text + "' is not a whole number");
  }

  /**
   * The wait behind the first attempt that fails; each further one doubles it. Default 100 ms: a
   * process that restarts is rarely there sooner.
   */
  public ReconnectOptions setFirstMs(long firstMs) {
    this.firstMs = range("first", firstMs, 1, HOUR_MS);
    return this;
  }

  public long getFirstMs() {
    return firstMs;
  }

  /**
   * The longest wait. Default 10,000 ms: a third of the gap, so that connections are still there
   * when the transport is.
   */
  public ReconnectOptions setLargestMs(long largestMs) {
    this.largestMs = range("largest", largestMs, 1, HOUR_MS);
    return this;
  }

  public long getLargestMs() {
    return largestMs;
  }

  /**
   * By what part a wait is shorter at most, drawn at random: many clients of one server that
   * restarts do not come at once. From 0 to 1, default 0.5.
   */
  public ReconnectOptions setJitter(double jitter) {
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter: " + jitter + " is not from 0 to 1");
    }
    this.jitter = jitter;
    return this;
  }

  public double getJitter() {
    return jitter;
  }

  /**
   * Attempts in a row that may fail before the transport ends, and its adapter with it. 0 (the
   * default): as many as it takes.
   */
  public ReconnectOptions setAttempts(int attempts) {
    this.attempts = (int) range("attempts", attempts, 0, Integer.MAX_VALUE);
    return this;
  }

  public int getAttempts() {
    return attempts;
  }

  /**
   * How long connections outlive the loss. A connection that has waited for so long ends with
   * {@link dev.jktcp.tcp.CloseReason#TRANSPORT_AWAY}, unless its own user timeout is longer. 0: at
   * once. Default 30,000 ms: a process restarts within it, and a person still waits.
   */
  public ReconnectOptions setGapMs(long gapMs) {
    this.gapMs = range("gap", gapMs, 0, MOST_GAP_MS);
    return this;
  }

  public long getGapMs() {
    return gapMs;
  }

  /**
   * @throws IllegalArgumentException if the first wait is longer than the largest
   */
  ReconnectOptions checked() {
    if (firstMs > largestMs) {
      throw new IllegalArgumentException(
          "first: " + firstMs + " ms is more than largest, " + largestMs + " ms");
    }
    return this;
  }

  private static long range(String name, long value, long min, long max) {
    if (value >= min && value <= max) return value;
    throw new IllegalArgumentException(name + ": " + value + " is not from " + min + " to " + max);
  }

  /** The query of a URI; empty if all is as by default. */
  String query() {
    ReconnectOptions usual = new ReconnectOptions();
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    if (firstMs != usual.firstMs) query.add("first=" + firstMs + "ms");
    if (largestMs != usual.largestMs) query.add("largest=" + largestMs + "ms");
    if (jitter != usual.jitter) query.add("jitter=" + jitter);
    if (attempts != usual.attempts) query.add("attempts=" + attempts);
    if (gapMs != usual.gapMs) query.add("gap=" + gapMs + "ms");
    return query.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReconnectOptions o && o.query().equals(query());
  }

  @Override
  public int hashCode() {
    return Objects.hash(query());
  }
}
