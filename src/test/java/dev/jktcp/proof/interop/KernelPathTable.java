package dev.jktcp.proof.interop;

import dev.jktcp.proof.interop.FaultyPath.Way;
import dev.jktcp.transport.FaultSpec;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures, apart from the build: our bulk to and from the kernel beside the kernel's own, through
 * the same faults, and the kernel's over the paths of the golden tables.
 */
public final class KernelPathTable implements AutoCloseable {
  private static final boolean VERBOSE = Boolean.getBoolean("verbose");

  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "kernel-path");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param arguments {@code cases RUNS [CASE...]}, or {@code golden RUNS POLICY}
   */
  public static void main(String[] arguments) throws Exception {
    int runs = Integer.parseInt(arguments[1]);
    try (KernelPathTable table = new KernelPathTable()) {
      if (arguments[0].equals("golden")) {
        table.golden(runs, arguments[2]);
      } else {
        List<String> named = Arrays.asList(arguments).subList(2, arguments.length);
        for (PathCase each : PathCase.values()) {
          if (named.isEmpty() || named.contains(each.name())) table.row(each, runs);
        }
      }
    }
  }

  private void row(PathCase each, int runs) throws Exception {
    Map<Way, List<Bulk>> measured = new EnumMap<>(Way.class);
    for (int run = 1; run <= runs; run++) {
      atOnce(each, run)
          .forEach(
              (way, bulk) -> {
                measured.computeIfAbsent(way, w -> new ArrayList<>()).add(bulk);
                if (VERBOSE) System.err.println(each + " " + way + " " + bulk.text());
              });
    }
    double kernel = median(measured.get(Way.KERNEL_TO_KERNEL));
    double to = median(measured.get(Way.TO_KERNEL));
    double from = median(measured.get(Way.FROM_KERNEL));
    System.out.printf(
        Locale.ROOT,
        "|%s |%.1f |%.1f: %.2f |%.1f: %.2f%n",
        each.text,
        kernel,
        to,
        to / kernel,
        from,
        from / kernel);
  }

  private static double median(List<Bulk> bulks) {
    double[] sorted = bulks.stream().mapToDouble(Bulk::mbit).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** A row of the golden tables of random loss. */
  private record GoldenRow(String policy, int rttMs, double loss) {
    /** 1.22·MSS/(RTT·√p), bytes a second. */
    double formula() {
      return 1.22 * 1448 / (rttMs / 1e3 * Math.sqrt(loss));
    }

    FaultSpec faults(int seed) {
      String link = "rate=20mbit,queue=100000,delay=" + rttMs / 2 + "ms,loss=";
      return FaultSpec.parse(link + BigDecimal.valueOf(loss) + ",seed=" + seed);
    }

    /** Half a minute at what is to be expected, behind a slow start. */
    long bytes() {
      return 2_000_000
          + (long) (30 * (policy.equals("bbr") ? .8 * LINK : Math.min(.8 * LINK, formula())));
    }
  }

  private static final double LINK = 2.5e6; // bytes a second

  /** The kernel's over the paths of the golden tables, 20 Mbit/s without a limit of queue. */
  private void golden(int runs, String policy) throws Exception {
    Map<GoldenRow, List<Future<Bulk>>> running = new LinkedHashMap<>();
    for (double loss : new double[] {.01, .05}) {
      for (int rttMs : new int[] {50, 100}) {
        GoldenRow row = new GoldenRow(policy, rttMs, loss);
        for (int run = 1; run <= runs; run++) {
          FaultSpec faults = row.faults(run);
          running
              .computeIfAbsent(row, r -> new ArrayList<>())
              .add(
                  threads.submit(
                      () ->
                          run(
                              Way.KERNEL_TO_KERNEL,
                              Family.V4,
                              faults,
                              row.bytes(),
                              policy,
                              2_000)));
        }
      }
    }
    for (Map.Entry<GoldenRow, List<Future<Bulk>>> each : running.entrySet()) {
      double sum = 0;
      for (Future<Bulk> one : each.getValue()) sum += one.get().bytesPerSecond();
      double mean = sum / runs;
      GoldenRow row = each.getKey();
      System.out.printf(
          Locale.ROOT,
          "%-6s %.0f %%, %-7s  %.1f KB/s  ÷ formula %.3f  ÷ link %.3f%n",
          policy,
          row.loss * 100,
          row.rttMs + " ms",
          mean / 1e3,
          mean / row.formula(),
          mean / LINK);
    }
  }

  /** Each way of the case, at the same time, so that what disturbs one disturbs the others. */
  Map<Way, Bulk> atOnce(PathCase each, long seed) throws Exception {
    Map<Way, Future<Bulk>> running = new EnumMap<>(Way.class);
    for (Way way : Way.values()) {
      Family family = way == Way.FROM_KERNEL ? Family.V6 : Family.V4;
      FaultSpec spec = each.faults(seed);
      running.put(way, threads.submit(() -> run(way, family, spec, each.bytes, "cubic", 0)));
    }
    Map<Way, Bulk> done = new EnumMap<>(Way.class);
    for (Map.Entry<Way, Future<Bulk>> one : running.entrySet()) {
      done.put(one.getKey(), one.getValue().get());
    }
    return done;
  }

  private Bulk run(Way way, Family family, FaultSpec spec, long bytes, String policy, int skipMs)
      throws Exception {
    try (FaultyPath path =
        new FaultyPath(
            vertx,
            threads,
            family,
            spec,
            policy,
            "net.ipv4.tcp_ecn=1",
            "net.ipv4.tcp_mtu_probing=1")) {
      return path.skip(skipMs).run(way, bytes);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    KernelLab.await(vertx.close());
  }
}
