package dev.jktcp.bench;

import dev.jktcp.AdapterHandle;
import dev.jktcp.TcpStream;
import dev.jktcp.bench.BenchOptions.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.WriteStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Two adapters on one event loop. The client's user has its adapter in hand, or a handle on the
 * adapter's event loop or on another one, or a socket of the kernel in front.
 */
final class AdapterLab implements AutoCloseable {
  private static final int LIMIT_S = 60;
  private static final int PORT = 80;
  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final ContextInternal context;
  private final ContextInternal user;
  private final BenchOptions options;
  private final Forwarding forwarding;
  private final Ends ends;

  // Kept because a client or server that is garbage-collected closes its sockets.
  private NetServer kernel;
  private NetClient kernelClient;

  AdapterLab(BenchOptions options, Forwarding forwarding) {
    this.options = options;
    this.forwarding = forwarding;
    boolean oneLoop = options.kind() != Kind.LOOPS_RR;
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(oneLoop ? 1 : 2));
    context = ((VertxInternal) vertx).createEventLoopContext();
    user = oneLoop ? context : ((VertxInternal) vertx).createEventLoopContext();
    if (oneLoop != (user.nettyEventLoop() == context.nettyEventLoop())) {
      throw new IllegalStateException("bench: the event loops are not those that were asked for");
    }
    ends = on(() -> Ends.open(vertx, context, options));
  }

  /** Opens a connection, which the handler gets at the other side. */
  TcpStream connect(Handler<TcpStream> serverSide) {
    on(() -> ends.server().listen(PORT, serverSide));
    if (Kind.BY_HANDLE.contains(options.kind())) {
      AdapterHandle handle = on(ends.client()::toHandle);
      return onUserLoop(() -> handle.connect(options.serverAddress(), PORT));
    }
    return on(() -> ends.client().connect(options.serverAddress(), PORT));
  }

  /** A stream whose bytes arrive at the handler's stream. */
  WriteStream<Buffer> connectSource(Handler<TcpStream> serverSide) {
    return options.kind() == Kind.FORWARD ? connectKernel(serverSide) : connect(serverSide);
  }

  private NetSocket connectKernel(Handler<TcpStream> serverSide) {
    on(() -> ends.server().listen(PORT, serverSide));
    kernel =
        on(
            () ->
                vertx
                    .createNetServer()
                    .connectHandler(
                        forwarding.to(vertx, ends.client(), options.serverAddress(), PORT))
                    .listen(0, LOOPBACK));
    kernelClient = vertx.createNetClient();
    return on(() -> kernelClient.connect(kernel.actualPort(), LOOPBACK));
  }

  boolean onOneLoop() {
    return user == context;
  }

  /** Threads of the event loops. */
  long[] threadIds() {
    Supplier<Future<? extends Long>> id =
        () -> Future.succeededFuture(Thread.currentThread().getId());
    return new long[] {on(id), onUserLoop(id)};
  }

  /** Runs on the adapters' event loop, and waits for the outcome. */
  <T> T on(Supplier<Future<? extends T>> call) {
    return on(context, call);
  }

  /** Runs on the event loop of the client's user, and waits for the outcome. */
  <T> T onUserLoop(Supplier<Future<? extends T>> call) {
    return on(user, call);
  }

  static <T> T on(Context context, Supplier<Future<? extends T>> call) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> call.get().onSuccess(promise::complete).onFailure(promise::fail));
    return await(promise.future());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("bench: no end after " + LIMIT_S + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("bench: interrupted", e);
    }
  }

  @Override
  public void close() {
    if (kernelClient != null) {
      await(kernelClient.close());
      await(kernel.close());
    }
    on(ends::close);
    await(vertx.close());
  }
}
