package dev.jktcp.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.LongConsumer;

/** A work on an event loop: its handlers say when a slice is done. */
abstract class LoopSubject implements Subject {
  final AdapterLab lab;
  private final CpuMeter meter;

  // The event loop only.
  private int left;
  private long startNs;
  private LongConsumer cpuNs;
  private Runnable between;
  private Promise<Void> done;

  LoopSubject(BenchOptions options, Forwarding forwarding) {
    lab = new AdapterLab(options, forwarding);
    meter = lab.onOneLoop() ? CpuMeter.THREAD : CpuMeter.of(lab.threadIds());
  }

  @Override
  public final void run(int slices, LongConsumer each, Runnable afterEach) {
    lab.onUserLoop(() -> begin(slices, each, afterEach));
  }

  private Future<Void> begin(int slices, LongConsumer each, Runnable afterEach) {
    left = slices;
    cpuNs = each;
    between = afterEach;
    done = Promise.promise();
    startNs = meter.cpuNs();
    begin(slices);
    return done.future();
  }

  /** Begins this many slices. */
  abstract void begin(int slices);

  /** A slice is done. */
  final void onSlice() {
    cpuNs.accept(Math.max(1, meter.cpuNs() - startNs));
    between.run();
    left--;
    if (left == 0) {
      done.tryComplete();
    }
    startNs = meter.cpuNs();
  }

  /** Ends the run. */
  final void fail(IllegalStateException cause) {
    done.tryFail(cause);
  }

  @Override
  public final CpuMeter meter() {
    return meter;
  }

  @Override
  public final void close() {
    lab.close();
  }
}
