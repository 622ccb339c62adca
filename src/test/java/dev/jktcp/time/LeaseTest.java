package dev.jktcp.time;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lease ends by silence, and no stop of the process counts as silence. */
class LeaseTest {
  private static final long LEASE_MS = 10_000;

  private long nowNs = Long.MAX_VALUE - 3 * MS; // deadlines compare by difference
  private final long startNs = nowNs;
  private Runnable task;
  private long dueNs;
  private Long endedMs; // null while it lasts

  private final Clock clock =
      new Clock() {
        @Override
        public long nanoTime() {
          return nowNs;
        }

        @Override
        public Timer once(long ms, Runnable newTask) {
          assertTrue(ms >= 1);
          assertNull(task, "one timer at a time");
          task = newTask;
          dueNs = nowNs + ms * MS;
          return () -> task = null;
        }
      };

  private Lease lease(long ms) {
    return Lease.of(clock, ms, () -> endedMs = nowMs());
  }

  private long nowMs() {
    return (nowNs - startNs) / MS;
  }

  private void runTo(long ms) {
    long untilNs = startNs + ms * MS;
    while (task != null && dueNs - untilNs <= 0) {
      if (dueNs - nowNs > 0) nowNs = dueNs;
      Runnable due = task;
      task = null;
      due.run();
    }
    if (untilNs - nowNs > 0) nowNs = untilNs;
  }

  private void stop(long ms) {
    nowNs += ms * MS;
  }

  @Test
  void silence_ends_toTheMillisecond() {
    Lease lease = lease(LEASE_MS);
    runTo(9_999);
    lease.renew();
    runTo(19_998);
    assertNull(endedMs);
    runTo(30_000);
    assertEquals(19_999, endedMs);
    assertNull(task);
    assertEquals(LEASE_MS, lease.ms());
  }

  @Test
  void shortest_ends() {
    lease(1);
    runTo(10);
    assertEquals(1, endedMs);
  }

  @Test
  void end_leavesNoTimer_andTellsNobody() {
    Lease lease = lease(LEASE_MS);
    runTo(3_000);
    lease.end();
    lease.end();
    assertNull(task);
    runTo(100_000);
    assertNull(endedMs);
  }

  /** Whenever the stop comes: at the least half of the lease is left to hear in. */
  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_leavesHalfOfTheLease(long stopMs) {
    for (long at = 0; at < LEASE_MS; at += 97) {
      LeaseTest each = new LeaseTest();
      each.lease(LEASE_MS);
      each.runTo(at);
      each.stop(stopMs);
      each.runTo(at + stopMs + LEASE_MS / 2 - 1);
      assertNull(each.endedMs, "stopped after " + at + " ms");
      each.runTo(at + stopMs + LEASE_MS);
      assertEquals(at + stopMs + LEASE_MS / 2, each.endedMs, "whoever is dead is missed");
    }
  }

  /** All the time it is stopped in, and a little more, so that two beats of three may get lost. */
  @Test
  void stopShorterThanTheLease_leavesWhatIsLeft_orHalf() {
    for (long at = 0; at < LEASE_MS; at += 97) {
      LeaseTest each = new LeaseTest();
      each.lease(LEASE_MS);
      each.runTo(at);
      each.stop(5_000);
      each.runTo(60_000);
      long leftMs = each.endedMs - at - 5_000;
      assertTrue(leftMs >= Math.min(LEASE_MS / 2, LEASE_MS - at - 1_250), at + ": " + leftMs);
      assertTrue(leftMs <= LEASE_MS, at + ": " + leftMs);
    }
  }

  @Test
  void stopAfterStop_isExcusedForAsLongAsSomethingIsHeard() {
    Lease lease = lease(LEASE_MS);
    for (int i = 0; i < 100; i++) {
      stop(66_000);
      runTo(nowMs() + 100);
      lease.renew();
    }
    assertNull(endedMs);
  }

  /** A side that is always blocked: four stops of a minute, in which nothing comes. */
  @Test
  void stopAfterStop_withNothingHeardBetween_ends() {
    lease(LEASE_MS);
    for (int i = 0; i < 3; i++) {
      stop(66_000);
      runTo(nowMs());
      assertNull(endedMs);
    }
    stop(66_000);
    runTo(nowMs());
    assertEquals(4 * 66_000, endedMs);
  }

  @Test
  void busyMachine_isLateByLess_andIsNotExcused() {
    lease(LEASE_MS);
    runTo(9_000);
    stop(1_500);
    runTo(20_000);
    assertEquals(10_500, endedMs);
  }
}
