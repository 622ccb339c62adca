package dev.jktcp.bench;

import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.tcp.TcpProfile;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The figures of a measurement. Those that its kind does not measure are 0. */
public final class Result {
  private static final MathContext DIGITS = new MathContext(4);

  private final BenchOptions options;
  private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);

  Result(BenchOptions options) {
    this.options = options;
  }

  Result put(Figure figure, double value) {
    figures.put(figure, value);
    return this;
  }

  /** Rates of a work, in bytes or in operations. */
  Result putRates(Rates rates, boolean bulk) {
    return bulk
        ? put(rates, 8, Figure.GBIT_PER_SEC, Figure.GBIT_PER_SEC_MEDIAN)
        : put(rates, 1e9, Figure.PER_SEC, Figure.PER_SEC_MEDIAN);
  }

  /** The same of the kernel's loopback beside it. */
  Result putKernel(Rates rates, boolean bulk) {
    return bulk
        ? put(rates, 8, Figure.KERNEL_GBIT_PER_SEC, Figure.KERNEL_GBIT_PER_SEC_MEDIAN)
        : put(rates, 1e9, Figure.KERNEL_PER_SEC, Figure.KERNEL_PER_SEC_MEDIAN);
  }

  private Result put(Rates rates, double unit, Figure p99, Figure median) {
    return put(p99, rates.p99() * unit).put(median, rates.median() * unit);
  }

  /** Rates of the floor beside bulk data. */
  Result putFloor(Rates floor) {
    double floorGbit = floor.p99() * 8;
    put(Figure.FLOOR_GBIT_PER_SEC, floorGbit);
    return put(Figure.RATIO, get(Figure.GBIT_PER_SEC) / floorGbit);
  }

  /** Reads what {@link #toJson} wrote. */
  public static Result of(JsonObject json) {
    Kind kind = Kind.of(json.getString("bench")).get(0);
    BenchOptions options =
        new BenchOptions.Builder(kind)
            .mtu(json.getInteger("mtu"))
            .window(json.getInteger("window"))
            .idle(json.getInteger("idle"))
            .flows(json.getInteger("flows"))
            .ipv6(json.getBoolean("ipv6"))
            .timeWait(json.getInteger("timeWait"))
            .portsTaken(json.getInteger("portsTaken"))
            .serverCloses(json.getString("closes").equals("server"))
            .tls(json.getBoolean("tls", false))
            .profile(TcpProfile.named(json.getString("profile")))
            .build();
    Result result = new Result(options);
    for (Figure figure : Figure.values()) {
      result.put(figure, json.getDouble(figure.key()));
    }
    return result;
  }

  public BenchOptions options() {
    return options;
  }

  public double get(Figure figure) {
    return figures.getOrDefault(figure, 0.0);
  }

  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("bench", options.kind().text())
            .put("mtu", options.mtu())
            .put("window", options.window())
            .put("idle", options.idle())
            .put("flows", options.flows())
            .put("ipv6", options.ipv6())
            .put("timeWait", options.timeWait())
            .put("portsTaken", options.portsTaken())
            .put("closes", options.serverCloses() ? "server" : "client")
            .put("tls", options.tls())
            .put("profile", options.profile().name());
    for (Figure figure : Figure.values()) {
      json.put(figure.key(), rounded(get(figure)));
    }
    return json.put("jdk", Runtime.version().feature());
  }

  static Number rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }

  /** One line for a person. */
  public String toLine() {
    StringBuilder line = new StringBuilder();
    say(line, "%-9s mtu %5d", options.kind().text(), options.mtu());
    line.append(options.tls() ? ", TLS: " : ": ");
    if (has(Figure.GBIT_PER_SEC)) {
      say(line, "%.1f Gbit/s", get(Figure.GBIT_PER_SEC));
      sayMedian(line, " (median %.1f)", Figure.GBIT_PER_SEC_MEDIAN);
    }
    if (has(Figure.PER_SEC)) {
      say(line, "%.0f a second", get(Figure.PER_SEC));
      sayMedian(line, " (median %.0f)", Figure.PER_SEC_MEDIAN);
    }
    if (has(Figure.BYTES_PER_CONNECTION)) {
      say(line, "%.0f bytes an idle end", get(Figure.BYTES_PER_CONNECTION));
    }
    sayMore(line, Figure.FLOOR_GBIT_PER_SEC, "floor %.1f");
    sayMore(line, Figure.RATIO, "ratio %.2f");
    sayMore(line, Figure.KEPT, "%.2f kept of the same alone");
    sayMore(line, Figure.USER_MICROS_PER_MB, "%.0f µs of user time a MB");
    sayMore(line, Figure.SYSTEM_MICROS_PER_MB, "%.0f µs of system time a MB");
    sayMore(line, Figure.PROCESS_MICROS, "%.1f µs of the whole process each");
    sayMore(line, Figure.WAKE_UPS, "%.1f wake-ups each");
    sayMore(line, Figure.KERNEL_GBIT_PER_SEC, "kernel %.1f Gbit/s");
    sayMedian(line, " (median %.1f)", Figure.KERNEL_GBIT_PER_SEC_MEDIAN);
    sayMore(line, Figure.KERNEL_PER_SEC, "kernel %.0f a second");
    sayMedian(line, " (median %.0f)", Figure.KERNEL_PER_SEC_MEDIAN);
    sayMore(line, Figure.KERNEL_WAKE_UPS, "%.1f wake-ups each");
    sayMore(line, Figure.OF_KERNEL, "%.2f of the kernel's");
    if (options.kind().hasSlices()) {
      say(line, ", %.0f bytes of garbage", get(Figure.GARBAGE_BYTES));
      line.append(has(Figure.PER_SEC) ? " each" : " a segment");
    }
    return line.toString();
  }

  private void sayMedian(StringBuilder line, String format, Figure figure) {
    if (has(figure)) {
      say(line, format, get(figure));
    }
  }

  private boolean has(Figure figure) {
    return get(figure) > 0;
  }

  private void sayMore(StringBuilder line, Figure figure, String format) {
    if (has(figure)) {
      say(line.append(", "), format, get(figure));
    }
  }

  private static void say(StringBuilder line, String format, Object... values) {
    line.append(String.format(Locale.ROOT, format, values));
  }
}
