package dev.jktcp;

import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;

/**
 * A connection of an adapter that lives elsewhere in the process, or on another node: a {@link
 * TcpStream} whose bytes come and go over the event bus.
 *
 * <p>Methods may be called from any thread; handlers run, and futures complete, on the context that
 * opened it, or whose {@link AdapterHandle#listen} accepted it. When that context ends, as with the
 * undeployment of its verticle, the connection is closed behind what was written.
 *
 * <p>Reads are byte credits: at most {@link HandleOptions#getReadBuffer} bytes are on their way to
 * a reader, or wait for it, when it pauses; then the TCP window closes.
 *
 * <p>The event bus may lose a message. A stream whose bytes it lost fails with {@link
 * dev.jktcp.tcp.CloseReason#BUS_LOST}; what was delivered before is right, and in order.
 *
 * <p>A stream that was let go of is reset within the adapter's lease ({@link
 * AdapterOptions#getLease}) of the garbage collector's finding it, unless it has a handler or
 * addresses, or what was asked of it, a write or its end, is under way.
 */
@VertxGen
public interface StreamHandle extends TcpStream {
  /**
   * Gives the connection addresses on the event bus, for code that knows nothing else. From then on
   * what arrives goes to the read address as its credit allows, and never to {@link #handler};
   * everything else stays with the handle, which keeps the connection alive.
   *
   * @return fails with an {@link IllegalStateException} if the stream was read before, or is over
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<StreamAddresses> registerAddresses();
}
