package dev.jktcp.impl.pump;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction of a pump.
 *
 * <p>The source flows if the pump runs and the target has room, and depends on no other event. Each
 * event that may change either calls {@link #adjust}, so that no order of events on any threads
 * leaves the lane stuck or running away.
 */
final class PumpLane {
  private final PumpImpl pump;
  private final PumpEnd from;
  private final PumpEnd to;
  private final ReadStream<Buffer> in;
  private final WriteStream<Buffer> out;

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicInteger adjusting = new AtomicInteger();
  private volatile boolean ended;
  private volatile Context context; // the source's, known from its first call
  private boolean resumed; // inside adjust only

  PumpLane(PumpImpl pump, PumpEnd from, PumpEnd to) {
    this.pump = pump;
    this.from = from;
    this.to = to;
    this.in = from.in();
    this.out = to.out();
  }

  /**
   * Pauses the source before the first start, for a stream without a handler would drop its data.
   */
  void hold() {
    in.pause();
  }

  void listen() {
    guarded(
        () -> {
          out.drainHandler(v -> adjust());
          in.endHandler(v -> onEnd());
          in.handler(this::onData);
        });
  }

  private void onData(Buffer data) {
    if (context == null) {
      context = Vertx.currentContext();
    }
    guarded(
        () -> {
          bytes.addAndGet(data.length());
          Future<Void> written = out.write(data);
          if (!written.succeeded()) {
            written.onFailure(pump::onFailure);
          }
          if (out.writeQueueFull()) {
            adjust();
          }
        });
  }

  private void onEnd() {
    if (from.isCutOff()) {
      pump.onFailure(new VertxException("closed before its end: " + from, true));
      return;
    }
    ended = true;
    passOnEnd();
  }

  /** Ends the target if the source has ended, once. */
  void passOnEnd() {
    if (!ended || !pump.mayEnd() || !ending.compareAndSet(false, true)) {
      return;
    }
    pump.onLaneEnding();
    to.onLastByte();
    if (pump.endsTarget()) {
      guarded(() -> out.end().onSuccess(v -> pump.onLaneDone()).onFailure(pump::onFailure));
    } else {
      pump.onLaneDone();
    }
  }

  /** Resumes or pauses the source. Any thread; never two at once, and never under a lock. */
  void adjust() {
    Context home = context;
    if (home != null && home != Vertx.currentContext()) {
      home.runOnContext(v -> adjust()); // an AsyncFile is not safe elsewhere
      return;
    }
    if (adjusting.getAndIncrement() != 0) {
      return; // the thread in the loop goes round once more
    }
    int seen = 1;
    do {
      guarded(this::adjustOnce);
      seen = adjusting.addAndGet(-seen);
    } while (seen != 0);
  }

  private void adjustOnce() {
    boolean flow = pump.flowing() && !ending.get() && !out.writeQueueFull();
    if (flow == resumed || ended) {
      return;
    }
    resumed = flow;
    if (flow) {
      in.resume();
    } else {
      in.pause();
    }
  }

  /** Gives the handlers of a target that stays open to its next user, after the pump's end. */
  void letGo() {
    try {
      out.drainHandler(null);
      out.exceptionHandler(null);
    } catch (RuntimeException closed) {
      // A closed file throws even here.
    }
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      pump.onFailure(e); // a closed AsyncFile throws; other streams fail the future
    }
  }

  /** Whether the lane is unfinished if this stream closes. */
  boolean misses(PumpEnd end) {
    return end == from && !ended || end == to && !ending.get();
  }

  boolean isBlocked() {
    return !ended && !ending.get() && out.writeQueueFull();
  }

  boolean isEnding() {
    return ending.get();
  }

  long bytes() {
    return bytes.get();
  }
}
