package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import io.vertx.core.VertxException;
import java.util.function.BooleanSupplier;

/**
 * Ends a pair that has not moved a byte for a while and has no good reason to be quiet. An idle
 * pair has one: neither side sends. These have none:
 *
 * <ul>
 *   <li>one direction has ended: peers that withhold their FIN would be kept for ever;
 *   <li>one side takes nothing while the other has more to send: if the other dies, its paused
 *       socket does not show it.
 * </ul>
 *
 * The pump's event loop only.
 */
final class QuietWatch {
  private final Clock clock;
  private final Pump pump;
  private final long timeoutMs;
  private final BooleanSupplier suspicious;
  private final String what;
  private long bytesSeen;
  private boolean wasSuspicious;
  private Lease limit;
  private boolean over;

  private QuietWatch(
      Clock clock, Pump pump, long timeoutMs, BooleanSupplier suspicious, String what) {
    this.clock = clock;
    this.pump = pump;
    this.timeoutMs = timeoutMs;
    this.suspicious = suspicious;
    this.what = what;
    pump.completion().onComplete(v -> stop());
  }

  /** Call it before the pump's first start. */
  static void over(Clock clock, Pump pump, PairLimits limits) {
    if (limits.halfCloseMs() > 0) {
      QuietWatch watch = new QuietWatch(clock, pump, limits.halfCloseMs(), () -> true, "half-open");
      pump.halfEndHandler(v -> watch.begin());
    }
    if (limits.stallMs() > 0) {
      new QuietWatch(clock, pump, limits.stallMs(), pump::isBlocked, "stalled").begin();
    }
  }

  private void begin() {
    if (over) {
      return;
    }
    bytesSeen = pump.bytes();
    wasSuspicious = suspicious.getAsBoolean();
    limit = Lease.of(clock, timeoutMs, this::look);
  }

  private void look() {
    if (wasSuspicious && pump.bytes() == bytesSeen && suspicious.getAsBoolean()) {
      pump.reset(new VertxException(what + " for " + timeoutMs + " ms without a byte", true));
    } else {
      begin();
    }
  }

  private void stop() {
    over = true;
    if (limit != null) {
      limit.end();
    }
  }
}
