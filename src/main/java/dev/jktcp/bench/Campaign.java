package dev.jktcp.bench;

import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.BenchOptions.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Everything, one figure after the other, in bounded time. */
public final class Campaign {
  /** Seconds a figure of {@code all} takes by default: about three minutes for the whole. */
  public static final int SECONDS = 2;

  private static final int[] MTUS = {576, 1500, 4000, 9000, 16_000, 32_000, 65_535};
  private static final int[] ADAPTER_MTUS = {1500, 16_000, 65_535};
  private static final int[] IDLE = {1_000, 10_000, 100_000};

  private final Runner runner;
  private final LongSupplier nowNs;
  private final List<Result> results = new ArrayList<>();
  private final Map<BenchOptions, String> failures = new LinkedHashMap<>();

  /** Measures one figure, in this process or another. */
  @FunctionalInterface
  public interface Runner {
    /**
     * @param leftNs time after which it is given up
     * @throws IOException with one line that says why there is no figure
     */
    Result run(BenchOptions options, long leftNs) throws IOException;
  }

  public Campaign(Runner runner, LongSupplier nowNs) {
    this.runner = runner;
    this.nowNs = nowNs;
  }

  /** The measurements of {@code all}. */
  public static List<BenchOptions> points(int seconds) {
    List<Builder> points = new ArrayList<>();
    for (int mtu : MTUS) {
      points.add(new Builder(Kind.GOODPUT).mtu(mtu));
    }
    points.add(new Builder(Kind.GOODPUT).flows(16));
    points.add(new Builder(Kind.GOODPUT).ipv6(true));
    for (Kind kind : List.of(Kind.STREAM, Kind.BUS)) {
      for (int mtu : ADAPTER_MTUS) {
        points.add(new Builder(kind).mtu(mtu));
      }
    }
    for (Kind kind : List.of(Kind.SOCKET, Kind.FORWARD, Kind.CDTUNNEL, Kind.TUN_OUT, Kind.TUN_IN)) {
      points.add(new Builder(kind));
    }
    for (Kind kind : List.of(Kind.RR, Kind.STREAM_RR, Kind.BUS_RR, Kind.LOOPS_RR)) {
      points.add(new Builder(kind));
    }
    points.add(new Builder(Kind.CONNECT).timeWait(0));
    points.add(new Builder(Kind.CONNECT));
    points.add(new Builder(Kind.CONNECT).serverCloses(true));
    points.add(new Builder(Kind.CONNECT).timeWait(200_000));
    points.add(new Builder(Kind.CONNECT).timeWait(0).portsTaken(90));
    for (Kind kind : Kind.BESIDE_KERNEL) {
      points.add(new Builder(kind));
    }
    for (Kind kind : List.of(Kind.HTTP_GET, Kind.HTTP_GET_32, Kind.HTTP_LARGE)) {
      points.add(new Builder(kind).tls(true));
    }
    points.add(new Builder(Kind.MEMORY));
    for (int idle : IDLE) {
      points.add(new Builder(Kind.GOODPUT).idle(idle));
      points.add(new Builder(Kind.RR).idle(idle));
      points.add(new Builder(Kind.CONNECT).timeWait(0).idle(idle));
    }
    return points.stream().map(point -> point.seconds(seconds).build()).toList();
  }

  /** Seconds after which a campaign begins no further figure. */
  public static long mostSeconds(List<BenchOptions> points) {
    return points.stream().mapToLong(point -> 3 + 2L * point.seconds()).sum();
  }

  /**
   * Measures one figure after another. A figure that cannot be measured here is named and does not
   * stop the rest.
   *
   * @param progress gets one line about each figure to come
   * @param onResult gets each result as it comes
   */
  public void run(List<BenchOptions> points, Consumer<String> progress, Consumer<Result> onResult) {
    long endNs = nowNs.getAsLong() + mostSeconds(points) * SECOND;
    int number = 0;
    for (BenchOptions point : points) {
      progress.accept(++number + " of " + points.size() + ": " + point.text());
      try {
        onResult.accept(measure(point, endNs - nowNs.getAsLong()));
      } catch (IOException e) {
        failures.put(point, e.getMessage());
        progress.accept("no figure: " + e.getMessage());
      }
    }
  }

  private Result measure(BenchOptions point, long leftNs) throws IOException {
    if (leftNs <= 0) {
      throw new IOException("the time of bench all was used up");
    }
    Result result = runner.run(point, leftNs);
    results.add(result);
    return result;
  }

  public List<Result> results() {
    return results;
  }

  /** The measurements without a figure, each with the reason in one line. */
  public Map<BenchOptions, String> failures() {
    return failures;
  }
}
