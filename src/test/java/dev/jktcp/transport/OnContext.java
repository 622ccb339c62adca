package dev.jktcp.transport;

import io.vertx.core.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a step of a test on a context and waits for it. */
final class OnContext {
  private static final int TIMEOUT_S = 60;

  private OnContext() {}

  interface Step {
    void run() throws Exception;
  }

  static void run(Context context, Step step) throws Exception {
    call(
        context,
        () -> {
          step.run();
          return null;
        });
  }

  static <T> T call(Context context, Callable<T> step) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            done.complete(step.call());
          } catch (Throwable t) {
            done.completeExceptionally(t);
          }
        });
    return done.get(TIMEOUT_S, TimeUnit.SECONDS);
  }

  /** Everything the context was asked to do before this, and what that asked for, is done. */
  static void settle(Context... contexts) throws Exception {
    for (int round = 0; round < 20; round++) {
      for (Context c : contexts) run(c, () -> {});
    }
  }
}
