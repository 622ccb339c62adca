package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A channel that connects through an adapter if its address has a route, and through the kernel if
 * not. The address that it connects to decides: with a proxy, the proxy's and not the target's.
 */
final class RoutedChannel extends StackChannel {
  private final Routes routes;
  private final ChannelFactory<? extends Channel> kernels;
  private Deciding unsafe; // set by the constructor of Netty's base class: no initial value here
  private volatile boolean kernelActive;

  // Event loop only. Kept until the owner is decided:
  private SocketAddress boundTo;
  private final Queue<EarlyWrite> early = new ArrayDeque<>(0);
  private boolean stacks; // whether an adapter is the owner

  /** A write before the connect, not flushed. */
  private record EarlyWrite(Object message, ChannelPromise promise) {}

  RoutedChannel(Routes routes, ChannelFactory<? extends Channel> kernels) {
    this.routes = routes;
    this.kernels = kernels;
  }

  @Override
  public Unsafe unsafe() {
    if (unsafe == null) {
      unsafe = new Deciding(own());
    }
    return unsafe;
  }

  private SocketChannel kernel() {
    return unsafe == null ? null : (SocketChannel) unsafe.kernel();
  }

  private final class Deciding extends RoutedUnsafe {
    Deciding(Unsafe own) {
      super(own);
    }

    @Override
    public void bind(SocketAddress to, ChannelPromise promise) {
      if (kernel() != null) {
        kernel().unsafe().bind(to, promise);
      } else {
        boundTo = to;
        promise.trySuccess();
      }
    }

    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      SocketAddress source = from == null ? boundTo : from;
      if (kernel() != null) {
        kernel().unsafe().connect(to, source, promise);
        return;
      }
      if (promise.isDone() || !own().isOpenFor(promise) || own().refusesSecond(promise)) {
        return;
      }
      AdapterInternal adapter;
      try {
        adapter = routes.adapterFor(RoutedChannel.this, to, source);
      } catch (IOException closed) { // the route's adapter does not exist or has ended
        promise.tryFailure(own().annotated(closed, to));
        close(voidPromise());
        return;
      }
      if (adapter != null) {
        stacks = true;
        writeEarly(own());
        own().connect(adapter, (InetSocketAddress) to, (InetSocketAddress) source, promise);
      } else {
        becomeKernel(to, source, promise);
      }
    }

    private void becomeKernel(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      KernelChannels.stand(
          kernels.newChannel(),
          RoutedChannel.this,
          this,
          stackConfig().asked(),
          () -> kernelActive = true,
          promise,
          kernel -> {
            if (takeReadPending()) {
              kernel.unsafe().beginRead();
            }
            writeEarly(kernel.unsafe());
            kernel.unsafe().connect(to, from, promise);
          });
    }

    @Override
    public void write(Object message, ChannelPromise promise) {
      if (kernel() == null && !stacks && isOpen()) {
        early.add(new EarlyWrite(message, promise));
      } else {
        super.write(message, promise);
      }
    }

    private void writeEarly(Unsafe owners) {
      EarlyWrite write;
      while ((write = early.poll()) != null) {
        owners.write(write.message(), write.promise());
      }
    }

    @Override
    public void flush() {
      if (!early.isEmpty()) {
        failEarly(new NotYetConnectedException());
      }
      super.flush();
    }
  }

  private void failEarly(Exception why) {
    EarlyWrite write;
    while ((write = early.poll()) != null) {
      ReferenceCountUtil.release(write.message());
      write.promise().tryFailure(why);
    }
  }

  @Override
  protected void doClose() {
    super.doClose();
    failEarly(new ClosedChannelException());
  }

  @Override
  boolean mayBeKernels() {
    return true;
  }

  @Override
  public boolean isActive() {
    SocketChannel kernel = kernel();
    if (kernel == null) {
      return super.isActive();
    }
    return kernel.isActive() || (kernelActive && isOpen());
  }

  @Override
  public SocketChannelConfig config() {
    SocketChannel kernel = kernel();
    return kernel == null ? super.config() : kernel.config();
  }

  @Override
  public boolean isInputShutdown() {
    SocketChannel kernel = kernel();
    return kernel == null ? super.isInputShutdown() : kernel.isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    SocketChannel kernel = kernel();
    return kernel == null ? super.isOutputShutdown() : kernel.isOutputShutdown();
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    SocketChannel kernel = kernel();
    return kernel == null
        ? super.shutdownInput(promise)
        : KernelChannels.passOn(kernel.shutdownInput(), promise);
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    SocketChannel kernel = kernel();
    return kernel == null
        ? super.shutdownOutput(promise)
        : KernelChannels.passOn(kernel.shutdownOutput(), promise);
  }
}
