package dev.jktcp.impl;

import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * The status of the transport, with the handlers of its changes. Adapter context only, except
 * {@link #status}.
 */
final class TransportWatch {
  private final ContextInternal context;
  private final List<Handler<TransportStatus>> listeners = new ArrayList<>();
  private Handler<TransportStatus> user; // null for none
  private volatile TransportStatus status = TransportStatus.OPENING;

  TransportWatch(ContextInternal context) {
    this.context = context;
  }

  /** Any thread. */
  TransportStatus status() {
    return status;
  }

  void user(Handler<TransportStatus> handler) {
    user = handler;
  }

  void add(Handler<TransportStatus> listener) {
    listeners.add(listener);
  }

  void onUp() {
    change(TransportState.UP, null, status.losses());
  }

  void onAway(Throwable cause) {
    change(TransportState.WAITING, cause, status.losses() + 1);
  }

  /**
   * @param cause null for an end by the user's call
   */
  void onEnd(Throwable cause) {
    change(TransportState.ENDED, cause, status.losses());
  }

  private void change(TransportState state, Throwable cause, long losses) {
    if (status.state() == state || status.state() == TransportState.ENDED) {
      return;
    }
    String reason = cause == null ? null : Failures.firstLine(cause);
    TransportStatus told = new TransportStatus(state, reason, losses);
    status = told;
    for (Handler<TransportStatus> listener : List.copyOf(listeners)) {
      listener.handle(told);
    }
    if (user != null) {
      context.dispatch(told, user);
    }
  }
}
