package dev.jktcp.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** The ECN field of a packet is marked in place and its checksum stays right (RFC 3168 §5). */
class CongestionMarkTest {
  private static byte[] packet(boolean v6, int trafficClass) {
    TestPacket p = new TestPacket();
    p.src = IpAddress.parse(v6 ? "fd00::2" : "10.0.0.2").toBytes();
    p.dst = IpAddress.parse(v6 ? "fd00::1" : "10.0.0.1").toBytes();
    p.srcPort = 7;
    p.dstPort = 9;
    p.flags = TestPacket.ACK;
    p.trafficClass = trafficClass;
    p.payload = new byte[] {1, 2, 3};
    return p.encode();
  }

  @Test
  @Rfc("3168 §5")
  void packetOfAnEcnCapableSender_isMarked_andIntact() {
    for (boolean v6 : new boolean[] {false, true}) {
      for (int trafficClass = 0; trafficClass < 256; trafficClass++) {
        int codepoint = trafficClass & 3;
        byte[] marked = packet(v6, trafficClass);
        if (codepoint == 0 || codepoint == 3) {
          assertFalse(CongestionMark.set(marked, 0, marked.length));
          assertArrayEquals(packet(v6, trafficClass), marked);
        } else {
          assertTrue(CongestionMark.set(marked, 0, marked.length));
          TestPacket read = TestPacket.decode(marked, 0, marked.length); // judges all checksums
          assertEquals(trafficClass | 3, read.trafficClass);
          assertEquals(3, read.payload.length);
        }
      }
    }
  }

  @Test
  void whatIsNoIpPacket_isLeftAlone() {
    assertFalse(CongestionMark.set(new byte[0], 0, 0));
    assertFalse(CongestionMark.set(new byte[19], 0, 19));
    byte[] other = new byte[40];
    other[0] = 0x52;
    other[1] = 2;
    assertFalse(CongestionMark.set(other, 0, 40));
  }
}
