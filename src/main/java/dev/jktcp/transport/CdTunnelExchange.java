package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import dev.jktcp.time.Lease;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;

/**
 * Waits, with a timeout, for the one handshake message that is due.
 *
 * <p>The stream is paused within the call that completes the message, so that later bytes stay in
 * it. Bytes that came glued to the message are in the result. Thread-safe: the stream may live on
 * another context than the caller.
 */
final class CdTunnelExchange {
  /**
   * @param rest the bytes that followed the message at once, perhaps none
   */
  record Received(JsonObject message, Buffer rest) {}

  private final ReadStream<Buffer> in;
  private final String awaited;
  private final Promise<Received> result;
  private final Context context; // where the caller hears the result and the timeout runs
  private final Lease timeout;

  // Under this.
  private final CdTunnelFrame frame;
  private boolean settled;

  /**
   * @param awaited {@code request} or {@code answer}, for messages
   */
  CdTunnelExchange(CdTunnelStreams streams, String awaited, int maxJsonBytes, long timeoutMs) {
    this.in = streams.in();
    this.awaited = awaited;
    this.context = streams.context();
    this.result = streams.context().promise();
    this.frame = new CdTunnelFrame(awaited, maxJsonBytes);
    this.timeout =
        Lease.of(
            streams.clock().on(context),
            timeoutMs,
            () -> fail("no " + awaited + " within " + timeoutMs + " ms"));
    in.exceptionHandler(this::fail);
    in.endHandler(v -> fail("the peer hung up before its " + awaited));
    in.handler(this::onBytes);
    in.resume();
  }

  /** Completes on the caller's context. */
  Future<Received> result() {
    return result.future();
  }

  /** Ends the wait: the stream or our own half of the handshake failed. */
  void fail(Throwable cause) {
    decide(() -> result.fail(TransportException.of("cdtunnel: no " + awaited, cause)));
  }

  private void fail(String what) {
    decide(() -> result.fail(new TransportException("cdtunnel: " + what)));
  }

  private void onBytes(Buffer bytes) {
    try {
      Received received;
      synchronized (this) {
        if (settled || !frame.feed(bytes)) {
          return;
        }
        received = new Received(frame.message(), frame.rest());
      }
      decide(() -> result.complete(received));
    } catch (TransportException e) {
      decide(() -> result.fail(e));
    }
  }

  /** The first outcome decides. It is passed on outside the lock, since the user's code follows. */
  private void decide(Runnable decision) {
    synchronized (this) {
      if (settled) {
        return;
      }
      settled = true;
    }
    Contexts.run(context, timeout::end);
    DemandReader.detach(in::pause);
    DemandReader.detach(() -> in.handler(null));
    DemandReader.detach(() -> in.endHandler(null));
    DemandReader.detach(() -> in.exceptionHandler(null));
    decision.run();
  }
}
