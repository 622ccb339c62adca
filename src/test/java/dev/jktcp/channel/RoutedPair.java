package dev.jktcp.channel;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.JktcpTransport;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A Vert.x with routes to two adapters that a pipe joins: 10.0.0.2 is reached through the left one,
 * 10.0.0.1 through the right one, and the same for fd00::/64.
 */
final class RoutedPair implements AutoCloseable {
  /** Where the adapters and their users live. */
  enum Loops {
    ONE,
    MANY
  }

  final JktcpTransport transport;
  final Vertx vertx;
  final Adapter left;
  final Adapter right;
  private final Queue<Object> clients = new ConcurrentLinkedQueue<>();
  private final ContextInternal context; // null: each call has its own

  RoutedPair(Loops loops) throws Exception {
    this(loops, Transport.NIO);
  }

  RoutedPair(Loops loops, Transport kernel) throws Exception {
    transport = new JktcpTransport(kernel);
    vertx = Vertx.builder().withTransport(transport).build();
    context = loops == Loops.ONE ? ((VertxInternal) vertx).createEventLoopContext() : null;
    PipeTransport.Pair pipe = PipeTransport.pair();
    left = adapter(pipe.left(), "10.0.0.1", "fd00::1");
    right = adapter(pipe.right(), "10.0.0.2", "fd00::2");
    transport
        .route("10.0.0.2/32", left)
        .route("fd00::2", left)
        .route("10.0.0.1/32", right)
        .route("fd00::1", right);
  }

  /** One more adapter. */
  Adapter adapter(PacketTransport packets, String... addresses) throws Exception {
    AdapterOptions options = new AdapterOptions();
    for (String address : addresses) {
      options.addLocalAddress(address);
    }
    return call(() -> Adapter.create(vertx, packets, options));
  }

  /** Two more adapters that a pipe of their own joins. */
  record Tunnel(Adapter near, Adapter far) {
    void close() throws Exception {
      Await.result(near.close());
      Await.result(far.close());
    }
  }

  Tunnel tunnel(String near, String far) throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    return new Tunnel(adapter(pipe.left(), near), adapter(pipe.right(), far));
  }

  NetServer listen(SocketAddress at, Handler<NetSocket> acceptor) throws Exception {
    return await(() -> vertx.createNetServer().connectHandler(acceptor).listen(at));
  }

  NetServer listen(int port, String host, Handler<NetSocket> acceptor) throws Exception {
    return listen(SocketAddress.inetSocketAddress(port, host), acceptor);
  }

  /** A server whose connections hear nothing. */
  NetServer listen(int port, String host) throws Exception {
    return listen(port, host, socket -> {});
  }

  /** A client that lives as long as the pair: Vert.x closes one that nobody refers to any more. */
  <T> T kept(T client) {
    clients.add(client);
    return client;
  }

  NetClient netClient() {
    return kept(vertx.createNetClient());
  }

  NetClient netClient(NetClientOptions options) {
    return kept(vertx.createNetClient(options));
  }

  /** Runs a call where users live. */
  <T> T call(Callable<T> code) throws Exception {
    Promise<T> promise = Promise.promise();
    Context on = context != null ? context : ((VertxInternal) vertx).createEventLoopContext();
    on.runOnContext(
        v -> {
          try {
            promise.complete(code.call());
          } catch (Throwable thrown) {
            promise.fail(thrown);
          }
        });
    return Await.result(promise.future());
  }

  /** Runs a call where users live, and waits for the future it returns. */
  <T> T await(Callable<Future<T>> code) throws Exception {
    return Await.result(call(code));
  }

  Throwable failure(Callable<? extends Future<?>> code) throws Exception {
    return Await.failure(call(code));
  }

  @Override
  public void close() {
    try {
      Await.result(vertx.close());
    } catch (Exception e) {
      throw new AssertionError("Vert.x does not close", e);
    }
  }
}
