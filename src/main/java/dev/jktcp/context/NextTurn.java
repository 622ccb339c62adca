package dev.jktcp.context;

import io.vertx.core.Context;
import io.vertx.core.Handler;

/**
 * A task that runs in a later turn of its context. Several calls of {@link #ask} before it begins
 * make one run. The context only.
 */
public final class NextTurn {
  private final Context context;
  private final Runnable task;
  private final Handler<Void> run = v -> run();
  private boolean asked;

  public NextTurn(Context context, Runnable task) {
    this.context = context;
    this.task = task;
  }

  public void ask() {
    if (asked) {
      return;
    }
    asked = true;
    context.runOnContext(run);
  }

  private void run() {
    asked = false; // before the task, which may ask again
    task.run();
  }
}
