package dev.jktcp.impl.channel;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** A task of an event loop. Several calls of {@link #ask} before it begins make one run. */
final class LoopTurn {
  private final Executor loop;
  private final Runnable task;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final Runnable run = this::run;

  LoopTurn(Executor loop, Runnable task) {
    this.loop = loop;
    this.task = task;
  }

  /** Any thread. */
  void ask() {
    if (asked.compareAndSet(false, true)) {
      loop.execute(run);
    }
  }

  private void run() {
    PollingHandler.onHandOver();
    asked.set(false); // before the task: a call while it runs may have news that it misses
    task.run();
  }
}
