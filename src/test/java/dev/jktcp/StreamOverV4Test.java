package dev.jktcp;

import dev.jktcp.testkit.AdapterPair;
import io.vertx.core.Vertx;

/** The contract of streams, kept by an adapter's own streams over IPv4. */
class StreamOverV4Test extends TcpStreamContract {
  @Override
  protected Pair connect(Vertx vertx) throws Exception {
    AdapterOptions small = new AdapterOptions().setMtu(1400);
    return AdapterPair.create(vertx, small, new AdapterOptions()).connect(serverHost(), 80);
  }

  @Override
  protected String clientHost() {
    return "10.0.0.1";
  }

  @Override
  protected String serverHost() {
    return "10.0.0.2";
  }
}
