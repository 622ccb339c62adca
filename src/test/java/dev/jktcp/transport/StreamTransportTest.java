package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.FakeReadStream;
import dev.jktcp.testkit.FakeWriteStream;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport over any pair of streams: batches, back-pressure, order, its end. */
@Timeout(300)
class StreamTransportTest {
  private static Vertx vertx;

  private final FakeReadStream in = new FakeReadStream();
  private final FakeWriteStream out = new FakeWriteStream();
  private final ManualClock clock = new ManualClock();
  private final AtomicInteger closes = new AtomicInteger();
  private final PacketBatchPool pool = new PacketBatchPool(10_000, 4);
  private Context home;
  private Context elsewhere;
  private RecordingReceiver receiver;
  private PacketTransport transport;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @BeforeEach
  void contexts() {
    home = ((VertxInternal) vertx).createEventLoopContext();
    elsewhere = ((VertxInternal) vertx).createEventLoopContext();
    receiver = new RecordingReceiver(home);
  }

  @AfterEach
  void everyCallWasOnTheAdaptersContext() {
    assertEquals(List.of(), receiver.faults);
  }

  private StreamTransportOptions options() {
    return new StreamTransportOptions()
        .setName("test")
        .setClock(clock)
        .setCloser(
            () -> {
              closes.incrementAndGet();
              return Future.succeededFuture();
            });
  }

  private void open(StreamTransportOptions options) throws Exception {
    transport = PacketTransport.of(in, out, options);
    OnContext.run(home, () -> assertTrue(transport.open(home, receiver).succeeded()));
  }

  private void emit(byte[] bytes) throws Exception {
    OnContext.run(home, () -> in.emit(bytes));
  }

  private void send(byte[]... packets) throws Exception {
    OnContext.run(home, () -> transport.send(TestPackets.batch(pool, packets)));
  }

  @Test
  void readWithSeveralPackets_isOneBatch() throws Exception {
    open(options());
    emit(TestPackets.concat(List.of(TestPackets.v4(40, 1), TestPackets.v6(60, 2))));
    assertEquals(List.of(2), receiver.batchSizes);
    assertEquals(2, transport.counters().packetsIn());
    assertEquals(100, transport.counters().bytesIn());
  }

  @Test
  void bufferOverASlice_isCutFromWhereItBegins() throws Exception {
    open(options());
    byte[] padded = TestPackets.concat(List.of(new byte[13], TestPackets.v4(40, 1), new byte[7]));
    OnContext.run(home, () -> in.emit(Buffer.buffer(padded).slice(13, 53)));
    assertArrayEquals(TestPackets.v4(40, 1), receiver.packets.get(0));
  }

  @Test
  void firstBytes_comeBeforeTheStream() throws Exception {
    byte[] all = TestPackets.concat(List.of(TestPackets.v4(40, 1), TestPackets.v4(50, 2)));
    open(options().setFirstBytes(Buffer.buffer(Arrays.copyOf(all, 55))));
    OnContext.settle(home);
    emit(Arrays.copyOfRange(all, 55, 90));
    assertArrayEquals(TestPackets.v4(40, 1), receiver.packets.get(0));
    assertArrayEquals(TestPackets.v4(50, 2), receiver.packets.get(1));
  }

  @Test
  void streamOnAnotherContext_deliversHere_andIsStoppedAtTheWindow() throws Exception {
    open(options().setReceiveWindow(4));
    OnContext.run(
        home,
        () -> {
          // The adapter is busy: this handler does not return while the stream emits.
          OnContext.run(
              elsewhere,
              () -> {
                for (int i = 0; i < 10; i++) in.emit(TestPackets.v4(40, i));
              });
          assertEquals(6, in.waiting());
          assertEquals(0, receiver.packets.size());
        });
    OnContext.settle(home);
    assertEquals(10, receiver.packets.size());
    for (int i = 0; i < 10; i++) assertArrayEquals(TestPackets.v4(40, i), receiver.packets.get(i));
  }

  @Test
  void streamThatAnswersEachFetchAtOnce_keepsTheOrder_withoutRecursion() throws Exception {
    open(options().setReceiveWindow(2));
    int many = 20_000;
    OnContext.run(
        home,
        () -> {
          for (int i = 0; i < many; i++) in.queued.add(Buffer.buffer(TestPackets.v4(21, i)));
          in.emit(TestPackets.v4(22, 0));
        });
    while (receiver.packets.size() <= many) OnContext.settle(home);
    assertArrayEquals(TestPackets.v4(21, 19_999), receiver.packets.get(19_999));
    assertArrayEquals(TestPackets.v4(22, 0), receiver.packets.get(many));
  }

  @Test
  void byteStream_writesABatchAtOnce() throws Exception {
    open(options());
    send(TestPackets.v4(40, 1), TestPackets.v6(60, 2));
    assertEquals(1, out.written.size());
    assertEquals(100, out.written.get(0).length());
    assertEquals(2, transport.counters().packetsOut());
  }

  @Test
  void streamThatKeepsBuffers_doesNotSeeThemChange() throws Exception {
    open(options());
    send(TestPackets.v4(40, 1));
    send(TestPackets.v4(40, 2));
    assertArrayEquals(TestPackets.v4(40, 1), out.bytes().get(0));
  }

  @Test
  void streamDoneWithBuffersAfterTheWrite_getsTheBatchItself() throws Exception {
    open(options().setBufferFreeAfterWrite(true));
    out.holdWrites = true;
    PacketBatch batch = TestPackets.batch(pool, TestPackets.v4(40, 1));
    OnContext.run(home, () -> transport.send(batch));
    batch.bytes()[39] = 77;
    assertEquals(77, out.written.get(0).getByte(39));
    assertEquals(0, pool.idle());
    OnContext.run(home, out::completeOne);
    assertEquals(1, pool.idle());
  }

  @Test
  void datagrams_areOneWriteEach_andTheLastCompletionReleasesTheBatch() throws Exception {
    open(options().setByteStream(false));
    out.holdWrites = true;
    send(TestPackets.v4(40, 1), TestPackets.v6(60, 2), TestPackets.v4(20, 3));
    assertEquals(List.of(40, 60, 20), out.written.stream().map(Buffer::length).toList());
    OnContext.run(elsewhere, out::completeOne);
    OnContext.run(elsewhere, out::completeOne);
    assertEquals(0, pool.idle());
    OnContext.run(elsewhere, out::completeOne);
    assertEquals(1, pool.idle());
  }

  @Test
  void unmergedByteStream_writesAPacketOnlyWhenTheLastWriteCompleted() throws Exception {
    open(options().setMayMerge(false));
    out.holdWrites = true;
    send(TestPackets.v4(40, 1), TestPackets.v4(41, 2));
    send(TestPackets.v4(42, 3));
    List<Integer> seen = new ArrayList<>();
    while (!out.pending.isEmpty()) {
      assertEquals(1, out.pending.size());
      seen.add(out.written.get(out.written.size() - 1).length());
      OnContext.run(home, out::completeOne);
    }
    assertEquals(List.of(40, 41, 42), seen);
    assertEquals(2, pool.idle());
  }

  @Test
  void unmergedByteStream_overAStreamThatCompletesAtOnce_doesNotRecurse() throws Exception {
    open(options().setMayMerge(false).setMaxOutstandingBytes(1_000_000));
    byte[][] many = new byte[400][];
    Arrays.setAll(many, i -> TestPackets.v4(20, i));
    for (int i = 0; i < 50; i++) send(many);
    assertEquals(20_000, out.written.size());
  }

  @Test
  void bytesOutstandingAtTheLimit_fillTheTransport_untilHalfIsWritten() throws Exception {
    open(options().setMaxOutstandingBytes(400));
    out.holdWrites = true;
    for (int i = 0; i < 3; i++) send(TestPackets.v4(100, i));
    assertFalse(OnContext.call(home, transport::isFull));
    send(TestPackets.v4(100, 3));
    assertTrue(OnContext.call(home, transport::isFull));
    OnContext.run(home, out::completeOne);
    assertEquals(0, receiver.writable);
    OnContext.run(elsewhere, out::completeOne);
    OnContext.settle(home);
    assertEquals(1, receiver.writable);
    assertFalse(OnContext.call(home, transport::isFull));
    OnContext.run(home, out::completeAll);
    assertEquals(1, receiver.writable);
  }

  @Test
  void fullWriteQueue_fillsTheTransport_untilItDrains() throws Exception {
    open(options());
    out.full = true;
    assertTrue(OnContext.call(home, transport::isFull));
    OnContext.run(elsewhere, out::drain);
    OnContext.settle(home);
    assertEquals(1, receiver.writable);
  }

  @Test
  void batchSentWhileFull_orAboveTheMtu_isDroppedAndCounted() throws Exception {
    open(options().setMtu(50).setMaxOutstandingBytes(20));
    out.holdWrites = true;
    send(TestPackets.v4(51, 1), TestPackets.v4(20, 1));
    send(TestPackets.v4(20, 1));
    send(TestPackets.v4(20, 1));
    assertEquals(1, out.written.size());
    assertEquals(3, transport.counters().droppedOut());
    assertEquals(1, pool.idle());
  }

  @Test
  void batchSentWhenTheStreamBecameFullMeanwhile_isNotLost() throws Exception {
    open(options());
    assertFalse(OnContext.call(home, transport::isFull));
    out.full = true;
    send(TestPackets.v4(20, 1));
    assertEquals(1, out.written.size());
  }

  @Test
  void framingLost_endsTheTransport_andClosesWhatItOwns() throws Exception {
    open(options());
    emit(TestPackets.concat(List.of(TestPackets.v4(40, 1), new byte[] {0x11, 0x22})));
    OnContext.settle(home);
    assertEquals(1, receiver.packets.size());
    assertEquals(
        "framing lost at byte 40: a packet begins with IP version 4 or 6, not 1",
        receiver.onlyCause());
    assertEquals(1, closes.get());
    assertDetached();
  }

  @Test
  void endBetweenPackets_isClean() throws Exception {
    open(options());
    emit(TestPackets.v4(40, 1));
    OnContext.run(elsewhere, in::end);
    OnContext.settle(home);
    assertEquals("clean", receiver.onlyCause());
  }

  @Test
  void endInMidPacket_saysSo() throws Exception {
    open(options());
    emit(Arrays.copyOf(TestPackets.v4(40, 1), 39));
    OnContext.run(home, in::end);
    OnContext.settle(home);
    assertEquals("transport ended in the middle of a packet", receiver.onlyCause());
  }

  @Test
  void failureOfTheReadStream_comesAfterTheDataBeforeIt() throws Exception {
    open(options());
    OnContext.run(
        elsewhere,
        () -> {
          in.emit(TestPackets.v4(40, 1));
          in.fail(new IOException("cable cut"));
          in.end();
        });
    OnContext.settle(home);
    assertEquals(1, receiver.packets.size());
    assertEquals("test: cable cut", receiver.onlyCause());
  }

  @Test
  void failedWrite_endsTheTransport_butNotFromWithinSend() throws Exception {
    open(options());
    out.failWrites = new IOException("gone");
    OnContext.run(
        home,
        () -> {
          transport.send(TestPackets.batch(pool, TestPackets.v4(40, 1)));
          assertEquals(0, receiver.closed.size());
          assertTrue(transport.isFull());
        });
    OnContext.settle(home);
    assertEquals("test: gone", receiver.onlyCause());
    assertEquals(1, pool.idle());
  }

  @Test
  void failureOfTheWriteStream_endsTheTransportOnce() throws Exception {
    open(options());
    OnContext.run(
        elsewhere,
        () -> {
          out.exceptionHandler.handle(new IOException("gone"));
          in.fail(new IOException("gone too"));
        });
    OnContext.settle(home);
    assertEquals("test: gone", receiver.onlyCause());
  }

  @Test
  void close_waitsForWritesUnderWay_thenClosesWhatItOwns() throws Exception {
    open(options().setMayMerge(false));
    out.holdWrites = true;
    send(TestPackets.v4(40, 1), TestPackets.v4(41, 2));
    Future<Void> closed = transport.close();
    OnContext.settle(home);
    assertFalse(closed.isComplete());
    OnContext.run(home, out::completeOne);
    assertEquals(0, closes.get());
    OnContext.run(home, out::completeOne);
    assertTrue(closed.succeeded());
    assertEquals(1, closes.get());
    assertEquals(0, clock.timers());
    assertEquals(List.of(), receiver.closed);
    assertDetached();
  }

  @Test
  void close_withAPeerThatTakesNothing_endsAtTheTimeout_andReleasesEverything() throws Exception {
    open(options().setMayMerge(false));
    out.holdWrites = true;
    send(TestPackets.v4(40, 1), TestPackets.v4(41, 2));
    send(TestPackets.v4(42, 1));
    Future<Void> closed = transport.close();
    OnContext.run(home, () -> clock.advanceMs(999));
    assertFalse(closed.isComplete());
    OnContext.run(home, () -> clock.advanceMs(1));
    assertTrue(closed.succeeded());
    assertEquals(1, pool.idle());
    OnContext.run(home, out::completeOne);
    assertEquals(2, pool.idle());
    assertEquals(2, closes.get() + out.written.size());
  }

  @Test
  void close_isIdempotent_andNothingIsHeardAfterIt() throws Exception {
    open(options());
    OnContext.run(
        home,
        () -> {
          transport.close();
          assertNull(in.handler);
          transport.close();
          transport.send(TestPackets.batch(pool, TestPackets.v4(40, 1)));
        });
    assertEquals(1, closes.get());
    assertEquals(List.of(), receiver.closed);
    assertEquals(1, transport.counters().droppedOut());
  }

  @Test
  void close_beforeOpen_closesWhatItOwns_andOpenFails() throws Exception {
    transport = PacketTransport.of(in, out, options());
    assertTrue(transport.close().succeeded());
    assertEquals(1, closes.get());
    OnContext.run(home, () -> assertTrue(transport.open(home, receiver).failed()));
  }

  @Test
  void secondOpen_fails() throws Exception {
    open(options());
    OnContext.run(home, () -> assertTrue(transport.open(home, receiver).failed()));
  }

  private void assertDetached() {
    assertNull(in.handler);
    assertNull(in.endHandler);
    assertNull(in.exceptionHandler);
    assertNull(out.drainHandler);
    assertNull(out.exceptionHandler);
  }
}
