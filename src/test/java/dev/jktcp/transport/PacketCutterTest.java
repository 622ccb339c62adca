package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.TestPackets;
import dev.jktcp.wire.FramingLost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A byte stream is cut into the same packets however it arrives. */
class PacketCutterTest {
  private static final int MTU = 65_575;

  private final TransportMeter meter = new TransportMeter();
  private final List<byte[]> packets = new ArrayList<>();
  private final List<byte[]> arrays = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();

  private void take(PacketBatch batch) {
    counts.add(batch.count());
    arrays.add(batch.bytes());
    for (int i = 0; i < batch.count(); i++) {
      int from = batch.offset(i);
      packets.add(Arrays.copyOfRange(batch.bytes(), from, from + batch.length(i)));
    }
    batch.release();
  }

  private PacketCutter stream() {
    return PacketCutter.ofStream(MTU, meter, this::take);
  }

  private static List<byte[]> mixed() {
    return List.of(
        TestPackets.v4(20, 1),
        TestPackets.v6(40, 2),
        TestPackets.v4(27, 3),
        TestPackets.v6(61, 4),
        TestPackets.v4(21, 5));
  }

  private void assertCut(List<byte[]> expected, String how) {
    assertEquals(expected.size(), packets.size(), how);
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), packets.get(i), how + ", packet " + i);
    }
  }

  @Test
  void streamReadInThreePieces_givesTheSamePackets_forEverySplit() throws FramingLost {
    List<byte[]> expected = mixed();
    byte[] all = TestPackets.concat(expected);
    for (int a = 0; a <= all.length; a++) {
      for (int b = a; b <= all.length; b++) {
        packets.clear();
        PacketCutter cutter = stream();
        cutter.onBytes(Arrays.copyOfRange(all, 0, a), 0, a);
        cutter.onBytes(all, a, b - a);
        cutter.onBytes(all, b, all.length - b);
        assertCut(expected, "split at " + a + " and " + b);
        assertFalse(cutter.midPacket());
      }
    }
  }

  @Test
  void streamReadInRandomPieces_givesTheSamePackets() throws FramingLost {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<byte[]> expected = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        expected.add(
            random.nextBoolean()
                ? TestPackets.v4(20 + random.nextInt(1500), i)
                : TestPackets.v6(40 + random.nextInt(3000), i));
      }
      byte[] all = TestPackets.concat(expected);
      packets.clear();
      PacketCutter cutter = stream();
      int most = 1 + random.nextInt(5000);
      for (int at = 0; at < all.length; ) {
        int n = Math.min(1 + random.nextInt(most), all.length - at);
        cutter.onBytes(Arrays.copyOfRange(all, at, at + n), 0, n);
        at += n;
      }
      assertCut(expected, "seed " + seed);
    }
  }

  @Test
  void wholePacketsOfARead_areOneBatchInPlace() throws FramingLost {
    byte[] all = TestPackets.concat(mixed());
    stream().onBytes(all, 0, all.length);
    assertEquals(List.of(5), counts);
    assertSame(all, arrays.get(0));
  }

  @Test
  void endInsideAPacket_isSeen() throws FramingLost {
    PacketCutter cutter = stream();
    cutter.onBytes(TestPackets.v4(30, 0), 0, 29);
    assertTrue(cutter.midPacket());
  }

  @Test
  void headerThatIsNoIpHeader_losesTheFraming_butNotThePacketsBefore() {
    byte[] good = TestPackets.v4(30, 0);
    byte[] all = Arrays.copyOf(good, 50);
    PacketCutter cutter = stream();
    FramingLost lost = assertThrows(FramingLost.class, () -> cutter.onBytes(all, 0, all.length));
    assertEquals(
        "framing lost at byte 30: a packet begins with IP version 4 or 6, not 0",
        lost.getMessage());
    cutter.flush();
    assertCut(List.of(good), "before the loss");
  }

  @Test
  void packetAboveTheReceiveMtu_isDroppedAndCounted_itsNeighboursStay() throws FramingLost {
    PacketCutter cutter = PacketCutter.ofStream(60, meter, this::take);
    byte[] all = TestPackets.concat(mixed());
    cutter.onBytes(all, 0, all.length);
    assertEquals(4, packets.size());
    assertEquals(1, meter.snapshot().droppedIn());
  }

  @Test
  void datagrams_areGathered_trimmedToTheirLength_andBadOnesDropped() throws FramingLost {
    PacketCutter cutter = PacketCutter.ofDatagrams(100, meter, this::take);
    byte[] padded = Arrays.copyOf(TestPackets.v4(28, 1), 46);
    byte[][] datagrams = {
      padded,
      new byte[] {0x20, 1, 2, 3},
      new byte[0],
      {0x45},
      Arrays.copyOf(TestPackets.v6(60, 2), 59),
      TestPackets.v4(101, 3),
      TestPackets.v6(44, 4),
    };
    for (byte[] d : datagrams) cutter.onBytes(d, 0, d.length);
    assertEquals(0, packets.size());
    cutter.flush();
    assertCut(List.of(TestPackets.v4(28, 1), TestPackets.v6(44, 4)), "datagrams");
    assertEquals(List.of(2), counts);
    assertEquals(5, meter.snapshot().droppedIn());
    assertFalse(cutter.midPacket());
  }
}
