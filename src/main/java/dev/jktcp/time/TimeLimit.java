package dev.jktcp.time;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** A time limit of an answer, in real time. */
public final class TimeLimit {
  private TimeLimit() {}

  /**
   * Gives the answer's outcome, or the other value if the answer is not there in time. The timer
   * runs on the caller's context.
   */
  public static <T> Future<T> of(Vertx vertx, long ms, Future<T> answer, Supplier<T> otherwise) {
    Promise<T> first = Promise.promise();
    long timer = vertx.setTimer(ms, late -> first.tryComplete(otherwise.get()));
    answer.onSuccess(first::tryComplete).onFailure(first::tryFail);
    return first.future().onComplete(known -> vertx.cancelTimer(timer));
  }
}
