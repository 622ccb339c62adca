package dev.jktcp.impl.channel;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** A task of an event loop that runs once, however often it is asked for before it begins. */
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
    asked.set(false); // before the task: what is asked for while it runs may be news to it
    task.run();
  }
}
