package dev.jktcp.bench;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.PipeTransportOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Two adapters on one event loop, joined by a pipe; the client's side in hand or by a handle. */
final class AdapterLab implements AutoCloseable {
  private static final int LIMIT_S = 120;
  private static final int PORT = 80;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context context = vertx.getOrCreateContext();
  private final Adapter client;
  private final Adapter server;
  private final String serverAddress;
  private final boolean byHandle;

  AdapterLab(BenchOptions options, boolean byHandle) {
    this.byHandle = byHandle;
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
      return on(() -> handle.connect(serverAddress, PORT));
    }
    return on(() -> client.connect(serverAddress, PORT));
  }

  /** Runs on the event loop, and waits for what comes of it. */
  <T> T on(Supplier<Future<? extends T>> call) {
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
