package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.JktcpTransport;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was written arrives when the Vert.x that wrote it closes at once. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class GracefulEndTest {
  /** {@code -Drounds=1000} for more. */
  private static final int ROUNDS = Integer.getInteger("rounds", 50);

  private static final int BYTES = 200 * 1024;

  @ParameterizedTest
  @EnumSource
  void written_thenVertxCloses_arrivesWhole(RoutedPair.Loops loops) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      assertEquals(BYTES, received(loops), "round " + round);
    }
  }

  private static long received(RoutedPair.Loops loops) throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    JktcpTransport transport = new JktcpTransport();
    Vertx near = Vertx.builder().withTransport(transport).build();
    Vertx far = Vertx.vertx();
    NetClient client = near.createNetClient();
    ContextInternal context = ((VertxInternal) near).createEventLoopContext();
    ContextInternal users =
        loops == RoutedPair.Loops.ONE ? context : ((VertxInternal) near).createEventLoopContext();
    try {
      Promise<Long> received = Promise.promise();
      long[] bytes = {0};
      Adapter there =
          Adapter.create(far, pipe.right(), new AdapterOptions().addLocalAddress("10.0.0.2"));
      Await.result(
          there.listen(
              80,
              stream ->
                  stream
                      .handler(data -> bytes[0] += data.length())
                      .closeHandler(v -> received.complete(bytes[0]))
                      .endHandler(v -> stream.close())));
      Promise<Void> closed = Promise.promise();
      context.runOnContext(
          v -> {
            AdapterOptions options = new AdapterOptions().addLocalAddress("10.0.0.1");
            transport.route("10.0.0.2", Adapter.create(near, pipe.left(), options));
            users.runOnContext(
                w ->
                    client
                        .connect(80, "10.0.0.2")
                        .compose(socket -> socket.write(Buffer.buffer("x".repeat(BYTES))))
                        .onSuccess(written -> near.close().onComplete(closed))
                        .onFailure(received::tryFail));
          });
      long all = Await.result(received.future());
      Await.result(closed.future());
      return all;
    } finally {
      Reference.reachabilityFence(client); // Vert.x closes one that nobody refers to any more
      Await.result(far.close());
    }
  }

  @ParameterizedTest
  @EnumSource
  void adapterEnds_andItsServerCloses_andALaterOneNamesTheReason(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      NetServer server = pair.listen(0, "10.0.0.2");
      assertEquals(1, Await.result(pair.right.stats()).listeners());
      Await.result(pair.right.close());
      Await.until( // until nothing listens on the port, which all servers of a Vert.x share
          pair.vertx,
          () ->
              listen(pair.vertx, server.actualPort())
                  .compose(NetServer::close)
                  .map(false)
                  .otherwise(true));
      assertEquals(
          "the adapter, which route fd00::1/128 goes to, has ended",
          Await.failure(listen(pair.vertx, server.actualPort())).getMessage());
    }
  }

  private static Future<NetServer> listen(Vertx vertx, int port) {
    return vertx.createNetServer().connectHandler(s -> {}).listen(port, "10.0.0.2");
  }
}
