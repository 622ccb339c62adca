package dev.jktcp.channel.suite;

import dev.jktcp.AdapterOptions;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.channel.RoutedTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;

/**
 * With {@code -Dsuite.loopback=true}, takes all that the Vert.x instances of this process send to
 * loopback addresses through one adapter that has those addresses itself.
 */
public final class LoopbackProvider implements VertxServiceProvider {
  private static boolean inside; // the Vert.x of the adapter is the kernel's
  private static AdapterImpl adapter;

  @Override
  public void init(VertxBootstrap bootstrap) {
    if (!Boolean.getBoolean("suite.loopback") || inside) return;
    RoutedTransport transport = new RoutedTransport(bootstrap.transport());
    transport.route("127.0.0.0/8", "loopback", true);
    transport.route("::1", "loopback", true);
    transport.named("loopback", adapter());
    bootstrap.transport(transport);
  }

  private static synchronized AdapterImpl adapter() {
    if (adapter == null) {
      inside = true;
      AdapterOptions options =
          new AdapterOptions().addLocalAddress("127.0.0.1").addLocalAddress("::1");
      for (int host = 2; host < 10; host++) options.addLocalAddress("127.0.0." + host);
      adapter = AdapterImpl.create(Vertx.vertx(), PipeTransport.pair().left(), options);
      inside = false;
    }
    return adapter;
  }
}
