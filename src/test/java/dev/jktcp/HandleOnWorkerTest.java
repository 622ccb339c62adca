package dev.jktcp;

import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.HandlePair;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/** The user's streams live on worker contexts, whose tasks run on changing threads. */
class HandleOnWorkerTest extends TcpStreamContract {
  @Override
  protected Pair connect(Vertx vertx) throws Exception {
    Context client = ((VertxInternal) vertx).createWorkerContext();
    Context server = ((VertxInternal) vertx).createWorkerContext();
    return HandlePair.create(vertx).connect(serverHost(), 80, client, server);
  }

  @Override
  protected String clientHost() {
    return AdapterPair.LEFT.get(0);
  }

  @Override
  protected String serverHost() {
    return AdapterPair.RIGHT.get(0);
  }
}
