package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.EndOf;
import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.testkit.WrappedTransport;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusBridgeCounters;
import dev.jktcp.transport.BusMessages;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.BusTransport;
import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two adapters: adapter, event bus, bridge, pipe, adapter. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class BusTransferTest {
  private static final int PORT = 80;
  private static final String TO_ADAPTER = "lab.to";
  private static final String FROM_ADAPTER = "lab.from";

  private Vertx vertx;
  private Lab lab;
  private SlowTransport slow;
  private BusBridge bridge;
  private AdapterImpl left;
  private AdapterImpl right;
  private TcpStream client;
  private TcpStream server;
  private Recorder atClient;
  private Recorder atServer;

  private BusOptions options() {
    return new BusOptions()
        .setToAdapter(TO_ADAPTER)
        .setFromAdapter(FROM_ADAPTER)
        .setClock(lab.clock);
  }

  /** Passes one batch a millisecond, and none while it is shut. */
  private final class SlowTransport extends WrappedTransport {
    private boolean busy;
    private boolean shut;
    int sentWhileFull;

    SlowTransport(PacketTransport inner) {
      super(inner);
    }

    void shut(boolean now) {
      shut = now;
      if (!shut && !busy) receiver.onWritable();
    }

    @Override
    public void send(PacketBatch batch) {
      if (isFull()) sentWhileFull++;
      inner.send(batch);
      busy = true;
      lab.clock.once(
          1,
          () -> {
            busy = false;
            if (!isFull()) receiver.onWritable();
          });
    }

    @Override
    public boolean isFull() {
      return busy || shut || inner.isFull();
    }
  }

  private void connect(Vertx inVertx, BusOptions ofLeft, BusOptions ofBridge) throws Exception {
    vertx = inVertx;
    PipeTransport.Pair pipe = PipeTransport.pair();
    slow = new SlowTransport(pipe.left());
    left = adapter(new BusTransport(vertx, ofLeft), AdapterPair.LEFT);
    right = adapter(pipe.right(), AdapterPair.RIGHT);
    bridge = lab.result(lab.call(() -> BusBridge.open(vertx, slow, ofBridge)));
    List<TcpStream> accepted = new ArrayList<>();
    lab.result(right.listen(PORT, accepted::add));
    Future<TcpStream> connecting = left.connect(AdapterPair.RIGHT.get(1), PORT);
    lab.until(() -> connecting.isComplete() && !accepted.isEmpty());
    client = lab.result(connecting);
    server = accepted.get(0);
    atClient = Recorder.of(client);
    atServer = Recorder.of(server);
  }

  private AdapterImpl adapter(PacketTransport transport, List<String> addresses) {
    return lab.adapter(transport, new AdapterOptions().setLocalAddresses(addresses));
  }

  private BusBridgeCounters counters() throws Exception {
    return lab.result(bridge.counters());
  }

  private static Buffer random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private void transferBothWays(long seed, int length) throws Exception {
    Buffer there = random(seed, length);
    Buffer back = random(~seed, length);
    client.write(there);
    client.end();
    server.write(back);
    server.end();
    lab.until(() -> atClient.ended().isComplete() && atServer.ended().isComplete());
    assertEquals(there, atServer.bytes());
    assertEquals(back, atClient.bytes());
  }

  /** Whoever is left closes, and nothing is behind. */
  private void closeAll() throws Exception {
    left.close();
    lab.advanceMs(1);
    bridge.close();
    right.close();
    lab.advanceMs(2);
    assertEquals(0, lab.timers());
    for (String address : List.of(TO_ADAPTER, FROM_ADAPTER)) {
      Future<Message<Object>> request = vertx.eventBus().request(address, Buffer.buffer());
      ReplyException failure = assertInstanceOf(ReplyException.class, lab.failure(request));
      assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slowTransport_holdsTheAdapterBack_andNothingOverflows(boolean plain, Vertx inVertx)
      throws Exception {
    lab = new Lab(inVertx);
    connect(inVertx, options().setPlainBuffers(plain), options().setPlainBuffers(plain));
    transferBothWays(1, 4 << 20);
    assertEquals(0, counters().overflowed());
    assertEquals(0, counters().bus().droppedIn());
    assertEquals(0, counters().bus().droppedOut());
    assertEquals(0, slow.sentWhileFull);
    assertTrue(counters().mostQueued() > 0, "it was not slow");
    closeAll();
  }

  @Test
  void stalledTransport_stopsTheAdapter_andTheQueueStaysBounded(Vertx inVertx) throws Exception {
    lab = new Lab(inVertx);
    connect(inVertx, options().setWindow(8), options().setWindow(8));
    Buffer there = random(2, 4 << 20);
    lab.run(() -> slow.shut(true));
    client.write(there);
    lab.advanceMs(5_000);
    long taken = counters().bus().packetsIn();
    lab.advanceMs(5_000);
    assertEquals(taken, counters().bus().packetsIn());
    assertTrue(counters().queued() <= 16);
    lab.run(() -> slow.shut(false));
    lab.until(() -> atServer.bytes().length() == there.length());
    assertEquals(there, atServer.bytes());
    assertEquals(0, counters().overflowed());
    closeAll();
  }

  @Test
  void lostReports_delay_butNeverStallNorOverflow(Vertx inVertx) throws Exception {
    lab = new Lab(inVertx);
    Random random = new Random(3);
    Handler<DeliveryContext<Object>> loser =
        delivery -> {
          boolean report = delivery.message().headers().contains(BusMessages.LINK);
          if (!report || random.nextInt(3) == 0) delivery.next();
        };
    inVertx.eventBus().addOutboundInterceptor(loser);
    connect(inVertx, options().setWindow(8), options().setWindow(8));
    // The lease would end it, had all of ten seconds' heartbeats been lost.
    transferBothWays(3, 1 << 20);
    inVertx.eventBus().removeOutboundInterceptor(loser);
    assertEquals(0, counters().overflowed());
    closeAll();
  }

  @Test
  void busThatDropsDelaysAndDuplicates_harmsNoByte(Vertx inVertx) throws Exception {
    int dropped = 0;
    int delayed = 0;
    int duplicated = 0;
    for (long seed = 1; seed <= 12; seed++) {
      lab = new Lab(inVertx);
      BadBus bad = new BadBus(inVertx.eventBus(), seed);
      BusOptions left = options().setPlainBuffers(seed % 2 == 0);
      connect(inVertx, left, options().setPlainBuffers(seed % 3 == 0));
      try {
        transferBothWays(seed, 400_000);
        bad.heal();
        closeAll();
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      dropped += bad.dropped;
      delayed += bad.delayed;
      duplicated += bad.duplicated;
    }
    assertTrue(dropped > 20 && delayed > 20 && duplicated > 20, dropped + " " + delayed);
  }

  /** What one does to messages, before they are delivered and again when they are. */
  private static final class BadBus implements Handler<DeliveryContext<Object>> {
    private final EventBus bus;
    private final Random random;
    private final List<DeliveryContext<Object>> late = new ArrayList<>();
    private boolean again;
    int dropped;
    int delayed;
    int duplicated;

    BadBus(EventBus bus, long seed) {
      this.bus = bus;
      this.random = new Random(seed);
      bus.addOutboundInterceptor(this);
      bus.addInboundInterceptor(this);
    }

    void heal() {
      bus.removeOutboundInterceptor(this);
      bus.removeInboundInterceptor(this);
    }

    @Override
    public void handle(DeliveryContext<Object> delivery) {
      if (again) {
        delivery.next();
        return;
      }
      int chance = random.nextInt(100);
      if (chance < 5) {
        dropped++;
      } else if (chance < 10) {
        delayed++;
        late.add(delivery);
      } else {
        delivery.next();
        if (chance < 20) duplicate(delivery);
      }
      if (late.size() > random.nextInt(4)) late.remove(0).next();
    }

    private void duplicate(DeliveryContext<Object> delivery) {
      Message<Object> message = delivery.message();
      if (message.body() == null) return;
      duplicated++;
      DeliveryOptions options = new DeliveryOptions().setHeaders(message.headers());
      if (message.body() instanceof PacketBatch) options.setCodecName("dev.jktcp.packets");
      again = true;
      bus.send(message.address(), message.body(), options);
      again = false;
    }
  }

  /** Of the whole process, in the middle of a transfer: as AdapterVerticle's own bridge has it. */
  @ParameterizedTest
  @CsvSource({"true,11", "true,66", "true,600", "false,11", "false,66", "false,600"})
  void stop_losesNothing(boolean local, int seconds, Vertx inVertx) throws Exception {
    lab = new Lab(inVertx);
    connect(inVertx, options().setLocal(local), options().setLocal(local));
    Buffer there = random(4, 1 << 20);
    client.write(there);
    lab.until(() -> atServer.bytes().length() > 100_000);
    lab.stopMs(seconds * 1_000L);
    lab.until(() -> atServer.bytes().length() == there.length());
    assertEquals(there, atServer.bytes());
    lab.stopMs(seconds * 1_000L); // while nothing is under way but heartbeats
    transferMore();
    closeAll();
  }

  /** A handler blocks the adapter's loop for a minute: the bridge, on its own, waits for it. */
  @Test
  void adapterThatIsBlocked_isNotGone_inOneProcess(Vertx inVertx) throws Exception {
    lab = new Lab(inVertx);
    connect(inVertx, options(), options());
    Handler<DeliveryContext<Object>> blocked =
        delivery -> {
          if (!delivery.message().address().equals(TO_ADAPTER)) delivery.next();
        };
    inVertx.eventBus().addInboundInterceptor(blocked);
    lab.advanceMs(70_000);
    inVertx.eventBus().removeInboundInterceptor(blocked);
    transferMore();
    closeAll();
  }

  private void transferMore() throws Exception {
    int before = atServer.bytes().length();
    client.write(Buffer.buffer("more"));
    lab.until(() -> atServer.bytes().length() == before + 4);
  }

  @Test
  void bridgeThatGoesAway_endsEveryStream_withItsReason(Vertx inVertx) throws Exception {
    lab = new Lab(inVertx);
    connect(inVertx, options(), options());
    lab.run(() -> slow.endBecause(new IllegalStateException("the cable broke")));
    lab.settle();
    assertEquals(CloseReason.TRANSPORT_LOST, client.closeReason());
    assertInstanceOf(TcpException.class, atClient.error());
    assertTrue(atClient.error().getMessage().contains("the cable broke"));
    closeAll();
  }

  @Test
  void bridgeThatIsNotHeardAnyMore_endsEveryStream(Vertx inVertx) throws Exception {
    lab = new Lab(inVertx);
    connect(inVertx, options().setLocal(false), options().setLocal(false));
    Handler<DeliveryContext<Object>> deaf = delivery -> {};
    inVertx.eventBus().addOutboundInterceptor(deaf);
    lab.advanceMs(10_000);
    inVertx.eventBus().removeOutboundInterceptor(deaf);
    assertEquals(CloseReason.TRANSPORT_LOST, client.closeReason());
    assertTrue(atClient.error().getMessage().contains("nothing heard"));
    closeAll();
  }

  @Test
  void closedAdapter_resetsThePeer_andClosesTheBridge(Vertx inVertx) throws Exception {
    lab = new Lab(inVertx);
    connect(inVertx, options(), options());
    Promise<Throwable> ended = Promise.promise();
    EndOf.bridge(bridge, ended::complete);
    left.close();
    lab.advanceMs(5);
    assertEquals(CloseReason.RESET, server.closeReason());
    AsyncResult<Throwable> end = ended.future();
    assertTrue(end.succeeded());
    closeAll();
  }
}
