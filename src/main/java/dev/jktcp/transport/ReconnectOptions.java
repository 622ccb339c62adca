package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.options.WrongOption;
import dev.jktcp.text.Nearest;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
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
@DataObject
public final class ReconnectOptions {
  private static final long HOUR_MS = 3_600_000;
  private static final long MOST_GAP_MS = 24 * HOUR_MS;

  private static final Map<String, BiConsumer<ReconnectOptions, String>> QUERY =
      new LinkedHashMap<>();

  static {
    QUERY.put("first", (options, value) -> options.setFirst(time("first", value)));
    QUERY.put("largest", (options, value) -> options.setLargest(time("largest", value)));
    QUERY.put("jitter", (options, value) -> options.setJitter(fraction(value)));
    QUERY.put("attempts", (options, value) -> options.setAttempts(count(value)));
    QUERY.put("gap", (options, value) -> options.setGap(time("gap", value)));
    QUERY.put("mustListen", (options, value) -> options.setMustListen(truth(value)));
  }

  /** The smallest double has 324 zeros in front of its digits. */
  private static final String FRACTION = "\\d(\\.\\d{1,340})?";

  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private static final JsonKeys<ReconnectOptions> JSON =
      new JsonKeys<ReconnectOptions>()
          .time("firstMs", ReconnectOptions::setFirst, ReconnectOptions::getFirst)
          .time("largestMs", ReconnectOptions::setLargest, ReconnectOptions::getLargest)
          .fraction("jitter", ReconnectOptions::setJitter, ReconnectOptions::getJitter)
          .integer("attempts", ReconnectOptions::setAttempts, ReconnectOptions::getAttempts)
          .time("gapMs", ReconnectOptions::setGap, ReconnectOptions::getGap)
          .truth("mustListen", ReconnectOptions::setMustListen, ReconnectOptions::isMustListen);

  private Duration first = Duration.ofMillis(100);
  private Duration largest = Duration.ofSeconds(10);
  private double jitter = 0.5;
  private int attempts;
  private Duration gap = Duration.ofSeconds(30);
  private boolean mustListen;

  public ReconnectOptions() {}

  /** A copy. */
  public ReconnectOptions(ReconnectOptions other) {
    first = other.first;
    largest = other.largest;
    jitter = other.jitter;
    attempts = other.attempts;
    gap = other.gap;
    mustListen = other.mustListen;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public ReconnectOptions(JsonObject json) {
    JSON.read(json, this);
    checked();
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  /**
   * Reads the query of a URI, without its question mark.
   *
   * @throws IllegalArgumentException with one line that names the option
   */
  static ReconnectOptions parse(String query) {
    try {
      return read(query);
    } catch (WrongOption e) {
      throw new IllegalArgumentException(asInQuery(e.getMessage()), e);
    }
  }

  private static ReconnectOptions read(String query) {
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

  /** A setter's error names a key of JSON; a URI has options. */
  private static String asInQuery(String error) {
    return error.replaceAll("\\b(first|largest|gap)Ms\\b", "$1");
  }

  private static List<String> names() {
    return List.copyOf(QUERY.keySet());
  }

  private static Duration time(String name, String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          name + ": '" + text + "' is not a time such as 100ms or 30s");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }

  private static double fraction(String text) {
    if (text.matches(FRACTION)) {
      return Double.parseDouble(text);
    }
    throw new IllegalArgumentException("jitter: '" + text + "' is not a number from 0 to 1");
  }

  private static boolean truth(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    throw new IllegalArgumentException("mustListen: '" + text + "' is not true or false");
  }

  private static int count(String text) {
    if (text.matches("\\d{1,9}")) {
      return Integer.parseInt(text);
    }
    throw new IllegalArgumentException("attempts: '" + text + "' is not a whole number");
  }

  /**
   * The wait after the first failed attempt; each further failure doubles it. Default 100 ms: a
   * process that restarts is rarely there sooner.
   */
  public ReconnectOptions setFirst(Duration first) {
    this.first = Limits.time("firstMs", first, 1, HOUR_MS);
    return this;
  }

  public Duration getFirst() {
    return first;
  }

  /**
   * The longest wait. Default 10 s: a third of the gap, so that connections are still there when
   * the transport is.
   */
  public ReconnectOptions setLargest(Duration largest) {
    this.largest = Limits.time("largestMs", largest, 1, HOUR_MS);
    return this;
  }

  public Duration getLargest() {
    return largest;
  }

  /**
   * The part of a wait that a random draw may cut off, so that the many clients of a restarted
   * server do not come at once. From 0 to 1, default 0.5.
   */
  public ReconnectOptions setJitter(double jitter) {
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new WrongOption("jitter", jitter + " is not from 0 to 1");
    }
    this.jitter = jitter;
    return this;
  }

  public double getJitter() {
    return jitter;
  }

  /**
   * Attempts in a row that may fail before the transport ends, and its adapter with it. 0 (the
   * default): no limit.
   */
  public ReconnectOptions setAttempts(int attempts) {
    this.attempts = Limits.range("attempts", attempts, 0, Integer.MAX_VALUE);
    return this;
  }

  public int getAttempts() {
    return attempts;
  }

  /**
   * How long connections outlive the loss. A connection that has waited for this long ends with
   * {@link dev.jktcp.tcp.CloseReason#TRANSPORT_AWAY}, unless its own user timeout is longer. 0: at
   * once. Default 30 s: a process restarts within it, and a person still waits.
   */
  public ReconnectOptions setGap(Duration gap) {
    this.gap = Limits.time("gapMs", gap, 0, MOST_GAP_MS);
    return this;
  }

  public Duration getGap() {
    return gap;
  }

  /**
   * Whether a {@link TransportUri} that listens ends if it cannot listen at the start, for example
   * because its path or port is taken. Default false: it is tried again, as after a loss.
   */
  public ReconnectOptions setMustListen(boolean mustListen) {
    this.mustListen = mustListen;
    return this;
  }

  public boolean isMustListen() {
    return mustListen;
  }

  /**
   * @throws IllegalArgumentException if the first wait is longer than the largest
   */
  ReconnectOptions checked() {
    if (first.compareTo(largest) > 0) {
      throw new WrongOption(
          "firstMs", first.toMillis() + " is more than largestMs, " + largest.toMillis());
    }
    return this;
  }

  /** The query of a URI; empty if every option has its default. */
  String query() {
    ReconnectOptions usual = new ReconnectOptions();
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    if (!first.equals(usual.first)) {
      query.add("first=" + Limits.roundedUpMs(first) + "ms");
    }
    if (!largest.equals(usual.largest)) {
      query.add("largest=" + Limits.roundedUpMs(largest) + "ms");
    }
    if (jitter != usual.jitter) {
      query.add("jitter=" + BigDecimal.valueOf(jitter).toPlainString());
    }
    if (attempts != usual.attempts) {
      query.add("attempts=" + attempts);
    }
    if (!gap.equals(usual.gap)) {
      query.add("gap=" + Limits.roundedUpMs(gap) + "ms");
    }
    if (mustListen) {
      query.add("mustListen=true");
    }
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
