package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.channel.PollingHandler;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A loop that looks before it sleeps. Loop, I/O and clock are the test's; whatever the loop asks of
 * them is a moment in which another thread may hand over a task.
 */
class PollingTest {
  private static final long MOST_NS = 50_000;
  private static final long LOOK_NS = 1_000; // of each look at the clock
  private static final long LATE_NS = 1_000_000;

  private final FakeIo io = new FakeIo();
  private final FakeLoop loop = new FakeLoop();
  private final List<Runnable> tasks = new ArrayList<>();
  private final IoHandler handler =
      PollingHandler.over(executor -> io, MOST_NS, this::lookAtClock).newHandler(null);
  private long nowNs;
  private int moment;
  private int handOverAt = -1; // the moment at which another thread hands over
  private long handOverNs = Long.MAX_VALUE; // the time at which it does, asleep or not
  private boolean ready; // a socket of the kernel is
  private int wakeUps;

  @BeforeEach
  void begin() {
    handler.initialize();
  }

  @AfterEach
  void end() {
    handler.destroy();
  }

  /** Each moment of a turn is tried, of one that polls and of one that does not. */
  @Test
  void taskOfAnotherThread_atEveryMoment_wakesTheLoop() {
    for (boolean polls : new boolean[] {false, true}) {
      boolean reached = true;
      for (int at = 0; reached; at++) {
        assertTrue(at < 1_000, "a turn has no end");
        if (polls) learnToPoll();
        moment = 0;
        handOverAt = at;
        handler.run(loop);
        reached = handOverAt < 0;
        assertEquals(reached ? 1 : 0, tasks.size(), "at moment " + at);
        handOverAt = -1;
        runTasks();
        sleepLong();
      }
    }
  }

  @Test
  void shortSleepsThatHandOversEnd_areLearnedFrom() {
    assertEquals(1, sleepsFor(30_000));
    assertEquals(1, sleepsFor(30_000)); // looks 10 µs first
    assertEquals(1, sleepsFor(30_000)); // 20
    assertEquals(0, sleepsFor(30_000)); // 40
    assertEquals(0, sleepsFor(30_000));
    sleepLong();
    assertEquals(1, sleepsFor(30_000)); // it has forgotten
  }

  @Test
  void tasksThatAreNoHandOver_teachNothing() {
    for (int i = 0; i < 10; i++) {
      handOverNs = nowNs + 30_000;
      handler.run(loop);
      tasks.clear(); // one that says nothing
    }
    assertEquals(10, wakeUps);
  }

  @Test
  void longSleeps_areNotPolledFor() {
    for (int i = 0; i < 10; i++) assertEquals(1, sleepsFor(2 * MOST_NS));
    long startNs = nowNs;
    handOverNs = nowNs + LATE_NS;
    handler.run(loop);
    assertEquals(0, io.looks, "looks at I/O without a sleep");
    assertTrue(nowNs - startNs >= LATE_NS);
  }

  @Test
  void socketThatIsReady_isServedWhileItPolls() {
    learnToPoll();
    ready = true;
    assertEquals(1, handler.run(loop));
    assertEquals(0, io.sleeps);
  }

  @Test
  void loopThatIsAwake_isNotWoken() {
    handler.wakeup();
    assertEquals(0, wakeUps);
  }

  private void learnToPoll() {
    for (int i = 0; i < 4; i++) sleepsFor(30_000);
    io.sleeps = 0;
    io.looks = 0;
  }

  /** A turn that a hand-over ends after so long; how often it had to be woken. */
  private int sleepsFor(long ns) {
    int before = wakeUps;
    handOverNs = nowNs + ns;
    handler.run(loop);
    runTasks();
    return wakeUps - before;
  }

  private void sleepLong() {
    handOverNs = nowNs + LATE_NS;
    handler.run(loop);
    runTasks();
    io.looks = 0;
  }

  private void runTasks() {
    tasks.forEach(Runnable::run);
    tasks.clear();
  }

  private void handOver() {
    tasks.add(PollingHandler::onHandOver);
    handler.wakeup();
  }

  private void onMoment() {
    if (moment++ == handOverAt) {
      handOverAt = -1;
      handOver();
    }
  }

  private long lookAtClock() {
    onMoment();
    nowNs += LOOK_NS;
    if (nowNs >= handOverNs) {
      handOverNs = Long.MAX_VALUE;
      handOver();
    }
    return nowNs;
  }

  private final class FakeLoop implements IoHandlerContext {
    @Override
    public boolean canBlock() {
      onMoment();
      boolean none = tasks.isEmpty();
      onMoment();
      return none;
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return Long.MAX_VALUE;
    }

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }
  }

  /** As the kernel's: it sleeps unless it was woken since it last did, and may block. */
  private final class FakeIo implements IoHandler {
    private boolean woken;
    private int sleeps;
    private int looks;

    @Override
    public int run(IoHandlerContext context) {
      onMoment();
      boolean sleeps = context.canBlock();
      onMoment();
      if (sleeps && !ready) {
        sleep();
      } else {
        looks++;
      }
      return ready ? 1 : 0;
    }

    private void sleep() {
      sleeps++;
      if (!woken && handOverNs != Long.MAX_VALUE) {
        nowNs = Math.max(nowNs, handOverNs);
        handOverNs = Long.MAX_VALUE;
        handOver();
      }
      // Nobody else wakes it: with a task in the queue it would sleep for ever.
      assertTrue(woken || tasks.isEmpty(), "asleep with a task to do");
      woken = false;
    }

    @Override
    public void wakeup() {
      woken = true;
      wakeUps++;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return false;
    }
  }
}
