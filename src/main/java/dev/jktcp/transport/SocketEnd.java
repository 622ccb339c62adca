package dev.jktcp.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;

/** Closes a socket so that its peer can read the last bytes written. Any thread. */
final class SocketEnd {
  /** Time for a busy peer to read our bytes that the kernel holds. */
  private static final int PATIENCE_MS = 500;

  private SocketEnd() {}

  /**
   * Closes at once. NetSocket's own close waits, for ever if need be, until the peer has taken all
   * bytes written. The caller has waited long enough already.
   */
  static Future<Void> atOnce(NetSocket socket) {
    Promise<Void> done = Promise.promise();
    channelContext(socket).close().addListener(f -> done.tryComplete());
    return done.future();
  }

  /** Closes the channel that has accepted the socket. The socket lives on. */
  static Future<Void> ofListening(NetSocket accepted) {
    Promise<Void> done = Promise.promise();
    Channel listening = channelContext(accepted).channel().parent();
    listening.close().addListener(f -> done.tryComplete());
    return done.future();
  }

  /**
   * Half-closes, then closes when the peer has closed, or after half a second. A close while the
   * peer is still sending would be a reset, which discards the bytes the peer has not read: over
   * TCP its kernel does so, and over TCP and Unix sockets its failing write does.
   */
  static Future<Void> gently(NetSocket socket) {
    ChannelHandlerContext context = channelContext(socket);
    Promise<Void> done = Promise.promise();
    context.channel().closeFuture().addListener(f -> done.tryComplete());
    socket.exceptionHandler(late -> {});
    // Without reading on, the peer's end is not seen, and the peer has no room to send it.
    socket.handler(late -> {});
    socket.resume();
    if (context.executor().inEventLoop()) {
      halfClose(context);
    } else {
      context.executor().execute(() -> halfClose(context));
    }
    return done.future();
  }

  private static void halfClose(ChannelHandlerContext context) {
    Channel channel = context.channel();
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    boolean stuck = unsent == null || !unsent.isEmpty();
    if (stuck || !(channel instanceof DuplexChannel duplex)) {
      context.close();
      return;
    }
    ScheduledFuture<?> patience =
        context.executor().schedule(() -> context.close(), PATIENCE_MS, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(f -> patience.cancel(false));
    duplex
        .shutdownOutput()
        .addListener(
            f -> {
              if (!f.isSuccess()) {
                context.close();
              }
            });
  }

  private static ChannelHandlerContext channelContext(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext();
  }
}
