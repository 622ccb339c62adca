package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** When a process without memory counts as over, and when it does not. */
class MemoryPulseTest {
  private final MemoryPulse pulse = new MemoryPulse(2);
  private int looks;
  private long nowMs;
  private long collectedMs;

  private boolean look(boolean first, boolean second) {
    if (first) {
      pulse.beat(0);
    }
    if (second) {
      pulse.beat(1);
    }
    looks++;
    return pulse.look(1_000L * looks, 100L * looks);
  }

  @Test
  void loopsThatBeat_areNeverOver_whateverErrorsThereAre() {
    for (int i = 0; i < 1_000; i++) {
      pulse.onError(new OutOfMemoryError());
      assertFalse(look(true, true));
    }
  }

  @Test
  void loopThatOnlyStandsStill_isBlocked_notOver() {
    assertFalse(look(true, true));
    for (int i = 0; i < 1_000; i++) {
      assertFalse(look(true, false));
    }
  }

  @Test
  void loopThatStandsStillSinceAnError_isOverAfterTenLooks() {
    for (int i = 0; i < 5; i++) {
      assertFalse(look(true, true));
    }
    pulse.onError(new RuntimeException("in a handler", new OutOfMemoryError("Java heap space")));
    looks = 0;
    boolean over = false;
    while (!over && looks < 100) {
      over = look(true, false);
    }
    assertEquals(MemoryPulse.PATIENCE, looks);
  }

  @Test
  void errorWhileALoopStandsStill_counts() {
    assertFalse(look(true, true));
    for (int i = 0; i < 50; i++) {
      assertFalse(look(true, false));
    }
    pulse.onError(new OutOfMemoryError());
    assertTrue(look(true, false));
  }

  @Test
  void errorFromWhichALoopRecovered_isForgotten() {
    assertFalse(look(true, true));
    pulse.onError(new OutOfMemoryError());
    for (int i = 0; i < 5; i++) {
      assertFalse(look(true, true));
    }
    for (int i = 0; i < 1_000; i++) {
      assertFalse(look(false, true), "blocked by something else");
    }
  }

  @Test
  void otherErrors_areNoneOfMemory() {
    assertFalse(look(true, true));
    pulse.onError(new StackOverflowError());
    pulse.onError(new IllegalStateException(new Exception()));
    for (int i = 0; i < 100; i++) {
      assertFalse(look(false, false));
    }
  }

  private boolean lookWhile(int collectingMs) {
    pulse.beat(0);
    pulse.beat(1);
    nowMs += 1_000;
    collectedMs += collectingMs;
    return pulse.look(nowMs, collectedMs);
  }

  @Test
  void processThatDoesNothingButCollect_isOver_thoughItsLoopsBeat() {
    for (int i = 1; i < MemoryPulse.COLLECTING_PATIENCE_S; i++) {
      assertFalse(lookWhile(960));
    }
    assertTrue(lookWhile(960));
  }

  @Test
  void collectorThatLeavesSomeTime_isNotOver() {
    for (int i = 0; i < 1_000; i++) {
      assertFalse(lookWhile(i % 10 == 0 ? 900 : 1_000));
    }
  }

  @Test
  void look_allocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    look(true, true);
    long overhead = -threads.getThreadAllocatedBytes(id) + threads.getThreadAllocatedBytes(id);
    boolean over = false;
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < MemoryPulse.PATIENCE - 1; i++) {
      over |= pulse.look(1_000L * i, 100L * i);
    }
    long allocated = threads.getThreadAllocatedBytes(id) - before - overhead;
    assertFalse(over);
    assertEquals(0, allocated);
  }
}
