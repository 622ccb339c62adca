package dev.jktcp.impl.pump;

import static java.util.Objects.requireNonNull;

import dev.jktcp.Pump;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One or two {@link PumpLane}s and their common state: running or not, the first failure, the end.
 */
public final class PumpImpl implements Pump {
  private final PumpEnd first;
  private final PumpEnd second;
  private final List<PumpLane> lanes;
  private final Promise<Void> done = Promise.promise();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicInteger lanesLeft;

  private volatile boolean running;
  private volatile boolean endTarget = true;
  private volatile Handler<Void> halfEndHandler;
  private boolean wired;

  private PumpImpl(PumpEnd first, PumpEnd second, boolean bothWays) {
    this.first = first;
    this.second = second;
    PumpLane forth = new PumpLane(this, first, second);
    this.lanes = bothWays ? List.of(forth, new PumpLane(this, second, first)) : List.of(forth);
    this.lanesLeft = new AtomicInteger(lanes.size());
    lanes.forEach(PumpLane::hold);
  }

  /** See {@link Pump#pump}. */
  public static Pump oneWay(ReadStream<Buffer> from, WriteStream<Buffer> to) {
    return new PumpImpl(
        PumpEnd.source(requireNonNull(from, "from")),
        PumpEnd.target(requireNonNull(to, "to")),
        false);
  }

  /** See {@link Pump#between}. */
  public static Pump between(ReadStream<Buffer> first, ReadStream<Buffer> second) {
    return new PumpImpl(
        PumpEnd.duplex(requireNonNull(first, "first")),
        PumpEnd.duplex(requireNonNull(second, "second")),
        true);
  }

  @Override
  public Pump start() {
    running = true;
    wire();
    passOnFailure();
    for (PumpLane lane : lanes) {
      lane.passOnEnd();
      lane.adjust();
    }
    return this;
  }

  @Override
  public Pump stop() {
    running = false;
    lanes.forEach(PumpLane::adjust);
    return this;
  }

  @Override
  public Pump endTarget(boolean end) {
    endTarget = end;
    return this;
  }

  @Override
  public Pump halfEndHandler(Handler<Void> handler) {
    halfEndHandler = handler;
    return this;
  }

  @Override
  public boolean isBlocked() {
    return flowing() && lanes.stream().anyMatch(PumpLane::isBlocked);
  }

  @Override
  public void reset(Throwable cause) {
    running = true;
    onFailure(cause);
  }

  @Override
  public long bytesForth() {
    return lanes.get(0).bytes();
  }

  @Override
  public long bytesBack() {
    return lanes.size() == 1 ? 0 : lanes.get(1).bytes();
  }

  @Override
  public Future<Void> completion() {
    return done.future();
  }

  /** Whether sources may flow. */
  boolean flowing() {
    return running && !isOver();
  }

  /** Whether an end may be passed on. */
  boolean mayEnd() {
    return flowing() && failure.get() == null;
  }

  boolean endsTarget() {
    return endTarget;
  }

  boolean isOver() {
    return done.future().isComplete();
  }

  void onLaneEnding() {
    Handler<Void> handler = halfEndHandler;
    boolean otherGoesOn = lanes.stream().filter(PumpLane::isEnding).count() < lanes.size();
    if (!otherGoesOn) {
      first.onComplete();
      second.onComplete();
    }
    if (handler != null && otherGoesOn) {
      handler.handle(null);
    }
  }

  void onLaneDone() {
    if (lanesLeft.decrementAndGet() == 0 && done.tryComplete() && !endTarget) {
      lanes.forEach(PumpLane::letGo);
      first.letGo();
      second.letGo();
    }
  }

  void onFailure(Throwable cause) {
    failure.compareAndSet(null, cause);
    passOnFailure();
  }

  /** A stream has closed. After the end of its input and output this changes nothing. */
  private void onClosed(PumpEnd end) {
    boolean unfinished = lanes.stream().anyMatch(lane -> lane.misses(end));
    if (unfinished) {
      onFailure(new VertxException("closed before its end: " + end, true));
    }
  }

  private void passOnFailure() {
    Throwable cause = failure.get();
    if (cause == null || !running || !done.tryFail(cause)) {
      return;
    }
    lanes.forEach(PumpLane::adjust);
    second.reset();
    if (lanes.size() == 2) {
      first.reset();
    }
    lanes.forEach(PumpLane::letGo);
  }

  /** Sets the handlers once, before any start goes on, on any thread. */
  private synchronized void wire() {
    if (wired) {
      return;
    }
    wired = true;
    first.listen(this::onFailure, this::onClosed);
    second.listen(this::onFailure, this::onClosed);
    lanes.forEach(PumpLane::listen);
  }
}
