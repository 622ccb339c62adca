package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.YEAR;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.JsonValues;
import dev.jktcp.options.WrongOption;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * {@link TcpTuning} as users write it: an object with times in milliseconds, or {@code
 * key=value,key=value}. If it is wrong, the methods throw an {@link IllegalArgumentException} of
 * one line that names the key.
 */
public final class TuningJson {
  private static final long YEAR_MS = YEAR / MS;

  /** Linux's least: the headers and options are less than half of the segment. */
  private static final int LEAST_SEGMENT = 88;

  /** A tuning is immutable; this builder changes with each key. */
  private static final class Change {
    private TcpTuning tuning;

    private Change(TcpTuning tuning) {
      this.tuning = tuning;
    }
  }

  private static final JsonKeys<Change> KEYS =
      new JsonKeys<Change>()
          .truth("noDelay", set(TcpTuning.Builder::noDelay), get(TcpTuning::noDelay))
          .truth("keepAlive", set(TcpTuning.Builder::keepAlive), get(TcpTuning::keepAlive))
          .time(
              "keepAliveMs",
              1,
              YEAR_MS,
              set(TcpTuning.Builder::keepAliveAfter),
              time(TcpTuning::keepAliveNs))
          .time(
              "keepAliveRetryMs",
              1,
              YEAR_MS,
              set(TcpTuning.Builder::keepAliveRetry),
              time(TcpTuning::keepAliveRetryNs))
          .integer(
              "keepAliveProbes",
              2, // RFC 9293 MUST-29
              Integer.MAX_VALUE,
              set(TcpTuning.Builder::keepAliveProbes),
              get(TcpTuning::keepAliveProbes))
          .time(
              "userTimeoutMs",
              0,
              YEAR_MS,
              set(TcpTuning.Builder::userTimeout),
              time(TcpTuning::userTimeoutNs))
          .time(
              "connectTimeoutMs",
              0,
              YEAR_MS,
              set(TcpTuning.Builder::connectTimeout),
              time(TcpTuning::connectTimeoutNs))
          .integer("ttl", 1, 255, set(TcpTuning.Builder::ttl), get(TcpTuning::ttl))
          .integer(
              "trafficClass",
              0,
              255,
              set(TcpTuning.Builder::trafficClass),
              get(TcpTuning::trafficClass))
          .integerOrZero(
              "maxSegment",
              LEAST_SEGMENT,
              65_535,
              set(TcpTuning.Builder::maxSegment),
              get(TcpTuning::maxSegment))
          .time(
              "lingerMs",
              TcpTuning.NO_LINGER,
              YEAR_MS,
              set(TuningJson::linger),
              time(TcpTuning::lingerNs))
          .truth(
              "requireTimestamps",
              set(TcpTuning.Builder::requireTimestamps),
              get(TcpTuning::requireTimestamps));

  private TuningJson() {}

  /** The names of all keys. */
  public static List<String> keys() {
    return new ArrayList<>(KEYS.names());
  }

  /** Absent keys have their defaults. */
  public static TcpTuning read(JsonObject json) {
    Change change = new Change(TcpTuning.DEFAULT);
    KEYS.read(json, change);
    return change.tuning;
  }

  /** All keys; times are rounded up to milliseconds. */
  public static JsonObject write(TcpTuning tuning) {
    return KEYS.write(new Change(tuning));
  }

  /** From {@code noDelay=false,connectTimeoutMs=5000}. */
  public static TcpTuning parse(String text) {
    JsonObject json = new JsonObject();
    for (String field : text.split(",", -1)) {
      int sign = field.indexOf('=');
      if (sign < 1) {
        throw new WrongOption("", "'" + JsonValues.shown(field) + "' is not KEY=VALUE");
      }
      String key = field.substring(0, sign);
      if (json.containsKey(key)) {
        throw new WrongOption(key, "is given twice");
      }
      json.put(key, value(field.substring(sign + 1)));
    }
    return read(json);
  }

  private static Object value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    return text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : text;
  }

  /** -1 stands for none, in nanoseconds as in milliseconds. */
  private static void linger(TcpTuning.Builder tuning, Duration time) {
    if (time.isNegative()) {
      tuning.noLinger();
    } else {
      tuning.linger(time);
    }
  }

  private static <V> BiConsumer<Change, V> set(BiConsumer<TcpTuning.Builder, V> set) {
    return (change, value) -> change.tuning = change.tuning.with(t -> set.accept(t, value));
  }

  private static <V> Function<Change, V> get(Function<TcpTuning, V> get) {
    return change -> get.apply(change.tuning);
  }

  private static Function<Change, Duration> time(Function<TcpTuning, Long> getNs) {
    return change -> Duration.ofNanos(getNs.apply(change.tuning));
  }
}
