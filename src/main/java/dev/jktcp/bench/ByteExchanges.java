package dev.jktcp.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;

/** One byte from a NetClient, one back from a NetServer, and so on. */
final class ByteExchanges extends Exchanges {
  private static final int PER_SLICE = 50;

  private NetServer server; // kept: one that is collected closes its sockets
  private NetClient client;
  private NetSocket socket;

  ByteExchanges(ClientServerLab lab, BenchOptions options) {
    super(lab, options, Buffer.buffer(new byte[] {42}), 1, PER_SLICE);
  }

  @Override
  void open() {
    NetServerOptions serving = new NetServerOptions();
    NetClientOptions asking = new NetClientOptions();
    if (options.tls()) {
      serving.setSsl(true).setKeyCertOptions(SelfSigned.make());
      asking.setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm("");
    }
    server =
        lab.onServer(
            () ->
                lab.vertx()
                    .createNetServer(serving)
                    .connectHandler(peer -> peer.handler(peer::write))
                    .listen(0, lab.host()));
    socket =
        lab.onClient(
            () -> {
              client = lab.vertx().createNetClient(asking);
              return client
                  .connect(server.actualPort(), lab.host())
                  .onSuccess(connected -> connected.handler(this::onAnswer));
            });
  }

  @Override
  void ask() {
    socket.write(answer).onFailure(this::onFailure);
  }
}
