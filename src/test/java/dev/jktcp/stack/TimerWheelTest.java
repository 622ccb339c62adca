package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.TimedFlow;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The wheel of deadlines, held against a sorted list. */
class TimerWheelTest {
  private static final long MS = TimerWheel.TICK_NS;

  private static final class Timed extends TimedFlow {
    Timed(int port) {
      super(IpAddress.parse("10.0.0.1"), port, IpAddress.parse("10.0.0.2"), 1);
    }
  }

  /** Every span of time, from an arbitrary clock, against a plain map. */
  @Test
  void randomArming_firesEachOnceAtItsMillisecond() {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      long base = random.nextLong();
      TimerWheel wheel = new TimerWheel();
      wheel.start(base);
      Map<TimedFlow, Long> expected = new HashMap<>();
      List<TimedFlow> flows = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        flows.add(new Timed(i));
      }
      long now = base;
      for (int step = 0; step < 3_000; step++) {
        TimedFlow flow = flows.get(random.nextInt(flows.size()));
        if (random.nextInt(10) == 0) {
          wheel.cancel(flow);
          expected.remove(flow);
        } else if (random.nextInt(10) == 0) {
          wheel.suspend(flow);
          expected.remove(flow);
        } else {
          long span = (long) Math.exp(random.nextDouble() * Math.log(1e18)); // to 30 years
          long deadline = now + span;
          wheel.arm(flow, deadline, now);
          long ticks = Math.max((now - base) / MS + 1, (deadline - base + MS - 1) / MS);
          expected.put(flow, ticks);
        }
        long until = now + (long) Math.exp(random.nextDouble() * Math.log(1e12));
        long at = until;
        wheel.advance(
            until,
            (due, ns) -> {
              Long ticks = expected.remove(due);
              assertTrue(
                  ticks != null && base + ticks * MS - at <= 0, "fired when due, not before");
            });
        now = until;
        long elapsed = (now - base) / MS;
        for (long ticks : expected.values()) {
          assertTrue(ticks > elapsed, "nothing due is left");
        }
        assertEquals(expected.isEmpty(), wheel.isEmpty());
        long earliest = expected.values().stream().mapToLong(t -> t).min().orElse(-1);
        if (random.nextBoolean() && earliest >= 0) {
          assertEquals(base + earliest * MS, wheel.earliestNs());
        }
        long next = wheel.nextDeadlineNs();
        assertEquals(earliest < 0, next == TimerWheel.NONE);
        assertTrue(earliest < 0 || next - (base + earliest * MS) <= 0, "never late");
        assertTrue(earliest < 0 || next - now > 0, "always ahead");
      }
    }
  }

  @Test
  void jumpingFromDeadlineToDeadline_reachesEachExactly() {
    TimedFlow flow = new Timed(1);
    for (long span : new long[] {0, 1, MS, 63 * MS, 64 * MS, 200 * MS, 60_000 * MS, 1L << 56}) {
      long[] now = {5};
      TimerWheel fresh = new TimerWheel();
      fresh.start(5);
      fresh.arm(flow, 5 + span, 5);
      boolean[] fired = {false};
      int jumps = 0;
      while (!fired[0]) {
        now[0] = fresh.nextDeadlineNs();
        fresh.advance(now[0], (due, ns) -> fired[0] = true);
        assertTrue(++jumps <= 8, "few wake-ups on the way");
      }
      assertEquals(5 + Math.max(1, (span + MS - 1) / MS) * MS, now[0]);
      assertTrue(fresh.isEmpty());
    }
  }

  /** As a retransmission timeout is by each ACK, and a delayed ACK's by each answer. */
  @Test
  void deadlinesThatArePutOff_wakeNobody() {
    TimerWheel wheel = new TimerWheel();
    wheel.start(0);
    TimedFlow flow = new Timed(1);
    int wakeUps = 0;
    for (int ms = 1; ms <= 10_000; ms++) {
      long now = ms * MS;
      if (wheel.nextDeadlineNs() - now <= 0) {
        wheel.advance(now, (due, ns) -> assertTrue(false, "nothing is due"));
        wakeUps++;
      }
      wheel.arm(flow, now + 40 * MS, now);
      if (ms % 3 == 0) {
        wheel.suspend(flow);
      }
      wheel.arm(flow, now + 200 * MS, now);
    }
    assertTrue(wakeUps <= 10_000 / 64, wakeUps + " wake-ups");
    assertEquals(10_200 * MS, wheel.earliestNs());
  }

  /** Packets may come more often than each millisecond, and each of them asks for it again. */
  @Test
  void deadlineThatHasPassed_isNotPutOffByAskingAgain() {
    TimerWheel wheel = new TimerWheel();
    wheel.start(0);
    TimedFlow flow = new Timed(1);
    for (int ms = 10; ms < 20; ms++) {
      wheel.arm(flow, 5 * MS, ms * MS);
      assertEquals(11 * MS, wheel.nextDeadlineNs());
    }
  }

  /** On the last level nothing moves out of a slot before that comes up. */
  @Test
  void earliestOfDeadlinesThatAreMonthsAway_isTold_thoughOthersWerePutOff() {
    long day = 86_400_000L * MS;
    TimerWheel wheel = new TimerWheel();
    wheel.start(0);
    TimedFlow putOff = new Timed(1);
    wheel.arm(putOff, 30 * day, 0);
    wheel.arm(new Timed(2), 60 * day, 0);
    wheel.arm(putOff, 300 * day, 0);
    assertEquals(60 * day, wheel.earliestNs());
    wheel.arm(putOff, 31 * day, 0);
    assertEquals(31 * day, wheel.earliestNs());
  }

  /** Who ticks each millisecond and who sleeps until the next deadline see the same transcript. */
  @Test
  void tickingOrJumping_firesInTheSameOrder() {
    for (int seed = 0; seed < 50; seed++) {
      assertEquals(fired(seed, true), fired(seed, false));
    }
  }

  private static List<String> fired(int seed, boolean ticking) {
    Random random = new Random(seed);
    TimerWheel wheel = new TimerWheel();
    wheel.start(7);
    List<TimedFlow> flows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      flows.add(new Timed(i));
    }
    List<String> fired = new ArrayList<>();
    for (int ms = 0; ms < 2_000; ms++) {
      long now = 7 + ms * MS;
      if (ticking || wheel.nextDeadlineNs() - now <= 0) {
        wheel.advance(now, (due, ns) -> fired.add((ns - 7) / MS + " " + due.localPort()));
      }
      if (random.nextInt(20) == 0) {
        wheel.suspend(flows.get(random.nextInt(flows.size())));
      }
      if (random.nextInt(3) == 0) {
        long deadline = 7 + (ms / 100 + 1 + random.nextInt(3)) * 100 * MS; // many at once
        long wanted = random.nextInt(10) == 0 ? now - random.nextInt(5) * MS : deadline;
        wheel.arm(flows.get(random.nextInt(flows.size())), wanted, now);
      }
    }
    return fired;
  }
}
