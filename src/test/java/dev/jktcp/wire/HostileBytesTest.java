package dev.jktcp.wire;

import static dev.jktcp.wire.Packets.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Arrays are exactly as long as the packet, so that a read past its end shows as an exception which
 * is not {@link MalformedPacket}; the timeout shows an endless loop.
 */
@Timeout(300)
class HostileBytesTest {
  private static final int ROUNDS = 200_000;

  private final IpPacket ip = new IpPacket();
  private final TcpSegment segment = new TcpSegment();
  private final Map<DropReason, Integer> seen = new EnumMap<>(DropReason.class);

  /** Reads everything there is to read; true when the packet was taken for good. */
  private boolean read(byte[] b, boolean verifyChecksum) {
    try {
      ip.parse(b, 0, b.length);
      assertTrue(ip.payloadOffset() >= 20);
      assertTrue(ip.payloadLength() >= 0);
      assertTrue(ip.payloadOffset() + ip.payloadLength() <= b.length);
      IcmpEcho.isRequest(ip);
      segment.parse(ip, verifyChecksum);
      assertTrue(segment.payloadLength() >= 0);
      assertEquals(b.length, ip.bytes().length);
      assertTrue(segment.payloadOffset() + segment.payloadLength() <= b.length);
      for (int i = 0; i < segment.sackBlocks(); i++) {
        segment.sackStart(i);
        segment.sackEnd(i);
      }
      return true;
    } catch (MalformedPacket e) {
      seen.merge(e.reason(), 1, Integer::sum);
      return false;
    }
  }

  @Test
  void randomArrays_areMalformedOrSane() {
    Random random = new Random(14);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] b = new byte[random.nextInt(160)];
      random.nextBytes(b);
      read(b, false);
    }
    assertTrue(seen.containsKey(DropReason.BAD_VERSION));
    assertTrue(seen.containsKey(DropReason.TRUNCATED));
  }

  @Test
  @Rfc("9293 MUST-7")
  void randomOptionsInAnIntactPacket_areBadOptionsOrSane() {
    Random random = new Random(15);
    int good = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] options = new byte[random.nextInt(TcpOptions.MAX_LENGTH + 1)];
      for (int i = 0; i < options.length; i++) {
        options[i] = (byte) (random.nextInt(5) == 0 ? random.nextInt() : random.nextInt(11));
      }
      good += read(Packets.tcp(random.nextBoolean(), options, NONE), true) ? 1 : 0;
    }
    int bad = seen.remove(DropReason.BAD_TCP_OPTION);
    assertEquals(Map.of(), seen);
    assertTrue(good > ROUNDS / 100 && bad > ROUNDS / 100, good + " good, " + bad + " bad");
  }

  @Test
  void randomExtensionHeaders_areMalformedOrSane() {
    int[] kinds = {0, 0, 43, 44, 44, 50, 51, 59, 60, 60, 60, IpPacket.TCP, IpPacket.ICMPV6};
    Random random = new Random(16);
    int good = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] payload = new byte[random.nextInt(160)];
      for (int i = 0; i < payload.length; i++) {
        payload[i] =
            switch (i % 8) {
              case 0 -> (byte) kinds[random.nextInt(kinds.length)];
              case 4 -> (byte) (random.nextInt(3) * 0x50); // where TCP keeps its data offset
              default -> (byte) random.nextInt(3);
            };
      }
      byte[] packet = Packets.ipv6(kinds[random.nextInt(kinds.length)], payload);
      good += read(packet, false) ? 1 : 0;
    }
    assertTrue(good > 0);
    for (DropReason reason :
        new DropReason[] {
          DropReason.TRUNCATED,
          DropReason.FRAGMENT,
          DropReason.BAD_EXTENSION_HEADER,
          DropReason.UNKNOWN_PROTOCOL
        }) {
      assertTrue(seen.containsKey(reason), reason + " never seen");
    }
  }

  @Test
  void packetsWithSeveralBytesChanged_areMalformedOrSane() {
    Random random = new Random(17);
    byte[][] originals = {
      Packets.tcp(false, Packets.hex("0101080a0000000100000002"), new byte[20]),
      Packets.tcp(true, Packets.hex("020405b40402030307"), new byte[20]),
      Packets.ipv4(IpPacket.ICMP, new byte[8], new byte[16]),
      Packets.ipv6(60, Packets.concat(Packets.hex("2c00010400000000"), new byte[30])),
    };
    for (int round = 0; round < ROUNDS; round++) {
      byte[] b = originals[round % originals.length].clone();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        b[random.nextInt(b.length)] = (byte) random.nextInt();
      }
      if (b[0] >> 4 == 4 && (b[0] & 0xF) >= 5 && (b[0] & 0xF) * 4 <= b.length) {
        Packets.fixV4Checksum(b); // or nothing would ever get past it
      }
      read(b, false);
    }
    assertTrue(seen.containsKey(DropReason.BAD_TCP_HEADER));
    assertTrue(seen.containsKey(DropReason.BAD_IP_HEADER));
    assertTrue(seen.containsKey(DropReason.FRAGMENT));
  }
}
