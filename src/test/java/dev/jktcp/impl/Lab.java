package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.AdapterOptions;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.transport.PacketTransport;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Adapters on one context and one clock, both moved by the test's thread. */
public final class Lab {
  private static final int LIMIT_S = 120;

  /** Enough for a packet to go to and fro a few times through a pipe. */
  private static final int SETTLE_TURNS = 40;

  /** Of ten milliseconds each: a lease runs out meanwhile. */
  private static final int CLOSING_TURNS = 3_000;

  public final ContextInternal context;
  public final ManualClock clock = new ManualClock();
  private final long startNs = clock.nanoTime();

  public interface Step {
    void run() throws Exception;
  }

  public Lab(Vertx vertx) {
    VertxInternal internal = (VertxInternal) vertx;
    context = internal.createEventLoopContext();
    internal.addCloseHook(
        done -> {
          context.runOnContext(v -> passTime(CLOSING_TURNS));
          done.succeed();
        });
  }

  /**
   * On a context that the test steps itself: of the rest only the clock and the adapters are used.
   */
  public Lab(ContextInternal stepped) {
    context = stepped;
  }

  /** While its Vert.x closes, time goes by itself: who waits for an answer gives up. */
  private void passTime(int turns) {
    clock.step(clock.nanoTime() + 10 * MS);
    if (turns > 0) context.runOnContext(v -> passTime(turns - 1));
  }

  /** One that the closing of its Vert.x ends at once: nobody moves the time then. */
  public AdapterImpl adapter(PacketTransport transport, AdapterOptions options) {
    AdapterOptions impatient = new AdapterOptions(options).setShutdownTimeout(Duration.ofMillis(0));
    return new AdapterImpl(context, context, transport, impatient, clock);
  }

  /** Runs the step on the context; what is thrown there is thrown here. */
  public <T> T call(Callable<T> step) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            done.complete(step.call());
          } catch (Throwable t) {
            done.completeExceptionally(t);
          }
        });
    return done.get(LIMIT_S, TimeUnit.SECONDS);
  }

  public void run(Step step) throws Exception {
    call(
        () -> {
          step.run();
          return null;
        });
  }

  /** Lets everything happen that needs no time. */
  public void settle() throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    turn(SETTLE_TURNS, done);
    done.get(LIMIT_S, TimeUnit.SECONDS);
  }

  /** The turns follow each other on the context: a thread switch for each would take most of it. */
  private void turn(int left, CompletableFuture<Void> done) {
    context.runOnContext(
        v -> {
          if (left > 1) {
            turn(left - 1, done);
          } else {
            done.complete(null);
          }
        });
  }

  /** Moves time, letting everything happen at each timer. */
  public void advanceMs(long ms) throws Exception {
    settle();
    long untilNs = call(clock::nanoTime) + ms * MS;
    while (call(() -> clock.step(untilNs))) settle();
    settle();
  }

  /** Stops the process for so long; then what is late runs. */
  public void stopMs(long ms) throws Exception {
    settle();
    run(() -> clock.stop(ms * MS));
    advanceMs(0);
  }

  /** Moves time, by no more than a minute, until the condition holds. */
  public void until(Callable<Boolean> condition) throws Exception {
    for (int ms = 0; ms < 60_000; ms++) {
      settle();
      if (call(condition)) return;
      advanceMs(1);
    }
    throw new AssertionError("does not come to hold");
  }

  /**
   * Moves time until the condition holds, as fast as the machine can: the context's thread does it
   * all, and looks whether anything is left to happen rather than giving it turns.
   *
   * @return whether it came to hold within that time
   */
  public boolean drive(long mostMs, Callable<Boolean> condition) throws Exception {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    context.runOnContext(v -> drive(clock.nanoTime() + mostMs * MS, condition, done));
    return done.get(LIMIT_S, TimeUnit.SECONDS);
  }

  private void drive(long untilNs, Callable<Boolean> condition, CompletableFuture<Boolean> done) {
    try {
      if (((SingleThreadEventExecutor) context.nettyEventLoop()).pendingTasks() == 0) {
        if (condition.call()) {
          done.complete(true);
          return;
        }
        if (!clock.step(untilNs)) {
          done.complete(false);
          return;
        }
      }
      context.runOnContext(v -> drive(untilNs, condition, done));
    } catch (Throwable t) {
      done.completeExceptionally(t);
    }
  }

  /** Another context on the same thread. */
  public ContextInternal sibling() {
    return context.owner().contextBuilder().withEventLoop(context.nettyEventLoop()).build();
  }

  /** Milliseconds since the start. */
  public long nowMs() {
    return (clock.nanoTime() - startNs) / MS;
  }

  public int timers() throws Exception {
    settle();
    return call(clock::timers);
  }

  public int periodics() throws Exception {
    settle();
    return call(clock::periodics);
  }

  /** The result of what needs no time. */
  public <T> T result(Future<T> future) throws Exception {
    settle();
    if (!future.isComplete()) throw new AssertionError("still pending: " + future);
    if (future.failed()) throw new AssertionError("failed", future.cause());
    return future.result();
  }

  /** Likewise the failure. */
  public Throwable failure(Future<?> future) throws Exception {
    settle();
    if (!future.failed()) throw new AssertionError("has not failed: " + future);
    return future.cause();
  }
}
