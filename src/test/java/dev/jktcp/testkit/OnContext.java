package dev.jktcp.testkit;

import io.vertx.core.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a step of a test on a context and waits for it. */
public final class OnContext {
  private static final int TIMEOUT_S = 60;

  /** Of each context; a packet needs five at most. */
  private static final int TURNS = 40;

  private OnContext() {}

  public interface Step {
    void run() throws Exception;
  }

  public static void run(Context context, Step step) throws Exception {
    call(
        context,
        () -> {
          step.run();
          return null;
        });
  }

  public static <T> T call(Context context, Callable<T> step) throws Exception {
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

  /**
   * Everything the contexts were asked to do before this, and what that asked for, is done. They
   * take turns by themselves: whoever counted on this thread's being slow would wait in vain.
   */
  public static void settle(Context... contexts) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    turn(contexts, 0, done);
    done.get(TIMEOUT_S, TimeUnit.SECONDS);
  }

  private static void turn(Context[] contexts, int turn, CompletableFuture<Void> done) {
    if (turn == TURNS * contexts.length) {
      done.complete(null);
    } else {
      contexts[turn % contexts.length].runOnContext(v -> turn(contexts, turn + 1, done));
    }
  }
}
