package dev.jktcp.testkit;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.TcpStreamContract;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.session.AdapterService;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Handles on the two adapters of an {@link AdapterPair}. */
public record HandlePair(AdapterPair adapters, AdapterHandle left, AdapterHandle right) {
  /** Handles whose home is a context of their own. */
  public static HandlePair create(Vertx vertx) throws Exception {
    return create(vertx, new AdapterOptions());
  }

  public static HandlePair create(Vertx vertx, AdapterOptions options) throws Exception {
    AdapterPair adapters =
        AdapterPair.create(
            vertx, new AdapterOptions(options).setMtu(1400), new AdapterOptions(options));
    return new HandlePair(
        adapters, handle(vertx, adapters.left()), handle(vertx, adapters.right()));
  }

  private static AdapterHandle handle(Vertx vertx, Adapter adapter) throws Exception {
    String name = "adapter-" + System.identityHashCode(adapter);
    Await.result(AdapterService.open((AdapterInternal) adapter, name, true));
    return Await.result(AdapterHandle.of(vertx, name));
  }

  /** A connection from left to right. */
  public TcpStreamContract.Pair connect(String host, int port) throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(right.listen(port, accepted::complete));
    TcpStream client = Await.result(left.connect(host, port));
    return new TcpStreamContract.Pair(client, Await.result(accepted.future()));
  }

  /** Likewise, opened from these two contexts, so that the streams live there. */
  public TcpStreamContract.Pair connect(String host, int port, Context client, Context server)
      throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(on(server, () -> right.listen(port, accepted::complete)));
    TcpStream stream = Await.result(on(client, () -> left.connect(host, port)));
    return new TcpStreamContract.Pair(stream, Await.result(accepted.future()));
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return promise.future();
  }
}
