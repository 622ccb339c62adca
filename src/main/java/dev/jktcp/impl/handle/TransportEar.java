package dev.jktcp.impl.handle;

import dev.jktcp.TcpException;
import dev.jktcp.bus.BusReader;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;

/**
 * Receives the published status of an adapter's transport, for one handler. The handle's home
 * context only.
 */
final class TransportEar {
  private final ContextInternal home;
  private final Handler<TransportStatus> handler;
  private final BusReader reader;
  private TransportStatus last; // null before the first one
  private boolean left;

  TransportEar(
      ContextInternal home, String adapter, boolean local, Handler<TransportStatus> handler) {
    this.home = home;
    this.handler = handler;
    this.reader = BusReader.open(home, BusNames.transport(adapter), local, this::onMessage);
  }

  private void onMessage(Message<Object> message) {
    try {
      if (message.body() instanceof JsonObject json) {
        tell(TransportStatus.of(json));
      }
    } catch (RuntimeException malformed) {
      // Published by code that is not the adapter's.
    }
  }

  /** The status at the time of the request. A status published since then is newer. */
  void onAnswer(TransportStatus status) {
    home.runOnContext(
        v -> {
          if (last == null) {
            tell(status);
          }
        });
  }

  private void tell(TransportStatus status) {
    last = status;
    if (!left) {
      home.dispatch(status, handler);
    }
  }

  /**
   * The adapter has ended. If its last news did not come, for it was published before this ear was
   * open, or its node was killed, the handler is told here.
   */
  void onEnd(Exception why) {
    if (last == null || last.state() != TransportState.ENDED) {
      tell(ended(why, last == null ? 0 : last.losses()));
    }
  }

  /** With the reason that the adapter would have published. */
  static TransportStatus ended(Exception why, long losses) {
    CloseReason kind = why instanceof TcpException tcp ? tcp.reason() : null;
    String line = String.valueOf(why.getMessage());
    String lost = CloseReason.TRANSPORT_LOST.text() + ": ";
    String reason = line.startsWith(lost) ? line.substring(lost.length()) : line;
    return new TransportStatus(
        TransportState.ENDED, kind == CloseReason.ADAPTER_CLOSED ? null : reason, losses);
  }

  /** Any thread. */
  void leave() {
    home.runOnContext(v -> left = true);
    reader.leave();
  }
}
