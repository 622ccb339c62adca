package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Pump;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Timer;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pair of connections ends when one half is closed and the other moves nothing. */
class QuietWatchTest {
  private final HandClock clock = new HandClock();
  private final HandPump pump = new HandPump();

  @Test
  void idlePair_isLeftAlone() {
    QuietWatch.over(clock, pump, new PairLimits(100, 1000));
    clock.advance(1_000_000);
    assertNull(pump.resetWith);
  }

  @Test
  void halfOpenPair_thatMovesNothing_ends() {
    QuietWatch.over(clock, pump, new PairLimits(100, 0));
    pump.halfEnd.handle(null);
    clock.advance(99);
    assertNull(pump.resetWith);
    clock.advance(1);
    assertEquals("half-open for 100 ms without a byte", pump.resetWith);
  }

  @Test
  void halfOpenPair_thatMoves_goesOn() {
    QuietWatch.over(clock, pump, new PairLimits(100, 0));
    pump.halfEnd.handle(null);
    for (int i = 0; i < 50; i++) {
      pump.bytes++;
      clock.advance(100);
      assertNull(pump.resetWith);
    }
    clock.advance(100);
    assertEquals("half-open for 100 ms without a byte", pump.resetWith);
  }

  @Test
  void blockedPair_thatMovesNothing_endsWithinTwiceTheTime() {
    QuietWatch.over(clock, pump, new PairLimits(0, 1000));
    clock.advance(500);
    pump.blocked = true;
    clock.advance(500);
    assertNull(pump.resetWith, "blocked for half of it");
    clock.advance(1000);
    assertEquals("stalled for 1000 ms without a byte", pump.resetWith);
  }

  /** Neither side could move a byte meanwhile. */
  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_isNoQuiet(long stopMs) {
    QuietWatch.over(clock, pump, new PairLimits(10_000, 10_000));
    pump.halfEnd.handle(null);
    pump.blocked = true;
    clock.advance(5_000);
    clock.stop(stopMs);
    clock.advance(4_999);
    assertNull(pump.resetWith);
    pump.bytes++;
    clock.advance(10_000);
    assertNull(pump.resetWith);
    clock.advance(10_001);
    assertTrue(pump.resetWith.endsWith(" for 10000 ms without a byte"));
  }

  @Test
  void blockedPair_thatMovesSlowly_goesOn() {
    QuietWatch.over(clock, pump, new PairLimits(0, 1000));
    pump.blocked = true;
    for (int i = 0; i < 50; i++) {
      pump.bytes++;
      clock.advance(1000);
      assertNull(pump.resetWith);
    }
  }

  @Test
  void endOfThePair_leavesNoTimer() {
    QuietWatch.over(clock, pump, new PairLimits(100, 1000));
    pump.halfEnd.handle(null);
    assertEquals(2, clock.pending.size());
    pump.done.complete();
    assertEquals(0, clock.pending.size());
  }

  private static final class HandClock implements Clock {
    private record Pending(long atMs, Runnable task) {}

    final List<Pending> pending = new ArrayList<>();
    private long nowMs;

    @Override
    public long nanoTime() {
      return nowMs * 1_000_000;
    }

    @Override
    public Timer once(long delayMs, Runnable task) {
      Pending entry = new Pending(nowMs + delayMs, task);
      pending.add(entry);
      return () -> pending.remove(entry);
    }

    void stop(long ms) {
      nowMs += ms;
    }

    void advance(long ms) {
      for (long end = nowMs + ms; nowMs < end; ) {
        nowMs++;
        for (Pending entry : List.copyOf(pending)) {
          if (entry.atMs <= nowMs && pending.remove(entry)) {
            entry.task.run();
          }
        }
      }
    }
  }

  private static final class HandPump implements Pump {
    final Promise<Void> done = Promise.promise();
    Handler<Void> halfEnd;
    long bytes;
    boolean blocked;
    String resetWith;

    @Override
    public Pump start() {
      return this;
    }

    @Override
    public Pump stop() {
      return this;
    }

    @Override
    public Pump endTarget(boolean end) {
      return this;
    }

    @Override
    public Pump halfEndHandler(Handler<Void> handler) {
      halfEnd = handler;
      return this;
    }

    @Override
    public boolean isBlocked() {
      return blocked;
    }

    @Override
    public void reset(Throwable cause) {
      resetWith = cause.getMessage();
      done.tryFail(cause);
    }

    @Override
    public long bytesForth() {
      return bytes;
    }

    @Override
    public long bytesBack() {
      return 0;
    }

    @Override
    public Future<Void> completion() {
      return done.future();
    }
  }
}
