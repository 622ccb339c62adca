package dev.jktcp.impl.handle;

import dev.jktcp.bus.BusReader;
import dev.jktcp.impl.frame.BusNames;
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
  private boolean heard; // anything
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
          if (!heard) {
            tell(status);
          }
        });
  }

  private void tell(TransportStatus status) {
    heard = true;
    if (!left) {
      home.dispatch(status, handler);
    }
  }

  /** Any thread. */
  void leave() {
    home.runOnContext(v -> left = true);
    reader.leave();
  }
}
