package dev.jktcp;

import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;

/**
 * A connection of an adapter that lives elsewhere in the process, or on another node: a {@link
 * TcpStream} whose bytes come and go over the event bus.
 *
 * <p>Methods may be called from any thread. Handlers run, and futures complete, on the context that
 * called connect or {@link AdapterHandle#listen}. When that context ends, as with the undeployment
 * of its verticle, the connection is closed behind the written data.
 *
 * <p>If the reader pauses, at most {@link HandleOptions#getReadBuffer} bytes are on their way to it
 * or wait for it; then the TCP window closes.
 *
 * <p>The event bus may lose a message. If bytes were lost, the stream fails with {@link
 * dev.jktcp.tcp.CloseReason#BUS_LOST}; the data delivered before is complete and in order.
 *
 * <p>If the program lets go of a stream, it is reset within the adapter's lease ({@link
 * AdapterOptions#getLease}) after the garbage collector has found it. A stream that has a handler
 * or addresses, or a write or an end under way, is kept.
 */
@VertxGen
public interface StreamHandle extends TcpStream {
  /**
   * Gives the connection addresses on the event bus, for code that knows only those. From then on
   * received data goes to the read address as far as its credit allows, and never to {@link
   * #handler}. The handle keeps all other methods, and keeps the connection alive.
   *
   * @return fails with an {@link IllegalStateException} if the stream was read before, or is over
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<StreamAddresses> registerAddresses();
}
