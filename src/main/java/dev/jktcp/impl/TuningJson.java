package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.text.Nearest;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * {@link TcpTuning} as users write it: an object with times in milliseconds, or {@code
 * key=value,key=value}. All that is wrong is an {@link IllegalArgumentException} of one line that
 * names the key.
 */
public final class TuningJson {
  private static final long YEAR_MS = 365L * 86_400 * 1_000;

  private record Key(
      BiFunction<TcpTuning, Object, TcpTuning> read, Function<TcpTuning, Object> write) {}

  private static final Map<String, Key> KEYS = new LinkedHashMap<>();

  static {
    truth("noDelay", TcpTuning::withNoDelay, TcpTuning::noDelay);
    truth("keepAlive", TcpTuning::withKeepAlive, TcpTuning::keepAlive);
    time(
        "keepAliveMs",
        1,
        (t, ns) -> keepAlive(t, ns, t.keepAliveRetryNs(), t.keepAliveProbes()),
        TcpTuning::keepAliveNs);
    time(
        "keepAliveRetryMs",
        1,
        (t, ns) -> keepAlive(t, t.keepAliveNs(), ns, t.keepAliveProbes()),
        TcpTuning::keepAliveRetryNs);
    number(
        "keepAliveProbes",
        2,
        Integer.MAX_VALUE,
        (t, n) -> keepAlive(t, t.keepAliveNs(), t.keepAliveRetryNs(), n.intValue()),
        t -> (long) t.keepAliveProbes());
    time("userTimeoutMs", 0, TcpTuning::withUserTimeoutNs, TcpTuning::userTimeoutNs);
    time("connectTimeoutMs", 0, TcpTuning::withConnectTimeoutNs, TcpTuning::connectTimeoutNs);
    number("ttl", 1, 255, (t, n) -> t.withTtl(n.intValue()), t -> (long) t.ttl());
    number(
        "trafficClass",
        0,
        255,
        (t, n) -> t.withTrafficClass(n.intValue()),
        t -> (long) t.trafficClass());
    number(
        "maxSegment",
        0,
        65_535,
        (t, n) -> t.withMaxSegment(n.intValue()),
        t -> (long) t.maxSegment());
    number(
        "lingerMs",
        TcpTuning.NO_LINGER,
        YEAR_MS,
        (t, ms) -> t.withLingerNs(ms < 0 ? TcpTuning.NO_LINGER : ms * MS),
        t -> t.lingerNs() < 0 ? TcpTuning.NO_LINGER : roundedUp(t.lingerNs()));
    truth("requireTimestamps", TcpTuning::withRequireTimestamps, TcpTuning::requireTimestamps);
  }

  private TuningJson() {}

  /** The names of all keys. */
  public static List<String> keys() {
    return new ArrayList<>(KEYS.keySet());
  }

  /**
   * @param value a JSON object; absent keys have their defaults
   */
  public static TcpTuning read(Object value) {
    if (!(value instanceof JsonObject json)) {
      throw JsonValues.wrong("tuning", "an object", value);
    }
    TcpTuning tuning = TcpTuning.DEFAULT;
    for (Map.Entry<String, Object> entry : json) {
      Key key = KEYS.get(entry.getKey());
      if (key == null) throw unknown(entry.getKey());
      tuning = key.read.apply(tuning, entry.getValue());
    }
    return tuning;
  }

  /** All of it; what is less than a millisecond is rounded up. */
  public static JsonObject write(TcpTuning tuning) {
    JsonObject json = new JsonObject();
    KEYS.forEach((name, key) -> json.put(name, key.write.apply(tuning)));
    return json;
  }

  /** From {@code noDelay=false,connectTimeoutMs=5000}. */
  public static TcpTuning parse(String text) {
    JsonObject json = new JsonObject();
    for (String field : text.split(",", -1)) {
      int sign = field.indexOf('=');
      if (sign < 1) {
        throw new IllegalArgumentException(
            "tuning: '" + JsonValues.shown(field) + "' is not KEY=VALUE");
      }
      String key = field.substring(0, sign);
      if (json.containsKey(key)) throw new IllegalArgumentException("tuning." + key + ": twice");
      json.put(key, value(field.substring(sign + 1)));
    }
    return read(json);
  }

  private static Object value(String text) {
    if (text.equals("true") || text.equals("false")) return Boolean.valueOf(text);
    return text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : text;
  }

  /** The times do not switch it on: that is a key of its own. */
  private static TcpTuning keepAlive(TcpTuning tuning, long idleNs, long retryNs, int probes) {
    return tuning.withKeepAlive(idleNs, retryNs, probes).withKeepAlive(tuning.keepAlive());
  }

  private static void truth(
      String name,
      BiFunction<TcpTuning, Boolean, TcpTuning> set,
      Function<TcpTuning, Boolean> get) {
    KEYS.put(
        name,
        new Key(
            (tuning, value) -> set.apply(tuning, JsonValues.truth("tuning." + name, value)),
            get::apply));
  }

  private static void time(
      String name,
      long min,
      BiFunction<TcpTuning, Long, TcpTuning> set,
      Function<TcpTuning, Long> get) {
    number(
        name,
        min,
        YEAR_MS,
        (tuning, ms) -> set.apply(tuning, ms * MS),
        tuning -> roundedUp(get.apply(tuning)));
  }

  private static long roundedUp(long ns) {
    return (ns + MS - 1) / MS;
  }

  private static void number(
      String name,
      long min,
      long max,
      BiFunction<TcpTuning, Long, TcpTuning> set,
      Function<TcpTuning, Long> get) {
    KEYS.put(
        name,
        new Key(
            (tuning, value) -> {
              long number = JsonValues.wholeNumber("tuning." + name, value);
              if (number < min || number > max) {
                throw new IllegalArgumentException(
                    "tuning." + name + ": " + number + " is not from " + min + " to " + max);
              }
              return set.apply(tuning, number);
            },
            get::apply));
  }

  private static IllegalArgumentException unknown(String key) {
    String shown = JsonValues.shown(key);
    return new IllegalArgumentException(
        "tuning: unknown key '" + shown + "': " + Nearest.hint(shown, KEYS.keySet()));
  }
}
