package dev.jktcp.testkit;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lets the thread of a test wait for what happens on a context. */
public final class Await {
  private static final int LIMIT_S = 120;
  private static final int LOOK_EVERY_MS = 2;

  private Await() {}

  /** The result, or the failure thrown. */
  public static <T> T result(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) throw cause;
      throw e;
    }
  }

  public static Throwable failure(Future<?> future) throws Exception {
    return result(future.map((Throwable) null).otherwise(cause -> cause));
  }

  /** Waits until the condition holds; for what nobody tells us about. */
  public static void until(Vertx vertx, Supplier<Future<Boolean>> condition) throws Exception {
    Promise<Void> holds = Promise.promise();
    look(vertx, condition, holds);
    result(holds.future());
  }

  private static void look(Vertx vertx, Supplier<Future<Boolean>> condition, Promise<Void> holds) {
    condition
        .get()
        .onFailure(holds::tryFail)
        .onSuccess(
            yes -> {
              if (yes) {
                holds.tryComplete();
              } else {
                vertx.setTimer(LOOK_EVERY_MS, timer -> look(vertx, condition, holds));
              }
            });
  }
}
