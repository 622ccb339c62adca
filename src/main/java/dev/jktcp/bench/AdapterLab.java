package dev.jktcp.bench;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.PipeTransportOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Two adapters on one event loop, joined by a pipe. The client's user has its adapter in hand, or a
 * handle on the adapter's event loop or on another one.
 */
final class AdapterLab implements AutoCloseable {
  private static final int LIMIT_S = 120;
  private static final int PORT = 80;

  private final Vertx vertx;
  private final ContextInternal context;
  private final ContextInternal user;
  private final Adapter client;
  private final Adapter server;
  private final String serverAddress;
  private final boolean byHandle;

  AdapterLab(BenchOptions options) {
    boolean oneLoop = options.kind() != Kind.LOOPS_RR;
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(oneLoop ? 1 : 2));
    context = ((VertxInternal) vertx).createEventLoopContext();
    user = oneLoop ? context : ((VertxInternal) vertx).createEventLoopContext();
    if (oneLoop != (user.nettyEventLoop() == context.nettyEventLoop())) {
      throw new IllegalStateException("bench: the event loops are not those that were asked for");
    }
    byHandle = !Set.of(Kind.STREAM, Kind.STREAM_RR).contains(options.kind());
    this.serverAddress = options.ipv6() ? "fd66::1" : "10.66.0.1";
    PipeTransport.Pair pipe = PipeTransport.pair(new PipeTransportOptions().setMtu(options.mtu()));
    String clientAddress = options.ipv6() ? "fd66::2" : "10.66.0.2";
    client =
        on(
            () ->
                Future.succeededFuture(
                    Adapter.create(vertx, pipe.left(), adapterOptions(options, clientAddress))));
    server =
        on(
            () ->
                Future.succeededFuture(
                    Adapter.create(vertx, pipe.right(), adapterOptions(options, serverAddress))));
  }

  private static AdapterOptions adapterOptions(BenchOptions options, String address) {
    return new AdapterOptions()
        .addLocalAddress(address)
        .setProfile(options.profile())
        .setSendBuffer(options.window())
        .setReceiveBuffer(options.window());
  }

  /** A connection to what the handler makes of it at the other side. */
  TcpStream connect(Handler<TcpStream> serverSide) {
    on(() -> server.listen(PORT, serverSide));
    if (byHandle) {
      AdapterHandle handle = on(client::toHandle);
      return onUserLoop(() -> handle.connect(serverAddress, PORT));
    }
    return on(() -> client.connect(serverAddress, PORT));
  }

  boolean onOneLoop() {
    return user == context;
  }

  /** Of the event loops. */
  long[] threadIds() {
    Supplier<Future<? extends Long>> id =
        () -> Future.succeededFuture(Thread.currentThread().getId());
    return new long[] {on(id), onUserLoop(id)};
  }

  /** Runs on the adapters' event loop, and waits for what comes of it. */
  <T> T on(Supplier<Future<? extends T>> call) {
    return on(context, call);
  }

  /** Runs on the event loop of the client's user, and waits for what comes of it. */
  <T> T onUserLoop(Supplier<Future<? extends T>> call) {
    return on(user, call);
  }

  private static <T> T on(Context context, Supplier<Future<? extends T>> call) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> call.get().onSuccess(promise::complete).onFailure(promise::fail));
    return await(promise.future());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("bench: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("bench: no end after " + LIMIT_S + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("bench: interrupted", e);
    }
  }

  @Override
  public void close() {
    await(client.close());
    await(server.close());
    await(vertx.close());
  }
}
