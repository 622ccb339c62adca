package dev.jktcp.impl.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import java.net.SocketAddress;

/**
 * The {@code Unsafe} of a channel that finds its owner late. It calls the channel's own {@code
 * Unsafe} until then, and for good if a stack has the channel; if not, the kernel channel's. Event
 * loop only, except the getters.
 */
abstract class RoutedUnsafe implements Channel.Unsafe {
  private final Channel.Unsafe own;
  private volatile Channel kernel; // null unless the channel is the kernel's

  RoutedUnsafe(Channel.Unsafe own) {
    this.own = own;
  }

  final Channel kernel() {
    return kernel;
  }

  /**
   * From here on the channel is the kernel's, which is registered with the same event loop.
   *
   * @param chosen null takes it back
   */
  final void become(Channel chosen) {
    kernel = chosen;
  }

  private Channel.Unsafe now() {
    Channel chosen = kernel;
    return chosen == null ? own : chosen.unsafe();
  }

  @Override
  @SuppressWarnings("deprecation") // Netty calls it
  public RecvByteBufAllocator.Handle recvBufAllocHandle() {
    return now().recvBufAllocHandle();
  }

  @Override
  public SocketAddress localAddress() {
    return now().localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return now().remoteAddress();
  }

  /** A channel that moves to another loop takes the kernel's with it, which tells it news there. */
  @Override
  public void register(EventLoop loop, ChannelPromise promise) {
    Channel chosen = kernel;
    if (chosen == null) {
      own.register(loop, promise);
      return;
    }
    ChannelPromise registered = promise.channel().newPromise();
    registered.addListener(
        done -> {
          if (done.isSuccess()) {
            KernelChannels.passOn(loop.register(chosen), promise);
          } else {
            promise.tryFailure(done.cause());
          }
        });
    own.register(loop, registered);
  }

  @Override
  public void disconnect(ChannelPromise promise) {
    close(promise);
  }

  /** Closes the kernel's channel first, then this one as if it were a stack's. */
  @Override
  public void close(ChannelPromise promise) {
    Channel chosen = kernel;
    if (chosen == null || !chosen.isOpen()) {
      own.close(promise);
      return;
    }
    chosen.closeFuture().addListener(closed -> own.close(promise));
    chosen.unsafe().close(chosen.unsafe().voidPromise());
  }

  @Override
  public void closeForcibly() {
    Channel chosen = kernel;
    if (chosen != null) {
      chosen.unsafe().closeForcibly();
    }
    own.closeForcibly();
  }

  @Override
  public void deregister(ChannelPromise promise) {
    Channel chosen = kernel;
    if (chosen == null) {
      own.deregister(promise);
      return;
    }
    ChannelPromise kernels = chosen.newPromise();
    kernels.addListener(done -> own.deregister(promise));
    chosen.unsafe().deregister(kernels);
  }

  @Override
  public void beginRead() {
    now().beginRead();
  }

  @Override
  public void write(Object message, ChannelPromise promise) {
    now().write(message, promise);
  }

  @Override
  public void flush() {
    now().flush();
  }

  @Override
  public ChannelPromise voidPromise() {
    return own.voidPromise();
  }

  @Override
  public ChannelOutboundBuffer outboundBuffer() {
    return now().outboundBuffer();
  }
}
