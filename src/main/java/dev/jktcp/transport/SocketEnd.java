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

/** How a socket is closed whose peer is to read what was written last. Any thread. */
final class SocketEnd {
  /** Time for a busy peer to read what the kernel holds of ours. */
  private static final int PATIENCE_MS = 500;

  private SocketEnd() {}

  /**
   * Closes at once. NetSocket's own close waits until the peer has taken what was written, for ever
   * if need be; whoever calls this has waited as long as is right.
   */
  static Future<Void> atOnce(NetSocket socket) {
    Promise<Void> done = Promise.promise();
    channelContext(socket).close().addListener(f -> done.tryComplete());
    return done.future();
  }

  /**
   * Half-closes, and closes when the peer has, or did not for half a second. To close while it is
   * still sending would be a reset, which takes with it what it has not read: its kernel's doing
   * with TCP, its failing write with both.
   */
  static Future<Void> gently(NetSocket socket) {
    ChannelHandlerContext context = channelContext(socket);
    Promise<Void> done = Promise.promise();
    context.channel().closeFuture().addListener(f -> done.tryComplete());
    socket.exceptionHandler(late -> {});
    socket.handler(late -> {}); // Else the peer's end is not seen, nor is there room for more.
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
