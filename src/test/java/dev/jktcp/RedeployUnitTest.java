package dev.jktcp;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Leftovers;
import dev.jktcp.testkit.Logged;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.unit.Async;
import io.vertx.ext.unit.TestContext;
import io.vertx.ext.unit.junit.VertxUnitRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;

/** An adapter's verticle, and one that uses it, come and go under load. */
@RunWith(VertxUnitRunner.class)
public class RedeployUnitTest {
  private static final int ROUNDS = 100;
  private static final int STREAMS = 5;
  private static final int PORT = 80;
  private static final int LIMIT_MS = 120_000;
  private static final int ENOUGH = 128 * 1024;
  private static final String NAME = "redeployed";

  private Vertx vertx;
  private Leftovers leftovers;

  @Before
  public void makeVertx() throws Exception {
    vertx = Vertx.vertx();
    leftovers = new Leftovers(vertx);
  }

  @After
  public void closeVertx(TestContext test) {
    vertx.close().onComplete(test.asyncAssertSuccess());
  }

  /** Opens streams to an echo server, and one listener; writes and reads until it is stopped. */
  private static final class User extends VerticleBase {
    private final TestContext test;
    private final CloseReason expected;
    private final Async busy;
    private final Async closes;
    private AdapterHandle handle;

    User(TestContext test, CloseReason expected) {
      this.test = test;
      this.expected = expected;
      this.busy = test.async(STREAMS);
      this.closes = test.async(STREAMS);
    }

    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, NAME).compose(this::open);
    }

    private Future<?> open(AdapterHandle got) {
      handle = got;
      List<Future<?>> opened = new ArrayList<>();
      opened.add(handle.listen(PORT, stream -> {}));
      for (int i = 0; i < STREAMS; i++) {
        opened.add(handle.connect(AdapterPair.RIGHT.get(i % 2), PORT).onSuccess(this::use));
      }
      return Future.all(opened);
    }

    private void use(StreamHandle stream) {
      test.assertEquals(context, Vertx.currentContext());
      int[] echoed = {0};
      stream.handler(
          data -> {
            boolean few = echoed[0] < ENOUGH;
            echoed[0] += data.length();
            if (few && echoed[0] >= ENOUGH) busy.countDown();
          });
      stream.closeHandler(
          v -> {
            test.assertEquals(expected, stream.closeReason());
            closes.countDown();
          });
      stream.drainHandler(v -> write(stream));
      write(stream);
    }

    private static void write(StreamHandle stream) {
      while (stream.closeReason() == null && !stream.writeQueueFull()) {
        stream.write(Buffer.buffer(new byte[16_384]));
      }
    }
  }

  private Adapter peer(PipeTransport.Pair pipe, TestContext test, Async resets) {
    AdapterOptions options = new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT);
    Adapter peer = Adapter.create(vertx, pipe.right(), options);
    peer.listen(
            PORT,
            stream -> {
              stream.handler(
                  data -> {
                    stream.write(data);
                    if (stream.writeQueueFull()) stream.pause();
                  });
              stream.drainHandler(v -> stream.resume());
              stream.exceptionHandler(
                  error -> {
                    test.assertEquals(CloseReason.RESET, ((TcpException) error).reason());
                    resets.countDown();
                  });
            })
        .onComplete(test.asyncAssertSuccess());
    return peer;
  }

  private static JsonObject config() {
    return new JsonObject()
        .put("name", NAME)
        .put("toAdapter", "lab.to")
        .put("fromAdapter", "lab.from")
        .put("plainBuffers", false)
        .put("localAddresses", new JsonArray(AdapterPair.LEFT));
  }

  @Test
  public void deployedUsedAndUndeployed_aHundredTimes_leavesNothing(TestContext test)
      throws Exception {
    try (Logged logged = new Logged()) {
      for (int round = 0; round < ROUNDS; round++) round(test, round % 2 == 0);
      logged.assertNothing();
    }
  }

  private void round(TestContext test, boolean adapterFirst) throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    Async resets = test.async(STREAMS);
    Adapter peer = peer(pipe, test, resets);
    BusOptions bus = new BusOptions().setToAdapter("lab.to").setFromAdapter("lab.from");
    BusBridge bridge = Await.result(BusBridge.open(vertx, pipe.left(), bus));
    AdapterVerticle verticle = new AdapterVerticle();
    DeploymentOptions options = new DeploymentOptions().setConfig(config());
    String adapter = Await.result(vertx.deployVerticle(verticle, options));
    User user = new User(test, adapterFirst ? CloseReason.ADAPTER_CLOSED : CloseReason.ABORTED);
    String using = Await.result(vertx.deployVerticle(user));
    user.busy.awaitSuccess(LIMIT_MS);

    Await.result(vertx.undeploy(adapterFirst ? adapter : using));
    user.closes.awaitSuccess(LIMIT_MS);
    resets.awaitSuccess(LIMIT_MS);
    Await.until(
        vertx, () -> peer.stats().map(stats -> stats.connections() + stats.bytesHeld() == 0));
    Await.result(vertx.undeploy(adapterFirst ? using : adapter));
    Await.result(bridge.close());
    Await.result(peer.close());
    leftovers.assertNone();
  }
}
