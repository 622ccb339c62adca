package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.FakeTransport;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport with faults: both directions, its one timer, its end. */
@Timeout(300)
class FaultyTransportTest {
  private static Vertx vertx;

  private final FakeTransport inner = new FakeTransport(false);
  private final ManualClock clock = new ManualClock();
  private final PacketBatchPool pool = new PacketBatchPool();
  private Context home;
  private RecordingReceiver receiver;
  private FaultyTransport transport;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @BeforeEach
  void context() {
    home = ((VertxInternal) vertx).createEventLoopContext();
    receiver = new RecordingReceiver(home);
  }

  @AfterEach
  void nothingWrong() {
    assertEquals(List.of(), receiver.faults);
  }

  private void with(String spec, OnContext.Step step) throws Exception {
    transport = new FaultyTransport(inner, FaultSpec.parse(spec), clock);
    OnContext.run(
        home,
        () -> {
          transport.open(home, receiver);
          step.run();
        });
  }

  private void send(int... lengths) {
    byte[][] packets =
        Arrays.stream(lengths).mapToObj(n -> TestPackets.v4(n, 0)).toArray(byte[][]::new);
    transport.send(TestPackets.batch(pool, packets));
  }

  private List<Integer> sentLengths() {
    return inner.sent.stream().map(p -> p.length).toList();
  }

  @Test
  void bothDirections_areDelayed_byOneTimer_andAnIdleLinkHasNone() throws Exception {
    with(
        "delay=20ms,seed=1",
        () -> {
          assertEquals(0, clock.timers());
          send(30, 31);
          clock.advanceMs(5);
          inner.deliver(TestPackets.v4(40, 0));
          assertEquals(1, clock.timers());
          clock.advanceMs(14);
          assertEquals(0, inner.sent.size());
          clock.advanceMs(1);
          assertEquals(List.of(30, 31), sentLengths());
          assertEquals(0, receiver.packets.size());
          clock.advanceMs(5);
          assertEquals(1, receiver.packets.size());
          assertEquals(0, clock.timers());
          assertEquals(1, pool.idle());
        });
  }

  @Test
  void withoutTimeFaults_packetsPassAtOnce_inTheirBatch() throws Exception {
    with(
        "loss=0,seed=1",
        () -> {
          send(30, 31, 32);
          inner.deliver(TestPackets.v4(40, 0), TestPackets.v4(41, 0));
          assertEquals(List.of(30, 31, 32), sentLengths());
          assertEquals(List.of(2), receiver.batchSizes);
          assertEquals(0, clock.timers());
        });
  }

  @Test
  void eachDirection_hasItsOwnRandomStream() throws Exception {
    with(
        "loss=0.5,seed=7",
        () -> {
          List<Integer> in = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            send(100 + i);
            inner.deliver(TestPackets.v4(100 + i, 0));
          }
          receiver.packets.forEach(p -> in.add(p.length));
          assertNotEquals(in, sentLengths());
          assertEquals(200 - inner.sent.size(), transport.outbound().lost());
          assertEquals(200 - in.size(), transport.inbound().lost());
        });
  }

  @Test
  void sameSeed_givesTheSameFaults_whateverTheOtherDirectionCarries() throws Exception {
    String spec = "loss=0.2,duplicate=0.1,corrupt=0.1,reorder=0.1,seed=11";
    List<byte[]> first = new ArrayList<>();
    with(
        spec,
        () -> {
          for (int i = 0; i < 300; i++) send(100 + i);
          clock.advanceMs(50);
          first.addAll(inner.sent);
          inner.sent.clear();
        });
    with(
        spec,
        () -> {
          for (int i = 0; i < 300; i++) {
            send(100 + i);
            inner.deliver(TestPackets.v4(50, i));
          }
          clock.advanceMs(50);
          assertEquals(first.size(), inner.sent.size());
          for (int i = 0; i < first.size(); i++) {
            assertArrayEquals(first.get(i), inner.sent.get(i));
          }
        });
  }

  @Test
  void fullTransportBeneath_holdsTheSender_andNothingIsLost() throws Exception {
    with(
        "delay=1ms,seed=1",
        () -> {
          send(30);
          inner.full = true;
          clock.advanceMs(5);
          assertEquals(0, inner.sent.size());
          assertTrue(transport.isFull());
          inner.full = false;
          inner.receiver.onWritable();
          assertEquals(List.of(30), sentLengths());
          assertEquals(1, receiver.writable);
          assertFalse(transport.isFull());
        });
  }

  @Test
  void packetsDueBetweenTwoTimers_doNotMakeItFull() throws Exception {
    with(
        "delay=1500us,seed=1",
        () -> {
          send(30);
          clock.advanceMs(1);
          assertFalse(transport.isFull());
          send(31);
          clock.advanceMs(1);
          assertEquals(List.of(30), sentLengths());
          clock.advanceMs(1);
          assertEquals(List.of(30, 31), sentLengths());
        });
  }

  @Test
  void close_sendsWhatIsUnderWay_andLeavesNoTimer() throws Exception {
    with(
        "delay=20ms,seed=1",
        () -> {
          send(30);
          inner.deliver(TestPackets.v4(40, 0));
          transport.close();
          assertEquals(List.of(30), sentLengths());
          assertEquals(0, clock.timers());
          clock.advanceMs(100);
          assertEquals(0, receiver.packets.size());
          assertEquals(1, inner.closes);
          send(31);
          assertEquals(List.of(30), sentLengths());
        });
  }

  @Test
  void endOfTheTransportBeneath_isPassedOn_andLeavesNoTimer() throws Exception {
    with(
        "delay=20ms,seed=1",
        () -> {
          send(30);
          inner.receiver.onClosed(new IOException("cut"));
          assertEquals("cut", receiver.onlyCause());
          assertEquals(0, clock.timers());
        });
  }
}
