package dev.jktcp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A packet costs no garbage, whether it is good or not: a flood must not become a pause. */
class HotPathAllocationTest {
  private static final int WARM_UP = 2_000;
  private static final int ROUNDS = 20_000;

  private interface Work {
    void run() throws Exception;
  }

  /** Less than one byte a round: what little there is belongs to the measurement and the JIT. */
  private static void assertAllocatesNothing(Work work) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < WARM_UP; i++) {
      work.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      work.run();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < ROUNDS, allocated + " bytes in " + ROUNDS + " rounds");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readingAPacket_allocatesNothing(boolean v6) throws Exception {
    byte[] packet = Packets.tcp(v6, Packets.hex("020405b4 0101080a0000000100000002"), new byte[99]);
    IpPacket ip = new IpPacket();
    TcpSegment segment = new TcpSegment();
    IpAddress dst = v6 ? Packets.V6_B : Packets.V4_B;
    assertAllocatesNothing(
        () -> {
          ip.parse(packet, 0, packet.length);
          segment.parse(ip, true);
          assertTrue(ip.dstMatches(dst));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusingAPacket_allocatesNothing(boolean v6) throws Exception {
    byte[] packet = Packets.tcp(v6, Packets.hex("0101080a0000000100000002"), new byte[99]);
    packet[packet.length - 1] ^= 1;
    IpPacket ip = new IpPacket();
    TcpSegment segment = new TcpSegment();
    assertAllocatesNothing(
        () -> {
          try {
            ip.parse(packet, 0, packet.length);
            segment.parse(ip, true);
          } catch (MalformedPacket e) {
            assertEquals(DropReason.BAD_TCP_CHECKSUM, e.reason());
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writingAPacket_allocatesNothing(boolean v6) throws Exception {
    byte[] b = new byte[1500];
    OutSegment.Payload payload = Packets.bytes(new byte[1000]);
    OutSegment segment = new OutSegment();
    IpAddress src = v6 ? Packets.V6_A : Packets.V4_A;
    IpAddress dst = v6 ? Packets.V6_B : Packets.V4_B;
    assertAllocatesNothing(
        () -> {
          segment.begin(src, 1, dst, 2).ip(64, 0).tcp(TcpSegment.SYN, 3, 4).window(5);
          segment.addMss(1460).addWindowScale(7).payload(payload, 1000);
          PacketWriter.tcp(b, 0, segment);
        });
  }

  @Test
  void cuttingAStream_allocatesNothing() throws Exception {
    byte[] packet = Packets.tcp(true, Packets.NONE, new byte[99]);
    PacketFramer framer = new PacketFramer();
    assertAllocatesNothing(
        () -> {
          framer.feed(packet, 0, 50);
          assertFalse(framer.next());
          framer.feed(packet, 50, packet.length - 50);
          assertTrue(framer.next());
          assertFalse(framer.next());
        });
  }
}
