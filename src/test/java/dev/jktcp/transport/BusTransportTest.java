package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The test is the bridge, and knows nothing but the event bus. */
@Timeout(300)
class BusTransportTest {
  private static final String IN = "test.to";
  private static final String OUT = "test.from";

  /** The machine's time: no test shall wait for it, nor be overtaken by it. */
  private static final long FOR_EVER_MS = 3_600_000;

  private static Vertx vertx;

  private final ManualClock clock = new ManualClock();
  private final PacketBatchPool pool = new PacketBatchPool(1000, 8);
  private final List<String> reports = new ArrayList<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private final List<PacketBatch> batches = new ArrayList<>();
  private BusOptions options;
  private Context context;
  private RecordingReceiver atAdapter;
  private BusTransport transport;
  private MessageConsumer<Object> bridge;
  private boolean silent; // a bridge that does not say that it sends no more

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @BeforeEach
  void makeTheContext() {
    context = ((VertxInternal) vertx).createEventLoopContext();
    atAdapter = new RecordingReceiver(context);
    options =
        new BusOptions()
            .setToAdapter(IN)
            .setFromAdapter(OUT)
            .setReceiveMtu(100)
            .setWindow(8)
            .setFarewell(Duration.ofMillis(FOR_EVER_MS))
            .setClock(clock);
  }

  @AfterEach
  void closeLeavesNothing() throws Exception {
    OnContext.run(context, () -> transport.close());
    OnContext.settle(context);
    if (bridge != null) OnContext.run(context, () -> bridge.unregister());
    OnContext.settle(context);
    assertTrue(transport.close().isComplete());
    assertEquals(List.of(), atAdapter.faults);
    assertEquals(0, clock.timers());
    assertEquals(ReplyFailure.NO_HANDLERS, failure(IN, Buffer.buffer()).failureType());
  }

  private void open() throws Exception {
    transport = new BusTransport(vertx, options);
    Future<Void> opened = OnContext.call(context, () -> transport.open(context, atAdapter));
    OnContext.settle(context);
    assertTrue(opened.succeeded());
  }

  private void openWithBridge() throws Exception {
    OnContext.run(
        context, () -> bridge = vertx.eventBus().localConsumer(OUT, this::onBridgeMessage));
    open();
  }

  private void onBridgeMessage(Message<Object> message) {
    String report = message.headers().get(BusMessages.LINK);
    if (report != null) {
      String number = message.headers().get(BusMessages.NUMBER);
      reports.add(number == null ? report : report + " " + number);
      if (report.equals(BusMessages.CLOSED) && !silent) sendReport(BusMessages.CLOSED);
    } else if (message.body() instanceof Buffer buffer) {
      buffers.add(buffer);
    } else {
      batches.add((PacketBatch) message.body());
    }
  }

  private void deliver(Object body) throws Exception {
    vertx.eventBus().send(IN, body);
    OnContext.settle(context);
  }

  private void report(String value, String... more) throws Exception {
    sendReport(value, more);
    OnContext.settle(context);
  }

  private void sendReport(String value, String... more) {
    DeliveryOptions delivery = new DeliveryOptions().addHeader(BusMessages.LINK, value);
    for (int i = 0; i < more.length; i += 2) delivery.addHeader(more[i], more[i + 1]);
    vertx.eventBus().send(IN, Buffer.buffer(), delivery);
  }

  private void send(byte[]... packets) throws Exception {
    OnContext.run(context, () -> transport.send(TestPackets.batch(pool, packets)));
    OnContext.settle(context);
  }

  private void advanceMs(long ms) throws Exception {
    OnContext.run(context, () -> clock.advanceMs(ms));
    OnContext.settle(context);
  }

  private boolean isFull() throws Exception {
    return OnContext.call(context, transport::isFull);
  }

  private TransportCounters counters() throws Exception {
    return OnContext.call(context, transport::counters);
  }

  private static ReplyException failure(String address, Object body) throws Exception {
    return (ReplyException)
        assertThrows(
                CompletionException.class,
                () ->
                    vertx
                        .eventBus()
                        .request(address, body)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join())
            .getCause();
  }

  @Test
  void buffersOfWholePackets_areDelivered() throws Exception {
    open();
    byte[] one = TestPackets.v4(40, 1);
    byte[] two = TestPackets.v6(60, 2);
    deliver(Buffer.buffer(one));
    deliver(Buffer.buffer(TestPackets.concat(List.of(two, one))));
    assertEquals(List.of(1, 2), atAdapter.batchSizes);
    assertArrayEquals(one, atAdapter.packets.get(0));
    assertArrayEquals(two, atAdapter.packets.get(1));
    assertArrayEquals(one, atAdapter.packets.get(2));
    assertEquals(140, counters().bytesIn());
  }

  @Test
  void halfPacket_isDropped_andTheNextMessageBeginsAnew() throws Exception {
    open();
    byte[] whole = TestPackets.v4(40, 1);
    byte[] both = TestPackets.concat(List.of(whole, TestPackets.v6(60, 2)));
    for (int length = 1; length < both.length; length++) {
      deliver(Buffer.buffer(both).getBuffer(0, length));
      int atMost = length < 40 ? 0 : length - 39;
      assertEquals(atMost, atAdapter.packets.size());
    }
    // Each cut counts once, but for the one between the packets.
    assertEquals(both.length - 2, counters().droppedIn());
    deliver(Buffer.buffer(whole));
    assertArrayEquals(whole, atAdapter.packets.get(atAdapter.packets.size() - 1));
    assertEquals(List.of(), atAdapter.closed);
  }

  @Test
  void rubbishBehindAPacket_isDropped_withoutIt() throws Exception {
    open();
    deliver(Buffer.buffer(TestPackets.v4(40, 1)).appendString("rubbish"));
    deliver(Buffer.buffer("rubbish"));
    assertEquals(1, atAdapter.packets.size());
    assertEquals(2, counters().droppedIn());
  }

  @Test
  void packetAboveTheReceiveMtu_isDropped_notItsNeighbours() throws Exception {
    open();
    byte[] one = TestPackets.v4(40, 1);
    deliver(Buffer.buffer(TestPackets.concat(List.of(one, TestPackets.v4(101, 1), one))));
    assertEquals(2, atAdapter.packets.size());
    assertEquals(1, counters().droppedIn());
  }

  @Test
  void otherBodies_areDropped_andARequestWithOneFails() throws Exception {
    open();
    deliver("text");
    deliver(new JsonObject());
    deliver(null);
    deliver(Buffer.buffer());
    deliver(7);
    assertEquals(5, counters().droppedIn());
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, failure(IN, "text").failureType());
    deliver(Buffer.buffer(TestPackets.v4(40, 1)));
    assertEquals(1, atAdapter.packets.size());
  }

  @Test
  void reportsThatMakeNoSense_areDropped() throws Exception {
    openWithBridge();
    report("fulll");
    report(BusMessages.MARK);
    report(BusMessages.MARK, BusMessages.NUMBER, "-1");
    report(BusMessages.MARK, BusMessages.NUMBER, "12x");
    report(BusMessages.MARKED, BusMessages.NUMBER, "99999999999999999999");
    assertEquals(5, counters().droppedIn());
    report(BusMessages.MARKED, BusMessages.NUMBER, "5"); // Of what was never sent.
    report(BusMessages.WRITABLE);
    assertFalse(isFull());
    assertEquals(0, atAdapter.writable);
    assertEquals(List.of(), reports);
  }

  @Test
  void batchOfNoKnownOwner_orTooLarge_isDropped() throws Exception {
    open();
    DeliveryOptions codec = new DeliveryOptions().setCodecName(PacketBatchCodec.NAME);
    PacketBatch notGivenUp = TestPackets.batch(pool, TestPackets.v4(40, 1));
    vertx.eventBus().send(IN, notGivenUp, codec);
    PacketBatch large = TestPackets.batch(pool, TestPackets.v4(40, 1), TestPackets.v4(101, 1));
    large.post();
    vertx.eventBus().send(IN, large, codec);
    OnContext.settle(context);
    assertEquals(3, counters().droppedIn());
    assertEquals(1, pool.idle());
    notGivenUp.release();
  }

  @Test
  void batchPublishedOrSentTwice_isDeliveredOnce() throws Exception {
    open();
    DeliveryOptions codec = new DeliveryOptions().setCodecName(PacketBatchCodec.NAME);
    PacketBatch batch = TestPackets.batch(pool, TestPackets.v4(40, 1));
    batch.post();
    vertx.eventBus().publish(IN, batch, codec);
    vertx.eventBus().send(IN, batch, codec);
    OnContext.settle(context);
    assertEquals(1, atAdapter.packets.size());
    assertEquals(1, counters().droppedIn());
  }

  @Test
  void sent_batchesGoAsTheyAre_orAsBuffers() throws Exception {
    openWithBridge();
    byte[] one = TestPackets.v4(40, 1);
    byte[] two = TestPackets.v6(60, 2);
    send(one, two);
    assertEquals(2, batches.get(0).count());
    assertEquals(2, counters().packetsOut());
    OnContext.run(context, () -> transport.close());
    OnContext.settle(context); // its address is free
    options.setPlainBuffers(true);
    open();
    send(one, two);
    assertArrayEquals(TestPackets.concat(List.of(one, two)), buffers.get(0).getBytes());
    assertEquals(1, pool.idle());
  }

  @Test
  void sentToNoOne_isDroppedAndReleased() throws Exception {
    open();
    send(TestPackets.v4(40, 1));
    assertEquals(1, counters().droppedOut());
    assertEquals(1, pool.idle());
    OnContext.run(context, () -> transport.close());
    OnContext.settle(context); // its address is free
    options.setPlainBuffers(true);
    open();
    send(TestPackets.v4(40, 1));
    assertEquals(1, counters().droppedOut());
    assertEquals(0, counters().packetsOut());
  }

  @Test
  void sentAboveTheMtu_isDropped() throws Exception {
    options.setMtu(50);
    openWithBridge();
    send(TestPackets.v4(51, 1));
    assertEquals(1, counters().droppedOut());
    assertEquals(1, pool.idle());
  }

  @Test
  void fullBridge_stopsTheSender_untilWritable() throws Exception {
    openWithBridge();
    assertFalse(isFull());
    report(BusMessages.FULL);
    assertTrue(isFull());
    send(TestPackets.v4(40, 1));
    assertEquals(1, counters().droppedOut());
    report(BusMessages.WRITABLE);
    assertFalse(isFull());
    assertEquals(1, atAdapter.writable);
    report(BusMessages.WRITABLE);
    assertEquals(1, atAdapter.writable);
  }

  @Test
  void bridgeThatIsAway_andBack_isToldOnce_howeverOftenItSaysSo() throws Exception {
    openWithBridge();
    String[] away = {BusMessages.REASON, "cut", BusMessages.GAP, "7000"};
    String[] back = {BusMessages.MTU, "1400", BusMessages.RECEIVE_MTU, "1300"};
    for (int i = 0; i < 2; i++) report(BusMessages.AWAY, away);
    assertTrue(isFull());
    send(TestPackets.v4(40, 1));
    assertEquals(1, counters().droppedOut());
    for (int i = 0; i < 2; i++) report(BusMessages.BACK, back);
    assertFalse(isFull());
    report(BusMessages.AWAY, away);
    assertEquals(List.of("away 7000 cut", "back 1400 1300", "away 7000 cut"), atAdapter.links);
    assertEquals(1, atAdapter.writable);
    report(BusMessages.AWAY, BusMessages.GAP, "7000");
    report(BusMessages.AWAY, BusMessages.REASON, "cut");
    report(BusMessages.BACK, BusMessages.MTU, "1400");
    report(BusMessages.BACK, BusMessages.MTU, "65576", BusMessages.RECEIVE_MTU, "1300");
    assertEquals(4, counters().droppedIn());
    assertTrue(isFull());
  }

  @Test
  void full_expires_unlessRepeated() throws Exception {
    openWithBridge();
    report(BusMessages.FULL);
    assertTrue(isFull());
    for (int i = 0; i < 10; i++) {
      advanceMs(499);
      assertTrue(isFull());
      report(BusMessages.FULL);
    }
    advanceMs(499);
    assertTrue(isFull());
    assertEquals(0, atAdapter.writable);
    advanceMs(1);
    assertFalse(isFull());
    assertEquals(1, atAdapter.writable);
  }

  @Test
  void bridgeThatNeverAnnouncesItself_isSentEverything_andHearsNoReportButTheEnd()
      throws Exception {
    openWithBridge();
    for (int i = 0; i < 100; i++) send(TestPackets.v4(40, i));
    advanceMs(100_000);
    assertFalse(isFull());
    assertEquals(100, batches.size());
    assertEquals(List.of(), reports);
    OnContext.run(context, () -> transport.close());
    OnContext.settle(context);
    assertEquals(List.of("closed"), reports);
    assertEquals(List.of(), atAdapter.closed);
  }

  @Test
  void bridgeThatAnnouncedItself_isSentAWindow_untilItAnswers() throws Exception {
    openWithBridge();
    send(TestPackets.v4(40, 0));
    report(BusMessages.ALIVE);
    assertEquals(List.of("alive"), reports);
    for (int i = 0; i < 8; i++) {
      assertFalse(isFull());
      send(TestPackets.v4(40, i));
    }
    assertTrue(isFull());
    assertEquals(List.of("alive", "mark 3", "mark 5", "mark 7", "mark 9"), reports);
    send(TestPackets.v4(40, 0));
    assertEquals(1, counters().droppedOut());
    report(BusMessages.MARKED, BusMessages.NUMBER, "5");
    assertFalse(isFull());
    assertEquals(1, atAdapter.writable);
    report(BusMessages.MARKED, BusMessages.NUMBER, "3"); // Late.
    for (int i = 0; i < 4; i++) send(TestPackets.v4(40, i));
    assertTrue(isFull());
  }

  @Test
  void markThatGotLost_isRepeated_untilAnswered() throws Exception {
    openWithBridge();
    report(BusMessages.ALIVE);
    for (int i = 0; i < 8; i++) send(TestPackets.v4(40, i));
    reports.clear();
    advanceMs(300);
    assertEquals(List.of("mark 8", "mark 8", "mark 8"), reports);
    report(BusMessages.MARKED, BusMessages.NUMBER, "8");
    assertFalse(isFull());
    advanceMs(1000);
    assertEquals(3, reports.size());
  }

  @Test
  void markOfTheBridge_isAnswered() throws Exception {
    openWithBridge();
    report(BusMessages.MARK, BusMessages.NUMBER, "17");
    assertEquals(List.of("marked 17"), reports);
  }

  @Test
  void closedBridge_endsTheTransport_withItsReason() throws Exception {
    openWithBridge();
    report(BusMessages.CLOSED, BusMessages.REASON, "framing lost at byte 12\nand more");
    assertEquals("framing lost at byte 12", atAdapter.onlyCause());
    assertTrue(isFull());
    send(TestPackets.v4(40, 1));
    assertEquals(1, counters().droppedOut());
    assertEquals(List.of("closed"), reports, "we send no more either");
  }

  @Test
  void closedTransport_hearsTheBridge_untilThatSaysItSendsNoMore() throws Exception {
    openWithBridge();
    report(BusMessages.ALIVE);
    silent = true;
    Future<Void> closed = OnContext.call(context, transport::close);
    deliver(Buffer.buffer(TestPackets.v4(40, 1)));
    assertEquals(ReplyFailure.NO_HANDLERS, failure(IN, Buffer.buffer()).failureType());
    assertFalse(closed.isComplete());
    report(BusMessages.CLOSED);
    assertTrue(closed.succeeded());
    assertEquals(List.of(), atAdapter.packets);
  }

  @Test
  void closedBridge_withoutAReason_isACleanEnd() throws Exception {
    openWithBridge();
    report(BusMessages.CLOSED, BusMessages.REASON, " ");
    assertEquals("clean", atAdapter.onlyCause());
  }

  @Test
  void bridgeThatVanishes_isMissed_onceItAnnouncedItself() throws Exception {
    openWithBridge();
    report(BusMessages.ALIVE);
    advanceMs(100_000);
    assertEquals(List.of(), atAdapter.closed, "who consumes in this process lives");
    OnContext.run(context, () -> bridge.unregister());
    advanceMs(10_000);
    assertEquals("no consumer at " + OUT + " any more", atAdapter.onlyCause());
  }

  /** What was said before a stop, and what waits in the queue after it, keeps the bridge. */
  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_isNoSilence(long stopMs) throws Exception {
    options.setLocal(false);
    openWithBridge();
    report(BusMessages.ALIVE);
    advanceMs(4_000);
    clock.stopMs(stopMs);
    advanceMs(4_999);
    assertEquals(List.of(), atAdapter.closed);
    report(BusMessages.ALIVE);
    clock.stopMs(stopMs);
    advanceMs(4_999);
    assertEquals(List.of(), atAdapter.closed);
    advanceMs(1);
    assertEquals("nothing heard on " + IN + " for 10000 ms", atAdapter.onlyCause());
  }

  @Test
  void bridgeOnAnotherNodeThatVanishes_isMissed_onceItAnnouncedItself() throws Exception {
    options.setLocal(false);
    openWithBridge();
    report(BusMessages.ALIVE);
    for (int i = 0; i < 5; i++) {
      advanceMs(9_999);
      if (i % 2 == 0) {
        report(BusMessages.ALIVE);
      } else {
        deliver(Buffer.buffer(TestPackets.v4(40, 1)));
      }
    }
    advanceMs(9_999);
    assertEquals(List.of(), atAdapter.closed);
    advanceMs(1);
    assertEquals("nothing heard on " + IN + " for 10000 ms", atAdapter.onlyCause());
  }

  @Test
  void adapter_isHeardRegularly_byABridgeThatAnnouncedItself() throws Exception {
    openWithBridge();
    report(BusMessages.ALIVE);
    report(BusMessages.ALIVE);
    advanceMs(9_000);
    assertEquals(List.of("alive", "alive", "alive", "alive"), reports);
  }

  @Test
  void secondOpen_fails_andAddressesMustBeTwo() throws Exception {
    open();
    assertTrue(OnContext.call(context, () -> transport.open(context, atAdapter)).failed());
    for (BusOptions bad :
        List.of(
            new BusOptions(),
            new BusOptions().setToAdapter(IN),
            new BusOptions().setToAdapter(IN).setFromAdapter(IN))) {
      assertThrows(IllegalArgumentException.class, () -> new BusTransport(vertx, bad));
    }
  }

  @Test
  void closedBeforeOpened_neverOpens() throws Exception {
    transport = new BusTransport(vertx, options);
    assertTrue(transport.close().succeeded());
    assertTrue(OnContext.call(context, () -> transport.open(context, atAdapter)).failed());
  }

  @Test
  void closed_hearsNothingMore() throws Exception {
    openWithBridge();
    OnContext.run(
        context,
        () -> {
          vertx.eventBus().send(IN, Buffer.buffer(TestPackets.v4(40, 1)));
          transport.close();
        });
    OnContext.settle(context);
    assertEquals(List.of(), atAdapter.packets);
    assertEquals(List.of(), atAdapter.closed);
  }

  @Test
  void twoTransports_shareTheEventBus() throws Exception {
    open();
    BusTransport other =
        new BusTransport(vertx, new BusOptions().setToAdapter("other").setFromAdapter(OUT));
    RecordingReceiver atOther = new RecordingReceiver(context);
    OnContext.run(context, () -> assertTrue(other.open(context, atOther).succeeded()));
    deliver(Buffer.buffer(TestPackets.v4(40, 1)));
    assertEquals(1, atAdapter.packets.size());
    assertEquals(0, atOther.packets.size());
    OnContext.run(context, () -> other.close());
  }
}
