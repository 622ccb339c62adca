package dev.jktcp.transport;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.pcap.PcapSink;
import dev.jktcp.testkit.FakeReadStream;
import dev.jktcp.testkit.FakeWriteStream;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A capture shows both directions in their order and changes nothing. */
@Timeout(300)
class CapturingTransportTest {
  private Vertx vertx;
  private Context home;
  private final FakeReadStream in = new FakeReadStream();
  private final FakeWriteStream out = new FakeWriteStream();
  private final ManualClock clock = new ManualClock();
  private final PacketBatchPool pool = new PacketBatchPool();
  private final List<String> shown = new ArrayList<>();
  private final PcapSink sink =
      (bytes, offset, length, nanoTime) ->
          shown.add(length + "@" + (nanoTime / 1_000_000) + " " + bytes[offset + length - 1]);
  private CapturingTransport transport;
  private RecordingReceiver receiver;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    home = ((VertxInternal) vertx).createEventLoopContext();
    receiver = new RecordingReceiver(home);
    transport =
        new CapturingTransport(
            PacketTransport.of(in, out, new StreamTransportOptions().setName("x")),
            clock::nanoTime);
    OnContext.run(home, () -> assertTrue(transport.open(home, receiver).succeeded()));
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    assertEquals(List.of(), receiver.faults);
  }

  private void send(int length, int fill) {
    transport.send(TestPackets.batch(pool, TestPackets.v4(length, fill)));
  }

  @Test
  void bothDirections_areShownInWireOrder_onlyWhileCapturing() throws Exception {
    OnContext.run(
        home,
        () -> {
          send(30, 0);
          transport.capture(sink);
          clock.jumpTo(5_001 * MS);
          send(31, 0);
          in.emit(TestPackets.concat(List.of(TestPackets.v4(32, 0), TestPackets.v4(33, 0))));
          clock.advanceMs(2);
          send(34, 0);
          transport.capture(null);
          in.emit(TestPackets.v4(35, 0));
        });
    assertEquals(List.of("31@5001 30", "32@5001 31", "33@5001 32", "34@5003 33"), shown);
    assertEquals(3, out.written.size());
    assertEquals(3, receiver.packets.size());
  }

  @Test
  void backPressure_passesThrough() throws Exception {
    OnContext.run(
        home,
        () -> {
          out.full = true;
          assertTrue(transport.isFull());
          out.drain();
        });
    assertEquals(1, receiver.writable);
    assertEquals("x", transport.capabilities().name());
  }

  @Test
  void end_andClose_passThrough() throws Exception {
    OnContext.run(home, in::end);
    OnContext.settle(home);
    assertEquals("clean", receiver.onlyCause());
    assertSame(transport.close(), transport.close());
  }
}
