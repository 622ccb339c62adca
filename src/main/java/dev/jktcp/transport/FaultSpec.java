package dev.jktcp.transport;

import dev.jktcp.text.Nearest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The faults of a link, the same in both directions, each drawn for each packet by itself.
 *
 * @param loss probability that a packet vanishes
 * @param duplicate probability that it arrives twice
 * @param corrupt probability that one bit of it is flipped
 * @param reorder probability that 1 to 3 later packets overtake it
 * @param mark probability that it is marked for congestion as by a router (RFC 3168 §5); a packet
 *     whose sender takes no marks passes unmarked
 * @param delayNs nanoseconds each packet is under way
 * @param jitterNs the delay varies by up to this many nanoseconds, up or down, without reordering
 * @param rateBits bits per second the link carries, 0 for no limit
 * @param queue most packets that are under way or wait for the rate; the next one is lost
 * @param mtu bytes of the largest packet that passes, 0 for no limit; larger ones vanish without an
 *     ICMP error
 * @param narrowNs nanoseconds from the first packet on until that limit begins
 * @param seed decides every draw: the same seed and the same packets meet the same faults
 */
public record FaultSpec(
    double loss,
    double duplicate,
    double corrupt,
    double reorder,
    double mark,
    long delayNs,
    long jitterNs,
    long rateBits,
    int queue,
    int mtu,
    long narrowNs,
    long seed) {
  /** netem's default: 1.4 MB of 1400-byte packets, so 20 ms of delay pass 70 MB/s. */
  public static final int DEFAULT_QUEUE = 1000;

  private static final String EXAMPLE = "loss=0.01,delay=20ms,reorder=0.02,seed=7";

  private static final Map<String, Long> TIMES = new LinkedHashMap<>();
  private static final Map<String, Long> RATES = new LinkedHashMap<>();

  static {
    TIMES.put("ns", 1L);
    TIMES.put("us", 1_000L);
    TIMES.put("ms", 1_000_000L);
    TIMES.put("s", 1_000_000_000L);
    RATES.put("kbit", 1_000L);
    RATES.put("mbit", 1_000_000L);
    RATES.put("gbit", 1_000_000_000L);
    RATES.put("bit", 1L);
  }

  private enum Key {
    LOSS,
    DELAY,
    JITTER,
    REORDER,
    MARK,
    DUPLICATE,
    CORRUPT,
    RATE,
    QUEUE,
    MTU,
    NARROW,
    SEED;

    final String text = name().toLowerCase(Locale.ROOT);
  }

  public FaultSpec {
    requireProbability("loss", loss);
    requireProbability("duplicate", duplicate);
    requireProbability("corrupt", corrupt);
    requireProbability("reorder", reorder);
    requireProbability("mark", mark);
    if (delayNs < 0) {
      throw new IllegalArgumentException("negative delay");
    }
    if (jitterNs < 0) {
      throw new IllegalArgumentException("negative jitter");
    }
    if (rateBits < 0) {
      throw new IllegalArgumentException("negative rate");
    }
    if (mtu < 0) {
      throw new IllegalArgumentException("mtu of " + mtu + " bytes");
    }
    if (narrowNs < 0) {
      throw new IllegalArgumentException("narrow before the first packet");
    }
    if (queue < 1) {
      throw new IllegalArgumentException("queue of " + queue + " packets");
    }
  }

  private static void requireProbability(String what, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException(what + " " + p);
    }
  }

  /**
   * Reads {@code key=value} pairs separated by commas: {@code loss}, {@code duplicate}, {@code
   * corrupt}, {@code reorder} and {@code mark} from 0 to 1, {@code delay} and {@code jitter} with
   * ns, us, ms or s, {@code rate} with bit, kbit, mbit or gbit, {@code queue} in packets, {@code
   * mtu} in bytes and {@code narrow}, a time as above, {@code seed}. Without a seed one is chosen;
   * {@link #seed()} tells it.
   *
   * @throws IllegalArgumentException with one line fit for a user
   */
  public static FaultSpec parse(String text) {
    Map<Key, String> given = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw bad(part, "wants key=value, such as " + EXAMPLE);
      }
      Key key = key(part, part.substring(0, equals).trim());
      if (given.put(key, part.substring(equals + 1).trim()) != null) {
        throw bad(part, key.text + " is given twice");
      }
    }
    return new FaultSpec(
        probability(given, Key.LOSS),
        probability(given, Key.DUPLICATE),
        probability(given, Key.CORRUPT),
        probability(given, Key.REORDER),
        probability(given, Key.MARK),
        scaled(given, Key.DELAY, TIMES, "20ms"),
        scaled(given, Key.JITTER, TIMES, "5ms"),
        scaled(given, Key.RATE, RATES, "10mbit"),
        (int) whole(given, Key.QUEUE, DEFAULT_QUEUE, 1, Integer.MAX_VALUE),
        (int) whole(given, Key.MTU, 0, 1, Integer.MAX_VALUE),
        scaled(given, Key.NARROW, TIMES, "5s"),
        whole(given, Key.SEED, anySeed(), Long.MIN_VALUE, Long.MAX_VALUE));
  }

  /** Short, because a user may type it to see the same faults again. */
  private static long anySeed() {
    return ThreadLocalRandom.current().nextLong(1, 1_000_000);
  }

  private static Key key(String part, String text) {
    List<String> known = new ArrayList<>();
    for (Key key : Key.values()) {
      if (key.text.equals(text)) {
        return key;
      }
      known.add(key.text);
    }
    throw bad(part, "has no key \"" + text + "\"; " + Nearest.hint(text, known, ""));
  }

  private static double probability(Map<Key, String> given, Key key) {
    String text = given.get(key);
    if (text == null) {
      return 0;
    }
    BigDecimal value = decimal(text);
    if (value == null || value.signum() < 0 || value.compareTo(BigDecimal.ONE) > 0) {
      throw bad(key.text + "=" + text, "wants a probability from 0 to 1, such as 0.01");
    }
    return value.doubleValue();
  }

  private static long scaled(
      Map<Key, String> given, Key key, Map<String, Long> units, String example) {
    String text = given.get(key);
    if (text == null) {
      return 0;
    }
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (!text.endsWith(unit.getKey())) {
        continue;
      }
      String number = text.substring(0, text.length() - unit.getKey().length());
      BigDecimal value = decimal(number);
      if (value == null) {
        continue;
      }
      BigDecimal scaled = value.multiply(BigDecimal.valueOf(unit.getValue()));
      if (scaled.signum() < 0 || scaled.compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 16)) > 0) {
        break;
      }
      return scaled.longValue();
    }
    String names = String.join(", ", units.keySet());
    throw bad(key.text + "=" + text, "wants a number with " + names + ", such as " + example);
  }

  private static long whole(Map<Key, String> given, Key key, long absent, long least, long most) {
    String text = given.get(key);
    if (text == null) {
      return absent;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Reported as a number out of range is.
    }
    throw bad(key.text + "=" + text, "wants a whole number" + (least > 0 ? " from 1" : ""));
  }

  private static BigDecimal decimal(String text) {
    // No exponents: 1e-400000000 takes a parser hours.
    if (!text.matches("\\d{1,15}(\\.\\d{0,15})?|\\.\\d{1,15}")) {
      return null;
    }
    return new BigDecimal(text);
  }

  private static IllegalArgumentException bad(String part, String why) {
    return new IllegalArgumentException("fault \"" + part.strip() + "\" " + why);
  }
}
