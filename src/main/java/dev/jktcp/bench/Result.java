package dev.jktcp.bench;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * What came out. Rates are of thread CPU time, both ends of the connection together; one that is
 * not measured by a kind is 0.
 *
 * @param gbitPerSec payload at the 99th percentile, in 10^9 bits a second
 * @param gbitPerSecMedian the same at the median
 * @param perSec round trips or connections a second, at the 99th percentile
 * @param perSecMedian the same at the median
 * @param bytesPerConnection heap of one idle end
 * @param garbageBytes allocated for each segment of payload, round trip or connection
 * @param floorGbitPerSec the floor at its 99th percentile
 * @param ratio {@code gbitPerSec} to {@code floorGbitPerSec}
 */
public record Result(
    BenchOptions options,
    double gbitPerSec,
    double gbitPerSecMedian,
    double perSec,
    double perSecMedian,
    double bytesPerConnection,
    double garbageBytes,
    double floorGbitPerSec,
    double ratio) {
  private static final MathContext DIGITS = new MathContext(4);

  static Result timed(
      BenchOptions options, Subject subject, Rates rates, Rates floor, double garbageBytes) {
    boolean bulk = subject.bytesPerSlice() > 0;
    double p99 = rates.p99();
    double median = rates.median();
    double floorGbit = floor.p99() * 8;
    return new Result(
        options,
        bulk ? p99 * 8 : 0,
        bulk ? median * 8 : 0,
        bulk ? 0 : p99 * 1e9,
        bulk ? 0 : median * 1e9,
        0,
        garbageBytes,
        floorGbit,
        bulk ? p99 * 8 / floorGbit : 0);
  }

  static Result weighed(BenchOptions options, double bytesPerConnection) {
    return new Result(options, 0, 0, 0, 0, bytesPerConnection, 0, 0, 0);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("bench", options.kind().text())
        .put("mtu", options.mtu())
        .put("window", options.window())
        .put("idle", options.idle())
        .put("flows", options.flows())
        .put("ipv6", options.ipv6())
        .put("timeWait", options.timeWait())
        .put("portsTaken", options.portsTaken())
        .put("closes", options.serverCloses() ? "server" : "client")
        .put("profile", options.profile().name())
        .put("gbitPerSec", rounded(gbitPerSec))
        .put("gbitPerSecMedian", rounded(gbitPerSecMedian))
        .put("perSec", rounded(perSec))
        .put("perSecMedian", rounded(perSecMedian))
        .put("bytesPerConnection", rounded(bytesPerConnection))
        .put("garbageBytes", rounded(garbageBytes))
        .put("floorGbitPerSec", rounded(floorGbitPerSec))
        .put("ratio", rounded(ratio))
        .put("jdk", Runtime.version().feature());
  }

  static Number rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }

  /** One line for a person. */
  public String toLine() {
    String head =
        String.format(Locale.ROOT, "%-9s mtu %5d: ", options.kind().text(), options.mtu());
    return switch (options.kind()) {
      case GOODPUT, FLOOR, STREAM, BUS ->
          head
              + String.format(
                  Locale.ROOT,
                  "%.1f Gbit/s (median %.1f), floor %.1f, ratio %.2f, %.0f bytes of garbage a"
                      + " segment",
                  gbitPerSec,
                  gbitPerSecMedian,
                  floorGbitPerSec,
                  ratio,
                  garbageBytes);
      case RR, CONNECT, STREAM_RR, BUS_RR ->
          head
              + String.format(
                  Locale.ROOT,
                  "%.0f a second (median %.0f), %.0f bytes of garbage each",
                  perSec,
                  perSecMedian,
                  garbageBytes);
      case MEMORY ->
          head + String.format(Locale.ROOT, "%.0f bytes an idle end", bytesPerConnection);
    };
  }
}
