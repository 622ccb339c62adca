package dev.jktcp;

import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.HandlePair;
import io.vertx.core.Vertx;

/** The contract of streams, kept by a handle's streams over IPv4. */
class HandleOverV4Test extends TcpStreamContract {
  @Override
  protected Pair connect(Vertx vertx) throws Exception {
    return HandlePair.create(vertx).connect(serverHost(), 80);
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
