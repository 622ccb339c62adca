package dev.jktcp.impl.handle;

import dev.jktcp.TcpException;
import dev.jktcp.impl.frame.SessionChannel;
import dev.jktcp.impl.frame.SessionSide;
import dev.jktcp.time.Lease;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * The orderly end of a session: its streams close behind the written data, and the session says
 * goodbye once the adapter has all of it and their ends. Session's context only.
 */
final class HandOff {
  private final SessionSide side;
  private final Promise<Void> handed = Promise.promise();
  private Lease deadline; // not null once it is known

  /** Begins. */
  HandOff(SessionSide side, TcpException cause) {
    this.side = side;
    for (SessionChannel channel : side.channels()) {
      if (channel instanceof HandleStream stream) {
        stream.shutDown(cause);
      } else if (channel instanceof HandleServer server) {
        server.close();
      } else if (channel instanceof HandleUdp udp) {
        udp.shutDown(cause);
      }
    }
  }

  /**
   * @param mostMs time after which streams that are not handed over are reset
   * @return completes when the session may end
   */
  Future<Void> within(long mostMs) {
    if (deadline != null) {
      deadline.end();
    }
    look();
    if (handed.future().isComplete()) {
      return handed.future();
    }
    if (mostMs == 0) {
      onDeadline();
    } else {
      deadline = side.lease(mostMs, this::onDeadline);
    }
    return handed.future();
  }

  void look() {
    if (handed.future().isComplete()) {
      return; // or the end of each of many streams would look at all that are left
    }
    for (SessionChannel channel : side.channels()) {
      if (channel instanceof HandleStream stream && !stream.isHandedOver()) {
        return;
      }
      if (channel instanceof HandleUdp udp && !udp.isHandedOver()) {
        return;
      }
    }
    stop();
  }

  private void onDeadline() {
    side.flush(); // sends all that there is credit for
    for (SessionChannel channel : side.channels()) {
      if (channel instanceof HandleStream stream) {
        stream.resetUnlessSent();
      }
    }
    stop();
  }

  void stop() {
    if (deadline != null) {
      deadline.end();
    }
    handed.tryComplete();
  }
}
