package dev.jktcp.channel.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ThreadFactory;

/**
 * The kernel's transport with one event loop for every Vert.x of the process, which no {@code
 * close} of one of them stops.
 */
final class OneLoop implements Transport {
  private static final Set<String> ENDS = Set.of("shutdownGracefully", "close", "shutdown");
  private static EventLoopGroup loop;

  private final Transport kernel;

  OneLoop(Transport kernel) {
    this.kernel = kernel;
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    if (type != IO_EVENT_LOOP_GROUP) {
      return kernel.eventLoopGroup(type, threads, factory, ioRatio);
    }
    synchronized (OneLoop.class) {
      if (loop == null) loop = undying(kernel.eventLoopGroup(type, 1, factory, ioRatio));
      return loop;
    }
  }

  private static EventLoopGroup undying(EventLoopGroup group) {
    return (EventLoopGroup)
        Proxy.newProxyInstance(
            OneLoop.class.getClassLoader(),
            new Class<?>[] {EventLoopGroup.class},
            (proxy, method, arguments) -> {
              if (ENDS.contains(method.getName())) return group.next().newSucceededFuture(null);
              try {
                return method.invoke(group, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Override
  public boolean supportsDomainSockets() {
    return kernel.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return kernel.supportFileRegion();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return kernel.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return kernel.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return kernel.ioHandlerFactory();
  }

  @Override
  @SuppressWarnings("deprecation") // Vert.x asks for it
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return kernel.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    return kernel.datagramChannelFactory();
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return kernel.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return kernel.serverChannelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    kernel.configure(channel, options);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    kernel.configure(config, domainSocket, bootstrap);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    kernel.configure(config, domainSocket, bootstrap);
  }
}
