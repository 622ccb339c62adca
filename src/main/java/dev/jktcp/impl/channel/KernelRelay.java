package dev.jktcp.impl.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BooleanSupplier;

/**
 * Passes on what happens in a kernel channel to the channel it stands behind. When that reads is
 * for that to say, and its end it sees by the kernel channel's close future.
 */
final class KernelRelay extends ChannelDuplexHandler {
  private final Channel face;
  private final BooleanSupplier onActive;

  /**
   * @param onActive whether the face's handlers are to hear of it
   */
  KernelRelay(Channel face, BooleanSupplier onActive) {
    this.face = face;
    this.onActive = onActive;
  }

  @Override
  public void read(ChannelHandlerContext context) {} // its own auto-read

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (onActive.getAsBoolean()) {
      face.pipeline().fireChannelActive();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    face.pipeline().fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    face.pipeline().fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    face.pipeline().fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    face.pipeline().fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    face.pipeline().fireExceptionCaught(cause);
  }
}
