package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.EndOf;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process with handles and adapters is stopped; handles may be used as if on other nodes. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HandleStopTest {
  private static final int PORT = 80;
  private static final int LENGTH = 1 << 20;

  private Vertx vertx;
  private Lab lab;
  private AdapterHandle left;
  private AdapterHandle right;
  private final List<StreamHandle> accepted = new ArrayList<>();
  private final List<Throwable> ends = new ArrayList<>();

  private void join(Vertx inVertx, boolean local) throws Exception {
    vertx = inVertx;
    lab = new Lab(vertx);
    PipeTransport.Pair pipe = PipeTransport.pair();
    FaultSpec link = FaultSpec.parse("rate=10mbit,delay=10ms,queue=4000");
    left = handle(new FaultyTransport(pipe.left(), link, lab.clock), AdapterPair.LEFT, local);
    right = handle(pipe.right(), AdapterPair.RIGHT, local);
    lab.result(lab.call(() -> right.listen(PORT, accepted::add)));
  }

  private AdapterHandle handle(PacketTransport transport, List<String> addresses, boolean local)
      throws Exception {
    AdapterImpl adapter = lab.adapter(transport, new AdapterOptions().setLocalAddresses(addresses));
    String name = addresses.get(0);
    lab.result(lab.call(() -> AdapterService.open(adapter, name, local)));
    HandleOptions options = new HandleOptions().setClock(lab.clock).setLocal(local);
    AdapterHandle handle = lab.result(lab.call(() -> AdapterHandle.of(vertx, name, options)));
    EndOf.handle(handle, ends::add);
    return handle;
  }

  private StreamHandle connect() throws Exception {
    int before = accepted.size();
    Future<StreamHandle> opened = lab.call(() -> left.connect(AdapterPair.RIGHT.get(0), PORT));
    lab.until(() -> opened.isComplete() && accepted.size() > before);
    return lab.result(opened);
  }

  private static Buffer random(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  @ParameterizedTest
  @CsvSource({"true,11", "true,66", "true,600", "false,11", "false,66", "false,600"})
  void stop_harmsNeitherStreamNorListener(boolean local, int seconds, Vertx inVertx)
      throws Exception {
    join(inVertx, local);
    StreamHandle client = connect();
    StreamHandle server = accepted.get(0);
    Recorder atClient = lab.call(() -> Recorder.of(client));
    Recorder atServer = lab.call(() -> Recorder.of(server));
    Buffer there = random(1);
    Buffer back = random(2);
    client.write(there);
    server.write(back);
    lab.until(() -> atServer.bytes().length() > LENGTH / 4);
    lab.stopMs(seconds * 1_000L);
    client.end();
    server.end();
    lab.until(() -> atClient.ended().isComplete() && atServer.ended().isComplete());
    assertEquals(there, atServer.bytes());
    assertEquals(back, atClient.bytes());
    lab.stopMs(seconds * 1_000L); // nothing is under way but beats
    connect();
    assertEquals(2, accepted.size());
    assertEquals(List.of(), ends);
  }

  /** What a failed connection left unread waits for its reader, who was stopped as well. */
  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void unreadBytesOfAFailedStream_waitForTheirReader(int seconds, Vertx inVertx) throws Exception {
    join(inVertx, true);
    StreamHandle client = connect();
    client.pause();
    accepted.get(0).write(Buffer.buffer("unread"));
    lab.advanceMs(1_000);
    accepted.get(0).reset();
    lab.advanceMs(1_000);
    lab.stopMs(seconds * 1_000L);
    lab.advanceMs(5_000);
    Recorder atClient = lab.call(() -> Recorder.of(client));
    client.resume();
    lab.settle();
    assertEquals("unread", atClient.bytes().toString());
  }

  /** The answer waits in the queue when the asker goes on, behind a timer that is late. */
  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void question_isAnsweredAfterAStop(int seconds, Vertx inVertx) throws Exception {
    join(inVertx, true);
    List<DeliveryContext<Object>> held = new ArrayList<>();
    String asked = BusNames.adapter(AdapterPair.LEFT.get(0));
    Handler<DeliveryContext<Object>> slow =
        delivery -> {
          if (delivery.message().address().equals(asked)) {
            held.add(delivery);
          } else {
            delivery.next();
          }
        };
    vertx.eventBus().addInboundInterceptor(slow);
    Future<?> stats = lab.call(left::stats);
    Future<?> hello =
        lab.call(
            () ->
                AdapterHandle.of(
                    vertx, AdapterPair.LEFT.get(0), new HandleOptions().setClock(lab.clock)));
    lab.advanceMs(100);
    lab.stopMs(seconds * 1_000L);
    lab.advanceMs(1_000);
    vertx.eventBus().removeInboundInterceptor(slow);
    lab.run(() -> held.forEach(DeliveryContext::next));
    lab.settle();
    assertTrue(stats.succeeded());
    assertTrue(hello.succeeded());
  }

  /** Nobody answers: that is noticed in time, a stop or not. */
  @ParameterizedTest
  @ValueSource(ints = {0, 11, 66, 600})
  void question_fails_whenNobodyAnswers(int seconds, Vertx inVertx) throws Exception {
    join(inVertx, true);
    String asked = BusNames.adapter(AdapterPair.LEFT.get(0));
    vertx
        .eventBus()
        .addInboundInterceptor(
            delivery -> {
              if (!delivery.message().address().equals(asked)) delivery.next();
            });
    Future<?> stats = lab.call(left::stats);
    lab.stopMs(seconds * 1_000L);
    lab.advanceMs(seconds == 0 ? 9_999 : 4_999);
    assertFalse(stats.isComplete());
    lab.advanceMs(1);
    assertEquals(
        "adapter '" + AdapterPair.LEFT.get(0) + "' did not answer within 10000 ms",
        lab.failure(stats).getMessage());
  }
}
