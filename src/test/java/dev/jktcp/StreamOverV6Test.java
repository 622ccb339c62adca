package dev.jktcp;

import dev.jktcp.testkit.AdapterPair;
import io.vertx.core.Vertx;

/** The contract of streams, kept by an adapter's own streams over IPv6. */
class StreamOverV6Test extends TcpStreamContract {
  @Override
  protected Pair connect(Vertx vertx) throws Exception {
    return AdapterPair.create(vertx).connect(serverHost(), 80);
  }

  @Override
  protected String clientHost() {
    return "fd00::1";
  }

  @Override
  protected String serverHost() {
    return "fd00::2";
  }
}
