package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.BusTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Adapters, bridge and test on threads of their own, in real time. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class BusAdaptersTest {
  private static final int PORT = 80;
  private static final int LENGTH = 8 << 20;

  private static final String TO_LEFT = "left.to";
  private static final String FROM_LEFT = "left.from";

  private static AdapterOptions leftOptions() {
    return new AdapterOptions()
        .setLocalAddresses(AdapterPair.LEFT)
        .addPeerAddress(AdapterPair.RIGHT.get(0));
  }

  private static AdapterOptions rightOptions() {
    return new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT);
  }

  private static void transferBothWays(Adapter left, Adapter right) throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(right.listen(PORT, accepted::complete));
    TcpStream client = Await.result(left.connect(PORT));
    TcpStream server = Await.result(accepted.future());
    Recorder atClient = Recorder.of(client);
    Recorder atServer = Recorder.of(server);
    Buffer there = random(1);
    Buffer back = random(2);
    client.write(there);
    client.end();
    server.write(back);
    server.end();
    Await.result(Future.all(atClient.ended(), atServer.ended()));
    assertEquals(there, atServer.bytes());
    assertEquals(back, atClient.bytes());
  }

  private static Buffer random(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private static void noConsumer(Vertx vertx, String address) throws Exception {
    Throwable failure = Await.failure(vertx.eventBus().request(address, Buffer.buffer()));
    assertEquals(
        ReplyFailure.NO_HANDLERS, assertInstanceOf(ReplyException.class, failure).failureType());
  }

  @Test
  void throughABridge_bytesGoBothWays_andItsEndIsTheAdapters(Vertx vertx) throws Exception {
    BusOptions options = new BusOptions().setToAdapter(TO_LEFT).setFromAdapter(FROM_LEFT);
    PipeTransport.Pair pipe = PipeTransport.pair();
    Adapter left = Adapter.create(vertx, new BusTransport(vertx, options), leftOptions());
    Adapter right = Adapter.create(vertx, pipe.right(), rightOptions());
    Await.result(left.opened());
    BusBridge bridge = Await.result(BusBridge.open(vertx, pipe.left(), options));
    transferBothWays(left, right);
    assertEquals(0, Await.result(bridge.counters()).overflowed());
    Promise<Throwable> leftEnd = Promise.promise();
    EndOf.adapter(left, leftEnd::complete);
    Await.result(bridge.close());
    Await.result(leftEnd.future());
    Await.result(right.close());
    noConsumer(vertx, TO_LEFT);
    noConsumer(vertx, FROM_LEFT);
  }

  /** Each is the other's bridge, and knows no reports. */
  @Test
  void twoAdapters_backToBack_needNoBridge(Vertx vertx) throws Exception {
    for (boolean plain : List.of(false, true)) {
      BusOptions ofLeft = new BusOptions().setToAdapter(TO_LEFT).setFromAdapter(FROM_LEFT);
      BusOptions ofRight = new BusOptions().setToAdapter(FROM_LEFT).setFromAdapter(TO_LEFT);
      ofLeft.setPlainBuffers(plain);
      Adapter left = Adapter.create(vertx, new BusTransport(vertx, ofLeft), leftOptions());
      Adapter right = Adapter.create(vertx, new BusTransport(vertx, ofRight), rightOptions());
      transferBothWays(left, right);
      Await.result(Future.all(left.close(), right.close()));
      noConsumer(vertx, TO_LEFT);
      noConsumer(vertx, FROM_LEFT);
    }
  }

  /** A user's own bridge: Buffers of whole packets on two addresses, and nothing else. */
  @Test
  void usersOwnBridge_isTwoConsumers(Vertx vertx) throws Exception {
    BusOptions ofLeft = new BusOptions().setToAdapter("a.to").setFromAdapter("a.from");
    BusOptions ofRight = new BusOptions().setToAdapter("b.to").setFromAdapter("b.from");
    ofLeft.setPlainBuffers(true);
    ofRight.setPlainBuffers(true);
    vertx.eventBus().<Buffer>consumer("a.from", m -> vertx.eventBus().send("b.to", m.body()));
    vertx.eventBus().<Buffer>consumer("b.from", m -> vertx.eventBus().send("a.to", m.body()));
    Adapter left = Adapter.create(vertx, new BusTransport(vertx, ofLeft), leftOptions());
    Adapter right = Adapter.create(vertx, new BusTransport(vertx, ofRight), rightOptions());
    transferBothWays(left, right);
    assertTrue(Await.result(left.stats()).connections() <= 1);
    Await.result(Future.all(left.close(), right.close()));
  }
}
