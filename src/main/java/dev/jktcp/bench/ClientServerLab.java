package dev.jktcp.bench;

import dev.jktcp.JktcpTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.function.Supplier;

/**
 * A Vert.x for a client and a server of its own, joined by two adapters and a pipe, or by the
 * kernel's loopback. All live on one event loop, or on three: one for the client, one for the
 * server, one for both adapters.
 */
final class ClientServerLab implements AutoCloseable {
  private static final int LOOPS = 3;

  private final Vertx vertx;
  private final ContextInternal client;
  private final ContextInternal server;
  private final String host;

  private ClientServerLab(
      Vertx vertx, ContextInternal client, ContextInternal server, String serverHost) {
    this.vertx = vertx;
    this.client = client;
    this.server = server;
    this.host = serverHost;
  }

  private static VertxOptions vertxOptions(BenchOptions options) {
    return new VertxOptions().setEventLoopPoolSize(loops(options));
  }

  private static int loops(BenchOptions options) {
    return options.kind().isAcrossLoops() ? LOOPS : 1;
  }

  static ClientServerLab overStack(BenchOptions options) {
    JktcpTransport transport = new JktcpTransport();
    Vertx vertx = Vertx.builder().with(vertxOptions(options)).withTransport(transport).build();
    ContextInternal adapters = context(vertx);
    Ends ends = AdapterLab.on(adapters, () -> Ends.open(vertx, adapters, options));
    transport
        .route(options.serverAddress(), ends.client())
        .route(options.clientAddress(), ends.server());
    return of(vertx, options, adapters, options.serverAddress());
  }

  static ClientServerLab overKernel(BenchOptions options) {
    Vertx vertx = Vertx.vertx(vertxOptions(options));
    return of(vertx, options, context(vertx), "127.0.0.1");
  }

  /**
   * @param first the first loop, which is the adapters' if there are any
   */
  private static ClientServerLab of(
      Vertx vertx, BenchOptions options, ContextInternal first, String host) {
    ContextInternal client = context(vertx);
    ContextInternal server = context(vertx);
    long distinct =
        List.of(first, client, server).stream()
            .map(ContextInternal::nettyEventLoop)
            .distinct()
            .count();
    if (distinct != loops(options)) {
      throw new IllegalStateException("bench: the event loops are not those that were asked for");
    }
    return new ClientServerLab(vertx, client, server, host);
  }

  private static ContextInternal context(Vertx vertx) {
    return ((VertxInternal) vertx).createEventLoopContext();
  }

  Vertx vertx() {
    return vertx;
  }

  /** The address at which the server listens. */
  String host() {
    return host;
  }

  /** Runs on the client's event loop, and waits for the outcome. */
  <T> T onClient(Supplier<Future<? extends T>> call) {
    return AdapterLab.on(client, call);
  }

  /** Runs on the server's event loop, and waits for the outcome. */
  <T> T onServer(Supplier<Future<? extends T>> call) {
    return AdapterLab.on(server, call);
  }

  @Override
  public void close() {
    AdapterLab.await(vertx.close());
  }
}
