package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.bench.MemoryStream;
import dev.jktcp.bench.MulticastReport;
import dev.jktcp.bench.StandInDevice;
import dev.jktcp.bench.StandInDevice.HangUp;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import dev.jktcp.wire.IpPacket;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stand-in does what it is said to, and CdTunnel bears with it. */
class StandInDeviceTest {
  private static final String GONE = "cdtunnel: the peer hung up before its answer";

  private static Vertx vertx;
  private static Context context;

  private MemoryStream toDevice;
  private MemoryStream toHost;
  private StandInDevice device;
  private RecordingReceiver behind;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
  }

  @AfterAll
  static void stop() {
    vertx.close();
  }

  @BeforeEach
  void plugIn() throws Exception {
    toDevice = new MemoryStream(context);
    toHost = new MemoryStream(context);
    PipeTransport.Pair pipe = PipeTransport.pair();
    device = new StandInDevice(context, toDevice, toHost, pipe.left(), 1);
    behind = new RecordingReceiver(context);
    OnContext.run(context, () -> pipe.right().open(context, behind));
  }

  private Future<CdTunnel> shake() throws Exception {
    Future<CdTunnel> shaken =
        OnContext.call(
            context,
            () -> {
              device.start();
              return CdTunnel.handshake(toHost, toDevice, new CdTunnelOptions());
            });
    OnContext.settle(context);
    return shaken;
  }

  private PacketTransport tunnel(RecordingReceiver receiver) throws Exception {
    PacketTransport transport = shake().result().transport();
    OnContext.run(context, () -> transport.open(context, receiver));
    OnContext.settle(context);
    return transport;
  }

  @Test
  void answerCutAtEveryPlace_isUnderstood_andTheReportBehindItArrives() throws Exception {
    device.cuts();
    shake();
    int length = device.answerBytes;
    for (int cut = 1; cut < length; cut++) {
      plugIn();
      device.cuts(cut);
      RecordingReceiver receiver = new RecordingReceiver(context);
      tunnel(receiver);
      assertEquals(16_000, device.requestedMtu);
      assertEquals(1, receiver.packets.size(), "cut at " + cut);
      assertArrayEquals(MulticastReport.packet(), receiver.packets.get(0), "cut at " + cut);
    }
  }

  @Test
  void report_isAPacketTheStackCanRead() throws Exception {
    byte[] report = MulticastReport.packet();
    IpPacket packet = new IpPacket();
    packet.parse(report, 0, report.length);
    assertEquals(58, packet.protocol());
    assertEquals(48, packet.payloadOffset());
  }

  @Test
  void hangUpInsteadOfAnAnswer_orInItsMiddle_isNamed() throws Exception {
    for (HangUp when : new HangUp[] {HangUp.INSTEAD_OF_ANSWER, HangUp.IN_MID_ANSWER}) {
      plugIn();
      device.hangsUp(when);
      assertEquals(GONE, shake().cause().getMessage());
    }
  }

  @Test
  void mergedWrite_losesAllButItsFirstPacket() throws Exception {
    shake();
    byte[] first = TestPackets.v6(60, 1);
    Buffer merged =
        Buffer.buffer(first).appendBytes(TestPackets.v6(70, 2)).appendBytes(TestPackets.v6(80, 3));
    OnContext.run(context, () -> toDevice.write(merged));
    OnContext.settle(context);
    assertEquals(2, device.droppedBehindFirst);
    assertEquals(1, behind.packets.size());
    assertArrayEquals(first, behind.packets.get(0));
  }

  @Test
  void packetAbove8192Bytes_isDropped_andOneOf8192IsNot() throws Exception {
    shake();
    OnContext.run(
        context,
        () -> {
          toDevice.write(Buffer.buffer(TestPackets.v6(8193, 1)));
          toDevice.write(Buffer.buffer(TestPackets.v6(8192, 2)));
        });
    OnContext.settle(context);
    assertEquals(1, device.droppedTooLarge);
    assertEquals(1, behind.packets.size());
  }

  @Test
  void burstBeyondItsQueue_isDropped() throws Exception {
    shake();
    OnContext.run(
        context,
        () ->
            IntStream.range(0, 50)
                .forEach(i -> toDevice.write(Buffer.buffer(TestPackets.v6(60, i)))));
    OnContext.settle(context);
    assertEquals(50 - StandInDevice.QUEUE_PACKETS, device.droppedQueueFull);
    assertEquals(StandInDevice.QUEUE_PACKETS, behind.packets.size());
  }

  @Test
  void batchFromTheHost_arrivesWhole_becauseItIsWrittenApart() throws Exception {
    RecordingReceiver receiver = new RecordingReceiver(context);
    PacketTransport transport = tunnel(receiver);
    byte[][] packets = new byte[20][];
    for (int i = 0; i < packets.length; i++) packets[i] = TestPackets.v6(1400, i);
    OnContext.run(context, () -> transport.send(TestPackets.batch(new PacketBatchPool(), packets)));
    OnContext.settle(context);
    OnContext.settle(context);
    assertEquals(20, behind.packets.size());
    assertEquals(0, device.droppedBehindFirst);
  }

  @Test
  void deviceThatVanishes_endsTheTransport() throws Exception {
    RecordingReceiver receiver = new RecordingReceiver(context);
    tunnel(receiver);
    OnContext.run(context, toHost::end);
    OnContext.settle(context);
    assertEquals("clean", receiver.onlyCause());
    assertTrue(receiver.faults.isEmpty(), receiver.faults.toString());
  }
}
