package dev.jktcp.impl.channel;

import dev.jktcp.Adapter;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.HostName;
import dev.jktcp.transport.KernelSockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;

/**
 * A transport of Vert.x whose TCP and UDP channels go through adapters if routes say so. All else
 * is done by the kernel's transport beneath. Thread-safe.
 */
public final class RoutedTransport implements Transport {
  /**
   * About the time in which the kernel wakes a thread twice. Two loops that answer each other
   * sooner need no wake-up at all.
   */
  public static final int DEFAULT_POLL_MICROS = 50;

  /** With more, a loop would never be idle. */
  public static final int MOST_POLL_MICROS = 1_000;

  /**
   * With this property Vert.x asks Java for addresses, and opens no socket that could be routed.
   */
  private static final String JAVAS_RESOLVER = "vertx.disableDnsResolver";

  private final Transport kernel;
  private final Routes routes = new Routes();
  private volatile EventLoopGroup loops; // not null once a Vert.x is made with it
  private volatile int pollMicros = DEFAULT_POLL_MICROS;

  public RoutedTransport(Transport kernel) {
    if (kernel instanceof RoutedTransport) {
      throw new IllegalArgumentException(
          "a transport with routes is there already: set it once, or leave out -Djktcp.routes");
    }
    this.kernel = kernel;
  }

  /** The routed transport of a Vert.x instance; null if that has another transport. */
  public static RoutedTransport of(Vertx vertx) {
    return ((VertxInternal) vertx).transport() instanceof RoutedTransport routed ? routed : null;
  }

  // --- routes

  /**
   * @throws IllegalArgumentException with one line, for text that is no prefix, or a prefix with a
   *     route
   */
  public void route(String prefix, String adapterName, boolean listen) {
    RouteTarget target = target("route " + prefix, adapterName);
    routes.add(new Route(Prefix.parse(prefix), target, listen));
  }

  /**
   * @throws IllegalArgumentException also for an adapter of another Vert.x
   */
  public void route(String prefix, Adapter adapter, boolean listen) {
    Prefix parsed = Prefix.parse(prefix);
    routes.add(new Route(parsed, target("route " + prefix, adapter), listen));
  }

  private static RouteTarget target(String route, String adapterName) {
    if (adapterName.isBlank()) {
      throw new IllegalArgumentException(
          route + ": the adapter's name is empty: give the name of a deployed one");
    }
    return new RouteTarget(adapterName, null);
  }

  private RouteTarget target(String route, Adapter adapter) {
    if (!(adapter instanceof AdapterInternal internal)) {
      throw new IllegalArgumentException(
          route + ": goes to no adapter of this library: give one that Adapter.create made");
    }
    if (internal.context().nettyEventLoop().parent() != loops) {
      throw new IllegalArgumentException(
          route
              + ": the adapter is of another Vert.x; make it with the one that has this transport");
    }
    return new RouteTarget(null, internal);
  }

  /**
   * @throws IllegalArgumentException with one line, for a suffix that is no name or has a route
   * @throws IllegalStateException with one line, if Java looks all names up
   */
  public void names(String suffix, String adapterName) {
    requireVertxResolver(suffix);
    RouteTarget target = target("names " + suffix, adapterName);
    routes.names().add(new NamedRoute(suffix(suffix), target));
  }

  /**
   * @throws IllegalArgumentException also for an adapter of another Vert.x
   */
  public void names(String suffix, Adapter adapter) {
    requireVertxResolver(suffix);
    String normalized = suffix(suffix);
    routes.names().add(new NamedRoute(normalized, target("names " + suffix, adapter)));
  }

  /** Java's resolver would ask the kernel's servers for names that belong to a tunnel. */
  private static void requireVertxResolver(String suffix) {
    if (Boolean.getBoolean(JAVAS_RESOLVER)) {
      throw new IllegalStateException(
          "names "
              + suffix
              + ": with -D"
              + JAVAS_RESOLVER
              + " Java looks all names up, and not in a tunnel; leave that property out");
    }
  }

  public void removeNames(String suffix) {
    routes.names().remove(suffix(suffix));
  }

  private static String suffix(String text) {
    try {
      return HostName.normalized(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("names " + text + ": " + e.getMessage(), e);
    }
  }

  public void remove(String prefix) {
    routes.remove(Prefix.parse(prefix));
  }

  /** Adds an adapter that routes may name. */
  public void named(String name, AdapterInternal adapter) {
    routes.named(name, adapter);
  }

  /**
   * @param micros how long an event loop polls for hand-overs before it sleeps; 0: it sleeps at
   *     once
   * @throws IllegalArgumentException with one line
   * @throws IllegalStateException with one line, once there are event loops
   */
  public void pollMicros(int micros) {
    if (micros < 0 || micros > MOST_POLL_MICROS) {
      throw new IllegalArgumentException(
          "poll of " + micros + " µs: must be 0 to " + MOST_POLL_MICROS);
    }
    if (loops != null) {
      throw new IllegalStateException("set the poll before a Vert.x is made with this transport");
    }
    pollMicros = micros;
  }

  // --- the transport

  @Override
  public boolean supportsDomainSockets() {
    return kernel.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return kernel.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return kernel.isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return kernel.unavailabilityCause();
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
    IoHandlerFactory factory = kernel.ioHandlerFactory();
    return pollMicros == 0 || Runtime.getRuntime().availableProcessors() == 1
        ? factory
        : PollingHandler.over(factory, pollMicros * 1_000L, System::nanoTime);
  }

  /** Vert.x calls this once for each type; a second call comes from another Vert.x instance. */
  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    if (type != IO_EVENT_LOOP_GROUP) {
      return kernel.eventLoopGroup(type, threads, factory, ioRatio);
    }
    synchronized (this) {
      if (loops != null) {
        throw new IllegalStateException(
            "this transport belongs to a Vert.x already: make a new JktcpTransport for each");
      }
      loops =
          hasLoopsOfItsOwn(kernel)
              ? kernel.eventLoopGroup(type, threads, factory, ioRatio)
              : Transport.super.eventLoopGroup(type, threads, factory, ioRatio);
    }
    return loops;
  }

  /**
   * Whether the transport makes its own event loops, which then stay as they are. If not, event
   * loops are made with {@link #ioHandlerFactory}.
   */
  private static boolean hasLoopsOfItsOwn(Transport transport) {
    try {
      return !transport
          .getClass()
          .getMethod("eventLoopGroup", int.class, int.class, ThreadFactory.class, int.class)
          .getDeclaringClass()
          .equals(Transport.class);
    } catch (NoSuchMethodException impossible) {
      throw new IllegalStateException(impossible); // the interface declares it
    }
  }

  @Override
  @SuppressWarnings("deprecation") // Vert.x calls it
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    if (KernelSockets.isMaking()) {
      return kernel.datagramChannel(family);
    }
    return new RoutedDatagramChannel(routes, () -> kernel.datagramChannel(family));
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    ChannelFactory<? extends DatagramChannel> kernels = kernel.datagramChannelFactory();
    return () -> NameGuard.guarded(routes, new RoutedDatagramChannel(routes, kernels));
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    ChannelFactory<? extends Channel> kernels = kernel.channelFactory(domainSocket);
    return domainSocket ? kernels : () -> new RoutedChannel(routes, kernels);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    ChannelFactory<? extends ServerChannel> kernels = kernel.serverChannelFactory(domainSocket);
    return domainSocket ? kernels : () -> new RoutedServerChannel(routes, kernels);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    kernel.configure(channel, options);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    kernel.configure(config, domainSocket, bootstrap);
    KernelSockets.mark(config, bootstrap);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    kernel.configure(config, domainSocket, bootstrap);
    KernelSockets.mark(config, bootstrap);
    RoutedServerChannel.mark(config, bootstrap);
  }
}
