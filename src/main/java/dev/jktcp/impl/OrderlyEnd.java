package dev.jktcp.impl;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Lease;
import java.time.Duration;

/**
 * An adapter's {@link dev.jktcp.Adapter#shutdown}: its streams end by themselves, and the adapter
 * when they have, or when their time is up. Adapter context only.
 */
final class OrderlyEnd {
  /**
   * For the FIN of peers that have everything: an application that hears our FIN answers it within
   * a round trip, and one that does not may be waiting for more of ours for ever.
   */
  private static final long LAST_FIN_MS = 500;

  private final AdapterClock clock;
  private final DrainLoop loop;
  private final Runnable end;
  private int unfinished; // streams that are not over and whose FIN is not acknowledged
  private Lease deadline; // not null once it is known
  private long deadlineNs;
  private boolean stopped;

  /**
   * @param end resets what is left
   */
  OrderlyEnd(AdapterClock clock, DrainLoop loop, Runnable end) {
    this.clock = clock;
    this.loop = loop;
    this.end = end;
  }

  /** Tells every connection. The adapter makes no others any more. */
  void begin() {
    unfinished = 1; // until all were told
    loop.stack().forEachConnection(this::tell);
    loop.request();
    onFinished();
  }

  private void tell(TcpConnection connection) {
    if (connection.attachment() instanceof TcpStreamImpl stream) {
      unfinished++;
      stream.shutDown().onComplete(finished -> onFinished());
    } else {
      connection.reset(CloseReason.ADAPTER_CLOSED, true); // nobody has it yet
    }
  }

  private void onFinished() {
    unfinished--;
    if (unfinished == 0) within(Duration.ofMillis(LAST_FIN_MS));
  }

  /** The end comes no later than after this time. */
  void within(Duration time) {
    if (stopped) return;
    long untilNs = clock.nanoTime() + time.toNanos();
    if (deadline != null && untilNs - deadlineNs >= 0) return;
    if (deadline != null) deadline.end();
    deadlineNs = untilNs;
    deadline = loop.lease(Math.max(1, time.toMillis()), end);
  }

  /** In a turn of its own, when the last stream has heard that it is over. */
  void onNothingLeft() {
    loop.context().runOnContext(v -> end.run());
  }

  void stop() {
    stopped = true;
    if (deadline != null) deadline.end();
  }
}
