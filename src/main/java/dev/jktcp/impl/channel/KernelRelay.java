package dev.jktcp.impl.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BooleanSupplier;

/**
 * Passes the events of a kernel channel on to the channel that it stands behind. That channel
 * decides when to read, and sees the end by the kernel channel's close future.
 */
final class KernelRelay extends ChannelDuplexHandler {
  private final Channel face;
  private final BooleanSupplier onActive;

  /**
   * @param onActive whether the face's handlers get channelActive
   */
  KernelRelay(Channel face, BooleanSupplier onActive) {
    this.face = face;
    this.onActive = onActive;
  }

  /** Auto-read that is set again asks the kernel channel; the face's handlers decide. */
  @Override
  public void read(ChannelHandlerContext context) {
    face.read();
  }

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
