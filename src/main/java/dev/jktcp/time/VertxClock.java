package dev.jktcp.time;

import io.vertx.core.Vertx;

/** Real time. A timer fires on the context of the caller that started it. */
final class VertxClock implements Clock {
  private final Vertx vertx;

  VertxClock(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer once(long delayMs, Runnable task) {
    long id = vertx.setTimer(delayMs, fired -> task.run());
    return () -> vertx.cancelTimer(id);
  }
}
