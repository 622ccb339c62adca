package dev.jktcp.impl.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;

/**
 * The first handler of a client's input: it reports the client's FIN, and discards bytes if asked
 * to.
 */
final class ClientInput extends ChannelInboundHandlerAdapter {
  private final Runnable onEnd;
  private boolean ended;
  private boolean discards;

  ClientInput(Runnable onEnd) {
    this.onEnd = onEnd;
  }

  boolean isEnded() {
    return ended;
  }

  void discard() {
    discards = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (discards) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
    if (event == ChannelInputShutdownEvent.INSTANCE && !ended) {
      ended = true;
      onEnd.run();
    }
  }
}
