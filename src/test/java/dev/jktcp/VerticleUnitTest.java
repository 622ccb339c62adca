package dev.jktcp;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.unit.Async;
import io.vertx.ext.unit.TestContext;
import io.vertx.ext.unit.junit.VertxUnitRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;

/** An adapter lives and ends with the verticle that made it. */
@RunWith(VertxUnitRunner.class)
public class VerticleUnitTest {
  private static final int STREAMS = 20;
  private static final int LIMIT_MS = 120_000;

  private Vertx vertx;

  @Before
  public void makeVertx() {
    vertx = Vertx.vertx();
  }

  @After
  public void closeVertx(TestContext test) {
    vertx.close().onComplete(test.asyncAssertSuccess());
  }

  /** Opens streams to an echo server and never closes anything. */
  private static final class Client extends VerticleBase {
    private final PacketTransport transport;
    private final TestContext test;
    private final Async echoes;
    private final Async closes;
    private Adapter adapter;

    Client(PacketTransport transport, TestContext test, Async echoes, Async closes) {
      this.transport = transport;
      this.test = test;
      this.echoes = echoes;
      this.closes = closes;
    }

    @Override
    public Future<?> start() {
      adapter =
          Adapter.create(
              vertx, transport, new AdapterOptions().setLocalAddresses(AdapterPair.LEFT));
      List<Future<?>> opened = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        opened.add(adapter.connect(AdapterPair.RIGHT.get(i % 2), 80).onSuccess(this::use));
      }
      return Future.all(opened);
    }

    private void use(TcpStream stream) {
      test.assertEquals(context, Vertx.currentContext());
      stream.handler(data -> echoes.countDown());
      stream.closeHandler(
          v -> {
            test.assertEquals(CloseReason.ADAPTER_CLOSED, stream.closeReason());
            test.assertEquals(context, Vertx.currentContext());
            closes.countDown();
          });
      stream.write(Buffer.buffer("hello"));
    }
  }

  @Test
  public void undeployedVerticle_takesItsAdapterAndStreamsWithIt(TestContext test)
      throws Exception {
    for (int round = 0; round < 10; round++) {
      PipeTransport.Pair pipe = PipeTransport.pair();
      Async echoes = test.async(STREAMS);
      Async closes = test.async(STREAMS);
      Async resets = test.async(STREAMS);
      Async peerEnd = test.async();
      Adapter peer =
          Adapter.create(
              vertx, pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
      peer.closeHandler(cause -> peerEnd.complete());
      peer.listen(
              80,
              stream -> {
                stream.handler(stream::write);
                stream.exceptionHandler(
                    error -> {
                      test.assertEquals(CloseReason.RESET, ((TcpException) error).reason());
                      resets.countDown();
                    });
              })
          .onComplete(test.asyncAssertSuccess());
      Client client = new Client(pipe.left(), test, echoes, closes);
      Async deployed = test.async();
      vertx.deployVerticle(client).onComplete(test.asyncAssertSuccess(id -> deployed.complete()));
      deployed.awaitSuccess(LIMIT_MS);
      echoes.awaitSuccess(LIMIT_MS);

      Async undeployed = test.async();
      vertx
          .undeploy(vertx.deploymentIDs().iterator().next())
          .onComplete(test.asyncAssertSuccess(v -> undeployed.complete()));
      undeployed.awaitSuccess(LIMIT_MS);
      closes.awaitSuccess(LIMIT_MS);
      resets.awaitSuccess(LIMIT_MS);
      peerEnd.awaitSuccess(LIMIT_MS);

      Async counted = test.async();
      Future.all(client.adapter.stats(), peer.stats())
          .onComplete(
              test.asyncAssertSuccess(
                  both -> {
                    for (Object result : both.list()) {
                      AdapterStats stats = (AdapterStats) result;
                      test.assertEquals(0, stats.connections());
                      test.assertEquals(0, stats.timeWaits());
                      test.assertEquals(0, stats.listeners());
                      test.assertEquals(0L, stats.bytesHeld());
                    }
                    counted.complete();
                  }));
      counted.awaitSuccess(LIMIT_MS);
    }
  }

  @Test
  public void closedVertx_endsAdaptersMadeOutsideVerticles(TestContext test) {
    Vertx own = Vertx.vertx();
    PipeTransport.Pair pipe = PipeTransport.pair();
    Async ended = test.async();
    Adapter adapter =
        Adapter.create(own, pipe.left(), new AdapterOptions().setLocalAddresses(AdapterPair.LEFT));
    EndOf.adapter(
        adapter,
        cause -> {
          test.assertNull(cause);
          ended.complete();
        });
    Async opened = test.async();
    adapter.opened().onComplete(test.asyncAssertSuccess(v -> opened.complete()));
    opened.awaitSuccess(LIMIT_MS);
    own.close().onComplete(test.asyncAssertSuccess(v -> test.assertTrue(ended.isCompleted())));
  }
}
