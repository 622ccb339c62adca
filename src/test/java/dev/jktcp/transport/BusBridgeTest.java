package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.EndOf;
import dev.jktcp.testkit.FakeTransport;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.VertxInternal;
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

/** The test is the adapter, and knows nothing but the event bus. */
@Timeout(300)
class BusBridgeTest {
  private static final String TO_ADAPTER = "bridge.to";
  private static final String FROM_ADAPTER = "bridge.from";

  /** The machine's time: no test shall wait for it, nor be overtaken by it. */
  private static final long FOR_EVER_MS = 3_600_000;

  private static Vertx vertx;

  private final ManualClock clock = new ManualClock();
  private final FakeTransport transport = new FakeTransport(false);
  private final List<String> reports = new ArrayList<>();
  private final List<byte[]> packets = new ArrayList<>();
  private final List<Throwable> ends = new ArrayList<>();
  private final BusOptions options =
      new BusOptions()
          .setToAdapter(TO_ADAPTER)
          .setFromAdapter(FROM_ADAPTER)
          .setPlainBuffers(true)
          .setWindow(4)
          .setFarewell(Duration.ofMillis(FOR_EVER_MS))
          .setClock(clock);
  private boolean answersEnd = true;
  private Context context;
  private MessageConsumer<Object> adapter;
  private BusBridge bridge;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @BeforeEach
  void openTheBridge() throws Exception {
    context = ((VertxInternal) vertx).createEventLoopContext();
    OnContext.run(
        context,
        () -> adapter = vertx.eventBus().localConsumer(TO_ADAPTER, this::onAdapterMessage));
    Future<BusBridge> opened =
        OnContext.call(context, () -> BusBridge.open(vertx, transport, options));
    OnContext.settle(context);
    bridge = opened.result();
    EndOf.bridge(bridge, ends::add);
  }

  @AfterEach
  void closeLeavesNothing() throws Exception {
    Future<Void> closed = bridge.close();
    OnContext.settle(context);
    OnContext.run(context, () -> adapter.unregister());
    OnContext.settle(context);
    assertTrue(closed.succeeded());
    assertEquals(1, transport.closes);
    assertEquals(1, ends.size());
    assertEquals(0, clock.timers());
    assertEquals(ReplyFailure.NO_HANDLERS, failure(FROM_ADAPTER).failureType());
  }

  private static ReplyException failure(String address) {
    return (ReplyException)
        assertThrows(
                CompletionException.class,
                () ->
                    vertx
                        .eventBus()
                        .request(address, Buffer.buffer())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join())
            .getCause();
  }

  private void onAdapterMessage(Message<Object> message) {
    String report = message.headers().get(BusMessages.LINK);
    if (report == null) {
      packets.add(((Buffer) message.body()).getBytes());
      return;
    }
    String number = message.headers().get(BusMessages.NUMBER);
    String reason = message.headers().get(BusMessages.REASON);
    if (answersEnd && report.equals(BusMessages.CLOSED)) sendReport(BusMessages.CLOSED);
    reports.add(report + (number == null ? "" : " " + number) + (reason == null ? "" : reason));
  }

  private void send(byte[] bytes) throws Exception {
    vertx.eventBus().send(FROM_ADAPTER, Buffer.buffer(bytes));
    OnContext.settle(context);
  }

  private void report(String value, String... more) throws Exception {
    sendReport(value, more);
    OnContext.settle(context);
  }

  private void sendReport(String value, String... more) {
    DeliveryOptions delivery = new DeliveryOptions().addHeader(BusMessages.LINK, value);
    for (int i = 0; i < more.length; i += 2) delivery.addHeader(more[i], more[i + 1]);
    vertx.eventBus().send(FROM_ADAPTER, Buffer.buffer(), delivery);
  }

  private void advanceMs(long ms) throws Exception {
    OnContext.run(context, () -> clock.advanceMs(ms));
    OnContext.settle(context);
  }

  private void writable() throws Exception {
    OnContext.run(
        context,
        () -> {
          transport.full = false;
          transport.receiver.onWritable();
        });
    OnContext.settle(context);
  }

  private BusBridgeCounters counters() throws Exception {
    Future<BusBridgeCounters> counters = bridge.counters();
    OnContext.settle(context);
    return counters.result();
  }

  @Test
  void packets_passBothWays() throws Exception {
    byte[] one = TestPackets.v4(40, 1);
    byte[] two = TestPackets.v6(60, 2);
    send(TestPackets.concat(List.of(one, two)));
    assertArrayEquals(one, transport.sent.get(0));
    assertArrayEquals(two, transport.sent.get(1));
    OnContext.run(context, () -> transport.deliver(two, one));
    OnContext.settle(context);
    assertArrayEquals(TestPackets.concat(List.of(two, one)), packets.get(0));
    assertEquals(2, counters().bus().packetsIn());
    assertEquals(2, counters().bus().packetsOut());
  }

  @Test
  void bridge_announcesItself_andIsHeardRegularly() throws Exception {
    assertEquals(List.of("alive"), reports);
    advanceMs(9_000);
    assertEquals(List.of("alive", "alive", "alive", "alive"), reports);
  }

  @Test
  void transportThatIsAway_isSaidAgainWithEachSignOfLife_andACauseWithoutWordsByItsName()
      throws Exception {
    reports.clear();
    OnContext.run(context, () -> transport.receiver.onAway(new IllegalStateException(""), 5));
    OnContext.settle(context);
    advanceMs(3_000);
    String away = "awayIllegalStateException";
    assertEquals(List.of(away, "alive", away), reports);
  }

  @Test
  void adapterThatComesLater_isToldAtOnce() throws Exception {
    reports.clear();
    send(TestPackets.v4(40, 1));
    send(TestPackets.v4(40, 2));
    assertEquals(List.of("alive"), reports);
  }

  @Test
  void fullTransport_isReported_untilItHasRoom_andNothingIsLost() throws Exception {
    reports.clear();
    transport.full = true;
    for (int i = 0; i < 8; i++) send(TestPackets.v4(40, i));
    assertEquals(List.of("alive", "full"), reports);
    advanceMs(300);
    assertEquals(List.of("alive", "full", "full", "full", "full"), reports);
    assertEquals(8, counters().queued());
    reports.clear();
    writable();
    assertEquals(List.of("writable"), reports);
    assertEquals(8, transport.sent.size());
    for (int i = 0; i < 8; i++) assertArrayEquals(TestPackets.v4(40, i), transport.sent.get(i));
    assertEquals(0, counters().overflowed());
    assertEquals(8, counters().mostQueued());
    advanceMs(1000);
    assertEquals(List.of("writable"), reports);
  }

  @Test
  void transportThatFillsUp_isReported_beforeAnythingMustWait() throws Exception {
    reports.clear();
    transport.full = true;
    OnContext.run(context, () -> transport.receiver.onWritable()); // May come without need.
    assertEquals(List.of(), reports.stream().filter(BusMessages.WRITABLE::equals).toList());
    OnContext.settle(context);
    assertEquals(List.of("full"), reports);
  }

  @Test
  void moreThanTheQueueHolds_isDroppedAndCounted() throws Exception {
    transport.full = true;
    for (int i = 0; i < 11; i++) send(TestPackets.v4(40, i));
    assertEquals(3, counters().overflowed());
    assertEquals(8, counters().mostQueued());
    writable();
    assertEquals(8, transport.sent.size());
  }

  @Test
  void mark_isAnswered_onceTheQueueHasRoomForAnotherWindow() throws Exception {
    reports.clear();
    report(BusMessages.MARK, BusMessages.NUMBER, "1");
    assertEquals(List.of("alive", "marked 1"), reports);
    transport.full = true;
    for (int i = 0; i < 4; i++) send(TestPackets.v4(40, i));
    report(BusMessages.MARK, BusMessages.NUMBER, "2");
    send(TestPackets.v4(40, 4));
    report(BusMessages.MARK, BusMessages.NUMBER, "3");
    report(BusMessages.MARK, BusMessages.NUMBER, "4");
    assertEquals(List.of("alive", "marked 1", "full", "marked 2"), reports);
    writable();
    assertEquals(List.of("alive", "marked 1", "full", "marked 2", "marked 4", "writable"), reports);
  }

  @Test
  void packetsForAnAdapterThatDoesNotKeepUp_areDropped_beyondTheWindow() throws Exception {
    report(BusMessages.ALIVE);
    for (int i = 0; i < 6; i++) {
      int fill = i;
      OnContext.run(context, () -> transport.deliver(TestPackets.v4(40, fill)));
    }
    OnContext.settle(context);
    assertEquals(4, packets.size());
    assertEquals(2, counters().bus().droppedOut());
    report(BusMessages.MARKED, BusMessages.NUMBER, "4");
    OnContext.run(context, () -> transport.deliver(TestPackets.v4(40, 9)));
    OnContext.settle(context);
    assertEquals(5, packets.size());
  }

  @Test
  void endOfTheTransport_isToldWithItsReason() throws Exception {
    reports.clear();
    transport.full = true;
    send(TestPackets.v4(40, 1));
    OnContext.run(context, () -> transport.receiver.onClosed(new TransportException("it broke")));
    OnContext.settle(context);
    assertEquals(List.of("alive", "full", "closedit broke"), reports);
    assertEquals("it broke", ends.get(0).getMessage());
    assertEquals(1, counters().overflowed());
    assertEquals(0, counters().queued());
  }

  @Test
  void cleanEndOfTheTransport_isToldWithoutAReason() throws Exception {
    reports.clear();
    OnContext.run(context, () -> transport.receiver.onClosed(null));
    OnContext.settle(context);
    assertEquals(List.of("closed"), reports);
    assertNull(ends.get(0));
  }

  @Test
  void closedBridge_tellsTheAdapter() throws Exception {
    reports.clear();
    bridge.close();
    OnContext.settle(context);
    assertEquals(List.of("closed"), reports);
    OnContext.run(context, () -> transport.deliver(TestPackets.v4(40, 1)));
    OnContext.settle(context);
    assertEquals(List.of(), packets);
  }

  /** It may send until it has heard of the end, which it says then. */
  @Test
  void closedBridge_hearsAnAdapterOut_thatWasHeardAndNotAnnounced() throws Exception {
    answersEnd = false;
    send(TestPackets.v4(40, 1));
    Future<Void> closed = bridge.close();
    OnContext.settle(context);
    assertFalse(closed.isComplete());
    send(TestPackets.v4(40, 2));
    assertEquals(1, transport.sent.size());
    report(BusMessages.CLOSED);
    assertTrue(closed.succeeded());
  }

  @Test
  void closedAdapter_closesTheTransport_behindWhatItSentBefore() throws Exception {
    reports.clear();
    vertx.eventBus().send(FROM_ADAPTER, Buffer.buffer(TestPackets.v4(40, 1)));
    report(BusMessages.CLOSED);
    assertEquals(1, transport.sent.size());
    assertEquals(1, transport.closes);
    assertNull(ends.get(0));
    assertEquals(List.of("alive", "closed"), reports);
  }

  @Test
  void closedAdapter_lastPacketsStillGoOut_ifTheTransportTakesThemInTime() throws Exception {
    transport.full = true;
    send(TestPackets.v4(40, 1));
    report(BusMessages.CLOSED);
    advanceMs(999);
    assertEquals(0, transport.closes);
    writable();
    assertEquals(1, transport.sent.size());
    assertEquals(1, transport.closes);
  }

  @Test
  void closedAdapter_doesNotWaitForATransportThatTakesNothing() throws Exception {
    transport.full = true;
    send(TestPackets.v4(40, 1));
    report(BusMessages.CLOSED);
    advanceMs(1000);
    assertEquals(1, transport.closes);
    assertEquals(1, counters().overflowed());
  }

  @Test
  void adapterThatVanishes_isMissed_onceItAnnouncedItself() throws Exception {
    report(BusMessages.ALIVE);
    advanceMs(100_000);
    assertEquals(0, transport.closes, "who consumes in this process lives, however long silent");
    OnContext.run(context, () -> adapter.unregister());
    advanceMs(10_000);
    assertEquals(1, transport.closes);
    assertEquals("no consumer at " + TO_ADAPTER + " any more", ends.get(0).getMessage());
  }

  @Test
  void transportThatCannotOpen_failsTheBridge_andTellsTheAdapter() throws Exception {
    bridge.close();
    OnContext.settle(context);
    reports.clear();
    PipeTransport.Pair pipe = PipeTransport.pair();
    pipe.left().close();
    Future<BusBridge> opened =
        OnContext.call(context, () -> BusBridge.open(vertx, pipe.left(), options));
    OnContext.settle(context);
    assertEquals("this end of the pipe was opened before", opened.cause().getMessage());
    assertEquals(List.of("closedthis end of the pipe was opened before"), reports);
  }

  @Test
  void undeployedVerticle_closesItsBridge() throws Exception {
    bridge.close();
    OnContext.settle(context);
    FakeTransport other = new FakeTransport(false);
    BusOptions quiet = new BusOptions().setToAdapter("nobody").setFromAdapter("nobody.from");
    String id =
        vertx
            .deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    return BusBridge.open(vertx, other, quiet);
                  }
                })
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    assertEquals(0, other.closes);
    vertx.undeploy(id).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    assertEquals(1, other.closes);
    assertEquals(ReplyFailure.NO_HANDLERS, failure("nobody.from").failureType());
  }

  @Test
  void bridgeWithoutAContext_getsOneOfItsOwn() throws Exception {
    bridge.close();
    OnContext.settle(context);
    FakeTransport other = new FakeTransport(false);
    BusOptions quiet = new BusOptions().setToAdapter("nobody").setFromAdapter("nobody.from");
    BusBridge alone =
        BusBridge.open(vertx, other, quiet)
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    alone.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    assertEquals(1, other.closes);
    assertFalse(failure("nobody.from").failureType() == ReplyFailure.TIMEOUT);
  }
}
