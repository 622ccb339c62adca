package dev.jktcp.impl;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import java.time.Duration;

/**
 * An adapter's {@link dev.jktcp.Adapter#shutdown}: its streams end by themselves, and the adapter
 * ends after the last of them, or when the time is up. Adapter context only.
 */
final class OrderlyEnd {
  /**
   * How long peers that have all data may take to send their FIN. An application that acts on our
   * FIN sends its own within a round trip. Another may never send one.
   */
  private static final long LAST_FIN_MS = 500;

  /** As good as unlimited; more would not fit into nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Clock clock;
  private final DrainLoop loop;
  private final Runnable end;
  private int unfinished; // streams that live and whose FIN is not acknowledged
  private Lease deadline; // not null once the time is set
  private long deadlineNs;
  private boolean stopped;

  /**
   * @param end resets the streams left
   */
  OrderlyEnd(Clock clock, DrainLoop loop, Runnable end) {
    this.clock = clock;
    this.loop = loop;
    this.end = end;
  }

  /** Begins the end of every connection. The adapter makes no more of them. */
  void begin() {
    unfinished = 1; // holds off the end until all have begun theirs
    loop.stack().forEachConnection(this::tell);
    loop.request();
    onFinished();
  }

  private void tell(TcpConnection connection) {
    if (connection.attachment() instanceof LoopMember stream) {
      unfinished++;
      stream.shutDown().onComplete(finished -> onFinished());
    } else {
      connection.reset(CloseReason.ADAPTER_CLOSED, true); // no user has it yet
    }
  }

  private void onFinished() {
    unfinished--;
    if (unfinished == 0) {
      within(Duration.ofMillis(LAST_FIN_MS));
    }
  }

  /** Ends the adapter after this time at the latest. */
  void within(Duration most) {
    if (stopped) {
      return;
    }
    Duration time = most.compareTo(LONGEST) < 0 ? most : LONGEST;
    long untilNs = clock.nanoTime() + time.toNanos();
    if (deadline != null && untilNs - deadlineNs >= 0) {
      return;
    }
    if (deadline != null) {
      deadline.end();
    }
    deadlineNs = untilNs;
    deadline = loop.lease(Math.max(1, time.toMillis()), end);
  }

  /** Ends the adapter in a turn of its own, after the handlers of the last stream. */
  void onNothingLeft() {
    loop.context().runOnContext(v -> end.run());
  }

  void stop() {
    stopped = true;
    if (deadline != null) {
      deadline.end();
    }
  }
}
