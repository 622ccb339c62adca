package dev.jktcp.impl.proxy;

import dev.jktcp.Adapter;
import dev.jktcp.ProxyServer;
import dev.jktcp.ProxyServerOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.context.Contexts;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Failures;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.KernelSockets;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Listens at the kernel and gives its connections to {@link ProxyClients}. Thread-safe. */
public final class ProxyServerImpl implements ProxyServer {
  private final ContextInternal context;
  private final ProxyServerOptions options;
  private final ProxyClients clients;
  private final NetServer server;
  private volatile int port;

  public static ProxyServerImpl of(Adapter adapter, ProxyServerOptions options) {
    ContextInternal context = ((AdapterInternal) adapter).context();
    return new ProxyServerImpl(
        context, adapter::connect, () -> Future.succeededFuture(adapter.udp()), options);
  }

  /**
   * A proxy on the caller's event loop, or on a new one.
   *
   * @param connector may be called on any context
   * @param udp makes a new socket of the adapter, whose handlers run on the caller's context
   */
  public static ProxyServerImpl of(
      Vertx vertx,
      Function<TcpConnectOptions, Future<TcpStream>> connector,
      Supplier<Future<DatagramSocket>> udp,
      ProxyServerOptions options) {
    return new ProxyServerImpl(Contexts.eventLoop(vertx), connector, udp, options);
  }

  private ProxyServerImpl(
      ContextInternal context,
      Function<TcpConnectOptions, Future<TcpStream>> connector,
      Supplier<Future<DatagramSocket>> udp,
      ProxyServerOptions options) {
    this.context = context;
    this.options = new ProxyServerOptions(options);
    this.clients =
        new ProxyClients(
            task -> Contexts.runOnThread(context, task),
            Clock.of(context.owner()),
            connector,
            udp,
            this.options);
    // Linger: a close before a client is adopted must not look like an empty answer.
    this.server =
        context
            .owner()
            .createNetServer(KernelSockets.server(new NetServerOptions().setSoLinger(0)))
            .connectHandler(this::accept);
  }

  private void accept(NetSocket socket) {
    clients.accept(new NetClientSocket(context.owner(), socket));
  }

  @Override
  public ProxyServer allow(Predicate<SocketAddress> targets) {
    clients.allowed = targets;
    return this;
  }

  @Override
  public ProxyServer pairHandler(BiConsumer<TcpStream, Pump> handler) {
    clients.onPair = handler;
    return this;
  }

  @Override
  public ProxyServer refusalHandler(BiConsumer<SocketAddress, Throwable> handler) {
    clients.onRefusal = handler;
    return this;
  }

  @Override
  public Future<ProxyServer> listen() {
    Promise<ProxyServer> promise = context.promise();
    context.runOnContext(
        v ->
            KernelSockets.host(options.getHost())
                .compose(host -> server.listen(options.getPort(), host))
                .onSuccess(
                    listening -> {
                      port = listening.actualPort();
                      promise.complete(this);
                    })
                .onFailure(cause -> promise.fail(cannotListen(cause))));
    return promise.future();
  }

  private VertxException cannotListen(Throwable cause) {
    String line = Failures.cannotListen(options.getHost(), options.getPort(), cause);
    return new VertxException(line, cause, true);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public Future<Integer> clients() {
    Promise<Integer> promise = context.promise();
    Contexts.runOnThread(context, () -> promise.complete(clients.count()));
    return promise.future();
  }

  @Override
  public Future<Void> close() {
    return server.close();
  }
}
