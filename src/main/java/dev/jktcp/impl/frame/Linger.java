package dev.jktcp.impl.frame;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Keeps the event loop awake for a moment after a frame was sent to an end on another thread. An
 * answer that comes at once then needs no wake-up, which would cost both threads more than the
 * moment.
 *
 * <p>It waits no longer than a wake-up takes, so that it never costs more than twice what it saves,
 * and only while the event loop has no other task. Each time that no answer comes, it skips more
 * occasions: behind a network it soon waits once in {@link #MAX_SKIPPED}.
 *
 * <p>Event loop only, except {@link #isAwake}.
 */
final class Linger {
  /** Two wake-ups, there and back, take 20 µs, or up to 60 µs on virtual machines. */
  private static final long MOST_NS = 50_000;

  /** One failure in 256 occasions costs 0.2 µs each. */
  private static final int MAX_SKIPPED = 256;

  /** Looks at the inbox between two looks at the clock and at other tasks. */
  private static final int LOOKS = 16;

  /** On a single processor the other thread runs only when this one sleeps. */
  private static final boolean USEFUL = Runtime.getRuntime().availableProcessors() > 1;

  private final SingleThreadEventExecutor loop; // null if the loop is of another kind
  private final BooleanSupplier came;
  private final Runnable onEnd;
  private final Runnable task = this::await;
  private volatile boolean awake;
  private int toSkip;
  private int skipped;

  /**
   * @param came whether an answer is there
   * @param onEnd called when the answer is there, or the wait is over
   */
  Linger(EventLoop loop, BooleanSupplier came, Runnable onEnd) {
    this.loop = USEFUL && loop instanceof SingleThreadEventExecutor single ? single : null;
    this.came = came;
    this.onEnd = onEnd;
  }

  /** Whether a frame that comes now is seen without a wake-up. Any thread. */
  boolean isAwake() {
    return awake;
  }

  /** Begins to wait: a frame was sent to another thread. */
  void begin() {
    if (loop == null || awake) {
      return;
    }
    if (skipped < toSkip) {
      skipped++;
      return;
    }
    skipped = 0;
    awake = true;
    try {
      loop.schedule(task, 0, TimeUnit.NANOSECONDS); // once the loop has looked at its channels
    } catch (RejectedExecutionException vertxClosed) {
      awake = false;
    }
  }

  private void await() {
    long startNs = System.nanoTime();
    boolean late = false;
    while (!came.getAsBoolean() && !late && loop.pendingTasks() == 0) {
      for (int i = 0; i < LOOKS && !came.getAsBoolean(); i++) {
        Thread.onSpinWait();
      }
      late = System.nanoTime() - startNs > MOST_NS;
    }
    awake = false;
    if (came.getAsBoolean()) {
      toSkip = 0;
    } else if (late) {
      toSkip = Math.min(MAX_SKIPPED, 2 * toSkip + 1);
    }
    onEnd.run(); // handles what came while the loop seemed awake
  }
}
