package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets through a pipe in memory: order, back-pressure, its ends. */
@Timeout(300)
class PipeTransportTest {
  private static Vertx vertx;

  private final PacketBatchPool pool = new PacketBatchPool(1000, 8);
  private Context a;
  private Context b;
  private PacketTransport left;
  private PacketTransport right;
  private RecordingReceiver atLeft;
  private RecordingReceiver atRight;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @BeforeEach
  void makeThePair() {
    a = ((VertxInternal) vertx).createEventLoopContext();
    b = ((VertxInternal) vertx).createEventLoopContext();
    atLeft = new RecordingReceiver(a);
    atRight = new RecordingReceiver(b);
    PipeTransport.Pair pair =
        PipeTransport.pair(new PipeTransportOptions().setMtu(100).setMaxBatches(4));
    left = pair.left();
    right = pair.right();
  }

  @AfterEach
  void everyCallWasOnItsContext() {
    assertEquals(List.of(), atLeft.faults);
    assertEquals(List.of(), atRight.faults);
  }

  private void openLeft() throws Exception {
    OnContext.run(a, () -> assertTrue(left.open(a, atLeft).succeeded()));
  }

  private void openRight() throws Exception {
    OnContext.run(b, () -> assertTrue(right.open(b, atRight).succeeded()));
  }

  private void sendLeft(int fill) throws Exception {
    OnContext.run(a, () -> left.send(TestPackets.batch(pool, TestPackets.v4(40, fill))));
  }

  @Test
  void packetsPassBothWays_inOrder() throws Exception {
    openLeft();
    openRight();
    for (int i = 0; i < 3; i++) {
      int fill = i;
      sendLeft(fill);
      OnContext.run(b, () -> right.send(TestPackets.batch(pool, TestPackets.v6(60, fill))));
    }
    OnContext.settle(a, b);
    assertEquals(3, atRight.packets.size());
    assertEquals(3, atLeft.packets.size());
    assertArrayEquals(TestPackets.v4(40, 2), atRight.packets.get(2));
    assertArrayEquals(TestPackets.v6(60, 2), atLeft.packets.get(2));
    assertEquals(3, left.counters().packetsOut());
    assertEquals(180, left.counters().bytesIn());
  }

  /** Each answers whatever comes, on one event loop, until a task behind them has run. */
  @Test
  void endsThatAnswerEachOtherForEver_leaveTheirLoopToOthers() throws Exception {
    b = ((VertxInternal) vertx).contextBuilder().withEventLoop(loopOf(a)).build();
    atRight = new RecordingReceiver(b);
    boolean[] enough = new boolean[1];
    openLeft();
    openRight();
    atRight.onChange = () -> answer(right, enough);
    atLeft.onChange = () -> answer(left, enough);
    sendLeft(0);
    OnContext.run(a, () -> assertFalse(atRight.packets.isEmpty()));
    OnContext.run(a, () -> enough[0] = true);
    OnContext.settle(a, b);
    assertEquals(atRight.packets.size() + atLeft.packets.size(), sent(left) + sent(right));
  }

  private static EventLoop loopOf(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  private void answer(PacketTransport end, boolean[] enough) {
    if (!enough[0]) end.send(TestPackets.batch(pool, TestPackets.v4(40, 1)));
  }

  private static long sent(PacketTransport end) {
    return end.counters().packetsOut();
  }

  @Test
  void receiverThatThrows_isGivenTheNext() throws Exception {
    a.exceptionHandler(thrown -> {});
    b.exceptionHandler(thrown -> {});
    openLeft();
    openRight();
    atRight.onChange =
        () -> {
          throw new IllegalStateException("thrown by a test");
        };
    for (int i = 0; i < 3; i++) {
      sendLeft(i);
      OnContext.settle(a, b);
    }
    assertEquals(3, atRight.packets.size());
  }

  @Test
  void endWhoseVertxIsClosed_takesNothing_andHarmsNothing() throws Exception {
    Vertx other = Vertx.vertx();
    Context gone = ((VertxInternal) other).createEventLoopContext();
    openLeft();
    OnContext.run(gone, () -> right.open(gone, new RecordingReceiver(gone)));
    sendLeft(0);
    OnContext.settle(a, gone);
    other.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    for (int i = 0; i < 8; i++) sendLeft(i);
    OnContext.run(a, () -> assertFalse(left.isFull()));
    OnContext.run(a, () -> left.close());
  }

  @Test
  void batchItself_changesOwner() throws Exception {
    openLeft();
    PacketBatch[] got = new PacketBatch[1];
    OnContext.run(
        b,
        () ->
            right.open(
                b,
                new PacketTransport.Receiver() {
                  @Override
                  public void onBatch(PacketBatch batch) {
                    got[0] = batch;
                  }

                  @Override
                  public void onWritable() {}

                  @Override
                  public void onClosed(Throwable cause) {}
                }));
    PacketBatch sent = TestPackets.batch(pool, TestPackets.v4(40, 0));
    OnContext.run(a, () -> left.send(sent));
    OnContext.settle(a, b);
    assertEquals(sent, got[0]);
    assertEquals(0, pool.idle());
    got[0].release();
    assertEquals(1, pool.idle());
  }

  @Test
  void fullPipe_wakesTheSender_whenDrained_andDropsWhatIsSentMeanwhile() throws Exception {
    openLeft();
    for (int i = 0; i < 4; i++) {
      assertFalse(OnContext.call(a, left::isFull));
      sendLeft(i);
    }
    assertTrue(OnContext.call(a, left::isFull));
    sendLeft(9);
    assertEquals(1, left.counters().droppedOut());
    openRight();
    OnContext.settle(a, b);
    assertEquals(4, atRight.packets.size());
    assertEquals(1, atLeft.writable);
    assertFalse(OnContext.call(a, left::isFull));
  }

  @Test
  void packetAboveTheMtu_isDropped() throws Exception {
    openLeft();
    openRight();
    OnContext.run(a, () -> left.send(TestPackets.batch(pool, TestPackets.v4(101, 0))));
    OnContext.settle(a, b);
    assertEquals(0, atRight.packets.size());
    assertEquals(1, left.counters().droppedOut());
  }

  @Test
  void closedEnd_isHeardAtTheOther_afterWhatWasSentBefore() throws Exception {
    openLeft();
    openRight();
    OnContext.run(
        b,
        () -> {
          sendLeft(1);
          OnContext.run(a, () -> assertTrue(left.close().succeeded()));
        });
    OnContext.settle(a, b);
    assertEquals(1, atRight.packets.size());
    assertEquals("clean", atRight.onlyCause());
    assertEquals(List.of(), atLeft.closed);
    OnContext.run(b, () -> right.send(TestPackets.batch(pool, TestPackets.v4(40, 1))));
    assertEquals(1, right.counters().droppedOut());
    assertTrue(right.close().succeeded());
    assertEquals(1, pool.idle());
  }

  @Test
  void close_releasesWhatWaitedForIt() throws Exception {
    openLeft();
    sendLeft(1);
    sendLeft(2);
    assertTrue(right.close().succeeded());
    OnContext.settle(a, b);
    assertEquals("clean", atLeft.onlyCause());
    assertEquals(2, pool.idle());
    OnContext.run(b, () -> assertTrue(right.open(b, atRight).failed()));
  }
}
