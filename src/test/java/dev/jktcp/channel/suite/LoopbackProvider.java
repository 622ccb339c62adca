package dev.jktcp.channel.suite;

import dev.jktcp.AdapterOptions;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.channel.RoutedTransport;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.TunOptions;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.transport.Transport;

/**
 * Takes all that the Vert.x instances of this process send to loopback addresses through adapters,
 * as {@link Way#ofProcess} says; in the way of a TUN device, all that they send to the kernel's
 * address there.
 */
public final class LoopbackProvider implements VertxServiceProvider {
  /** The device of {@link Way#TUN}, which the namespace has before the process begins. */
  static final String TUN = "tun0";

  static final String KERNELS = "10.99.0.1";
  static final String STACKS = "10.99.0.2";

  private static boolean inside; // the Vert.x of the adapters is the kernel's
  private static AdapterImpl servers; // null before the first Vert.x
  private static AdapterImpl clients; // null unless they have an adapter of their own

  @Override
  public void init(VertxBootstrap bootstrap) {
    Way way = Way.ofProcess();
    if (way == null) return;
    Transport kernel = bootstrap.transport();
    if (way.hasOneLoop()) {
      kernel = new OneLoop(kernel);
      bootstrap.transport(kernel);
    }
    if (!way.isStack() || inside) return;
    RoutedTransport transport = new RoutedTransport(kernel);
    bootstrap.transport(transport);
    if (way == Way.TUN) {
      makeAdapterAtTun();
      transport.named("clients", clients);
      transport.route(KERNELS, "clients", false);
      return;
    }
    makeAdapters(way);
    transport.named("servers", servers);
    transport.named("clients", clients == null ? servers : clients);
    transport.route("127.0.0.0/8", "clients", false);
    transport.route("::1", "clients", false);
    transport.route("198.51.100.0/24", "clients", false); // hosts that Netty's tests find dead
    transport.route("127.0.1.1", "servers", false); // what servers answer
    transport.route("fd00::1", "servers", false);
    transport.route("192.0.2.1", "servers", true); // so that its addresses can be bound
  }

  private static synchronized void makeAdapterAtTun() {
    if (clients != null) return;
    inside = true;
    Vertx vertx = Vertx.vertx();
    // The MTU in /sys is of the namespace that was left.
    TunTransport device = TunTransport.open(vertx, TUN, new TunOptions().setMtu(1500)).await();
    AdapterOptions options = new AdapterOptions().addLocalAddress(STACKS).addPeerAddress(KERNELS);
    clients = AdapterImpl.create(vertx, device, options);
    inside = false;
  }

  private static synchronized void makeAdapters(Way way) {
    if (servers != null) return;
    inside = true;
    PipeTransport.Pair pipe = PipeTransport.pair();
    AdapterOptions local = new AdapterOptions().addLocalAddress("127.0.0.1").addLocalAddress("::1");
    for (int host = 2; host < 10; host++) local.addLocalAddress("127.0.0." + host);
    servers = AdapterImpl.create(Vertx.vertx(), pipe.left(), local);
    if (way == Way.TWO_ADAPTERS) {
      AdapterOptions others =
          new AdapterOptions().addLocalAddress("127.0.1.1").addLocalAddress("fd00::1");
      clients = AdapterImpl.create(Vertx.vertx(), pipe.right(), others);
    }
    inside = false;
  }
}
