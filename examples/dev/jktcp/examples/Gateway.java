package dev.jktcp.examples;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

/**
 * For examples that need a server of the kernel at the far end of a tunnel: a NetServer inside the
 * tunnel, whose connections go on to it.
 */
final class Gateway {
  static final String ADDRESS = "10.7.0.2";

  private final NetClient kernel;
  private final String host;
  private final int port;

  private Gateway(Vertx vertx, String host, int port) {
    this.kernel = vertx.createNetClient();
    this.host = host;
    this.port = port;
  }

  /** Completes once connections to the port at {@link #ADDRESS} go to that server. */
  static Future<NetServer> open(Vertx far, String path, int insidePort, String host, int port) {
    Gateway gateway = new Gateway(far, host, port);
    return VertxThroughTunnel.deploy(far, "unix-listen:" + path, ADDRESS)
        .compose(
            v -> far.createNetServer().connectHandler(gateway::passOn).listen(insidePort, ADDRESS));
  }

  private void passOn(NetSocket inside) {
    inside.pause(); // until there is a reader
    kernel
        .connect(port, host)
        .onFailure(refused -> inside.close())
        .onSuccess(
            outside -> {
              inside.pipeTo(outside);
              outside.pipeTo(inside);
            });
  }
}
