package dev.jktcp;

import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Logged;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Vert.x that closes in the middle of transfers through everything on the bus logs nothing. */
class QuietEndTest {
  private static final int ROUNDS = 20;
  private static final int PORT = 80;
  private static final int ENOUGH = 256 * 1024;

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void vertxThatClosesUnderLoad_logsNothing(ThreadingModel users) throws Exception {
    try (Logged logged = new Logged()) {
      for (int round = 0; round < ROUNDS; round++) round(users);
      logged.assertNothing();
    }
  }

  private static void round(ThreadingModel users) throws Exception {
    Vertx vertx = Vertx.vertx();
    PipeTransport.Pair pipe = PipeTransport.pair();
    Adapter peer =
        Adapter.create(
            vertx, pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    Await.result(peer.listen(PORT, QuietEndTest::echo));
    BusOptions bus = new BusOptions().setToAdapter("quiet.to").setFromAdapter("quiet.from");
    Await.result(BusBridge.open(vertx, pipe.left(), bus));
    JsonObject config =
        new JsonObject()
            .put("toAdapter", bus.getToAdapter())
            .put("fromAdapter", bus.getFromAdapter())
            .put("localAddresses", new JsonArray(AdapterPair.LEFT));
    Await.result(
        vertx.deployVerticle(new AdapterVerticle(), new DeploymentOptions().setConfig(config)));
    User user = new User();
    Await.result(vertx.deployVerticle(user, new DeploymentOptions().setThreadingModel(users)));
    Await.result(user.busy.future());
    Await.result(vertx.close());
  }

  private static void echo(TcpStream stream) {
    stream.handler(
        data -> {
          stream.write(data);
          if (stream.writeQueueFull()) stream.pause();
        });
    stream.drainHandler(v -> stream.resume());
  }

  /** Writes and reads until it is stopped. */
  private static final class User extends VerticleBase {
    final Promise<Void> busy = Promise.promise();
    private int echoed;

    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, "jktcp")
          .compose(handle -> handle.connect(AdapterPair.RIGHT.get(0), PORT))
          .onSuccess(this::use);
    }

    private void use(StreamHandle stream) {
      stream.handler(
          data -> {
            echoed += data.length();
            if (echoed >= ENOUGH) busy.tryComplete();
          });
      stream.exceptionHandler(reset -> {}); // by the end of either
      stream.drainHandler(v -> write(stream));
      write(stream);
    }

    private static void write(StreamHandle stream) {
      while (stream.closeReason() == null && !stream.writeQueueFull()) {
        stream.write(Buffer.buffer(new byte[16_384]));
      }
    }
  }
}
