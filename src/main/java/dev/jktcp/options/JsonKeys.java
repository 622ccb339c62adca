package dev.jktcp.options;

import dev.jktcp.text.Nearest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The keys of one options class in JSON, a row each: name, range, setter, getter. A class builds
 * its table once, in its static initializer.
 *
 * <p>A setter that asks {@link #checked} has the range of its row. A row without a range belongs to
 * a setter that checks by itself.
 *
 * @param <T> the options class
 */
public final class JsonKeys<T> {
  private record Key<T>(BiConsumer<T, Object> read, Function<T, Object> write) {}

  /**
   * Of a number, or of a time in milliseconds.
   *
   * @param orZero 0 has a meaning of its own
   */
  private record Range(long min, long max, boolean orZero) {
    void check(String name, long value) {
      if (!orZero || value != 0) {
        Limits.range(name, value, min, max);
      }
    }
  }

  private final Map<String, Key<T>> keys = new LinkedHashMap<>();
  private final Map<String, Range> ranges = new HashMap<>();

  public JsonKeys<T> text(String name, BiConsumer<T, String> set, Function<T, String> get) {
    return value(name, (t, v) -> set.accept(t, JsonValues.string(name, v)), get::apply);
  }

  public JsonKeys<T> truth(String name, BiConsumer<T, Boolean> set, Function<T, Boolean> get) {
    return value(name, (t, v) -> set.accept(t, JsonValues.truth(name, v)), get::apply);
  }

  public JsonKeys<T> texts(
      String name, BiConsumer<T, List<String>> set, Function<T, List<String>> get) {
    return value(
        name,
        (t, v) -> set.accept(t, JsonValues.strings(name, v)),
        t -> new JsonArray(new ArrayList<>(get.apply(t))));
  }

  public JsonKeys<T> fraction(String name, BiConsumer<T, Double> set, Function<T, Double> get) {
    return value(name, (t, v) -> set.accept(t, JsonValues.fraction(name, v)), get::apply);
  }

  public JsonKeys<T> integer(String name, BiConsumer<T, Integer> set, Function<T, Integer> get) {
    return value(
        name,
        (t, v) -> {
          long number = whole(name, v);
          // A setter cannot judge a number beyond int's range. None takes a number below 0.
          if (number != (int) number) {
            Limits.range(name, number, 0, Integer.MAX_VALUE);
          }
          set.accept(t, (int) number);
        },
        get::apply);
  }

  public JsonKeys<T> integer(
      String name, int min, int max, BiConsumer<T, Integer> set, Function<T, Integer> get) {
    return limited(
        name, new Range(min, max, false), (t, n) -> set.accept(t, n.intValue()), get::apply);
  }

  /** A number of this range; 0, or the absence of the key, has a meaning of its own. */
  public JsonKeys<T> integerOrZero(
      String name, int min, int max, BiConsumer<T, Integer> set, Function<T, Integer> get) {
    return limited(
        name, new Range(min, max, true), (t, n) -> set.accept(t, n.intValue()), get::apply);
  }

  public JsonKeys<T> number(String name, BiConsumer<T, Long> set, Function<T, Long> get) {
    return value(name, (t, v) -> set.accept(t, whole(name, v)), get::apply);
  }

  public JsonKeys<T> number(
      String name, long min, long max, BiConsumer<T, Long> set, Function<T, Long> get) {
    return limited(name, new Range(min, max, false), set, get::apply);
  }

  /** As {@link #integerOrZero}. */
  public JsonKeys<T> numberOrZero(
      String name, long min, long max, BiConsumer<T, Long> set, Function<T, Long> get) {
    return limited(name, new Range(min, max, true), set, get::apply);
  }

  private JsonKeys<T> limited(
      String name, Range range, BiConsumer<T, Long> set, Function<T, Object> get) {
    ranges.put(name, range);
    return value(
        name,
        (t, v) -> {
          long number = whole(name, v);
          range.check(name, number);
          set.accept(t, number);
        },
        get);
  }

  /** A time; its key in JSON ends in {@code Ms}. */
  public JsonKeys<T> time(String name, BiConsumer<T, Duration> set, Function<T, Duration> get) {
    return value(
        name,
        (t, v) -> set.accept(t, Duration.ofMillis(whole(name, v))),
        t -> Limits.roundedUpMs(get.apply(t)));
  }

  /** Likewise. */
  public JsonKeys<T> time(
      String name, long minMs, long maxMs, BiConsumer<T, Duration> set, Function<T, Duration> get) {
    return limited(
        name,
        new Range(minMs, maxMs, false),
        (t, ms) -> set.accept(t, Duration.ofMillis(ms)),
        t -> Limits.roundedUpMs(get.apply(t)));
  }

  /**
   * A value written by its name, such as a profile. Its parser throws the error for a wrong one.
   */
  public <V> JsonKeys<T> named(
      String name,
      Function<String, V> parse,
      Function<V, String> show,
      BiConsumer<T, V> set,
      Function<T, V> get) {
    return converted(name, JsonValues::string, parse, show, set, get);
  }

  /** An object within the object, whose reader's errors name the inner keys. */
  public <V> JsonKeys<T> object(
      String name,
      Function<JsonObject, V> read,
      Function<V, JsonObject> write,
      BiConsumer<T, V> set,
      Function<T, V> get) {
    return converted(name, JsonValues::object, read, write, set, get);
  }

  private <J, V> JsonKeys<T> converted(
      String name,
      BiFunction<String, Object, J> typed,
      Function<J, V> read,
      Function<V, J> write,
      BiConsumer<T, V> set,
      Function<T, V> get) {
    return value(
        name,
        (t, v) -> {
          J json = typed.apply(name, v);
          set.accept(t, within(name, () -> read.apply(json)));
        },
        t -> {
          V value = get.apply(t);
          return value == null ? null : write.apply(value);
        });
  }

  /**
   * Any other value.
   *
   * @param read throws a {@link WrongOption} that names the key
   * @param write returns null for a value to be left out
   */
  public JsonKeys<T> value(String name, BiConsumer<T, Object> read, Function<T, Object> write) {
    keys.put(name, new Key<>(read, write));
    return this;
  }

  /** Puts the key before an error of its value. */
  public static <V> V within(String key, Supplier<V> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw WrongOption.within(key, e);
    }
  }

  private static long whole(String name, Object value) {
    return JsonValues.wholeNumber(name, value);
  }

  /** The names of all keys. */
  public Set<String> names() {
    return Collections.unmodifiableSet(keys.keySet());
  }

  /**
   * Reads an object; options that it does not have keep their values.
   *
   * @throws WrongOption for an unknown key, a value of the wrong type, or one out of range
   */
  public void read(JsonObject json, T into) {
    for (Map.Entry<String, Object> entry : Objects.requireNonNull(json, "json")) {
      if (!read(entry.getKey(), entry.getValue(), into)) {
        throw unknown(entry.getKey(), keys.keySet());
      }
    }
  }

  /** Reads one key; returns false if there is no such key. */
  public boolean read(String name, Object value, T into) {
    Key<T> key = keys.get(name);
    if (key == null) {
      return false;
    }
    key.read.accept(into, value);
    return true;
  }

  public static WrongOption unknown(String key, Collection<String> known) {
    String shown = JsonValues.shown(key);
    return new WrongOption("", "unknown key '" + shown + "'; " + Nearest.hint(shown, known));
  }

  /** All keys that have a value. */
  public JsonObject write(T options) {
    JsonObject json = new JsonObject();
    keys.forEach(
        (name, key) -> {
          Object value = key.write.apply(options);
          if (value != null) {
            json.put(name, value);
          }
        });
    return json;
  }

  /**
   * For a setter: its number, checked by the range of its row.
   *
   * @throws WrongOption if it is out of range
   */
  public int checked(String name, int value) {
    return (int) checked(name, (long) value);
  }

  /** Likewise. */
  public long checked(String name, long value) {
    ranges.get(name).check(name, value);
    return value;
  }

  /**
   * Likewise, for a time.
   *
   * @param name the key in JSON, with {@code Ms}
   */
  public Duration checked(String name, Duration value) {
    Range range = ranges.get(name);
    return Limits.time(name, value, range.min(), range.max());
  }
}
