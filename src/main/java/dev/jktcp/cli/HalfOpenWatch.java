package dev.jktcp.cli;

import dev.jktcp.Pump;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;

/**
 * Ends a pair of which one direction has ended and the other has not moved a byte for a while:
 * peers that withhold their FIN would otherwise be kept for ever.
 */
final class HalfOpenWatch {
  private final Vertx vertx;
  private final Pump pump;
  private final long timeoutMs;
  private long bytesSeen;
  private long timer;

  private HalfOpenWatch(Vertx vertx, Pump pump, long timeoutMs) {
    this.vertx = vertx;
    this.pump = pump;
    this.timeoutMs = timeoutMs;
  }

  /**
   * To be called before the pump's first start, on the event loop that it runs on.
   *
   * @param timeoutMs 0 for no limit
   */
  static void over(Vertx vertx, Pump pump, long timeoutMs) {
    if (timeoutMs > 0) {
      HalfOpenWatch watch = new HalfOpenWatch(vertx, pump, timeoutMs);
      pump.halfEndHandler(v -> watch.begin());
      pump.completion().onComplete(v -> vertx.cancelTimer(watch.timer));
    }
  }

  private void begin() {
    bytesSeen = pump.bytes();
    timer = vertx.setTimer(timeoutMs, t -> look());
  }

  private void look() {
    if (pump.bytes() == bytesSeen) {
      pump.reset(new VertxException("half-open for " + timeoutMs + " ms without a byte", true));
    } else {
      begin();
    }
  }
}
