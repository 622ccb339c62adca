package dev.jktcp.wire;

import static dev.jktcp.wire.Packets.NONE;
import static dev.jktcp.wire.Packets.concat;
import static dev.jktcp.wire.Packets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Echo requests and replies over both families (RFC 792, RFC 4443 §4). */
class IcmpEchoTest {
  private static byte[] request(boolean v6, int dataLength) {
    byte[] data = new byte[dataLength];
    new Random(dataLength).nextBytes(data);
    return message(v6, v6 ? 128 : 8, 0, data);
  }

  private static byte[] message(boolean v6, int type, int code, byte[] data) {
    byte[] message = concat(new byte[] {(byte) type, (byte) code}, hex("0000 beef 0007"), data);
    int protocol = v6 ? IpPacket.ICMPV6 : IpPacket.ICMP;
    long sum = v6 ? Checksum.pseudoHeader(Packets.V6_A, Packets.V6_B, protocol, message.length) : 0;
    int checksum = Checksum.finish(Checksum.add(sum, message, 0, message.length));
    Bytes.put16(message, 2, checksum);
    return v6 ? Packets.ipv6(protocol, message) : Packets.ipv4(protocol, NONE, message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void request_isAnsweredWithItsData(boolean v6) throws MalformedPacket {
    for (int dataLength = 0; dataLength < 100; dataLength++) {
      IpPacket request = Packets.parse(request(v6, dataLength));
      assertTrue(IcmpEcho.isIcmp(request));
      assertTrue(IcmpEcho.isRequest(request));
      byte[] b = new byte[200];
      int length = IcmpEcho.reply(request, b, 3, request.totalLength(), 99);
      assertEquals(request.totalLength(), length);

      IpPacket reply = new IpPacket();
      reply.parse(b, 3, length);
      assertEquals(request.dst(), reply.src());
      assertEquals(request.src(), reply.dst());
      assertEquals(99, reply.ttl());
      assertFalse(IcmpEcho.isRequest(reply)); // and so its checksum is right
      assertArrayEquals(
          Arrays.copyOfRange(request.bytes(), request.payloadOffset() + 4, request.bytes().length),
          Arrays.copyOfRange(b, reply.payloadOffset() + 4, 3 + length));
      assertEquals(v6 ? 129 : 0, b[reply.payloadOffset()] & 0xFF);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replyThatDoesNotFit_isNotWritten(boolean v6) throws MalformedPacket {
    IpPacket request = Packets.parse(request(v6, 50));
    byte[] b = new byte[request.totalLength()];
    assertEquals(0, IcmpEcho.reply(request, b, 0, b.length - 1, 64));
    assertArrayEquals(new byte[b.length], b);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void corruptOrShortMessage_isBadIcmp(boolean v6) throws MalformedPacket {
    byte[] packet = request(v6, 9);
    int header = PacketWriter.ipHeaderLength(v6);
    for (int bit = header * 8; bit < packet.length * 8; bit++) {
      byte[] flipped = packet.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertBadIcmp(Packets.parse(flipped));
    }
    for (int length = 0; length < 8; length++) {
      byte[] shortened = new byte[length];
      byte[] cut = v6 ? Packets.ipv6(58, shortened) : Packets.ipv4(1, NONE, shortened);
      assertBadIcmp(Packets.parse(cut));
    }
  }

  @Test
  void shortMessageWithACorrectChecksum_isBadIcmpAllTheSame() throws MalformedPacket {
    assertBadIcmp(Packets.parse(Packets.ipv4(IpPacket.ICMP, NONE, hex("0800f7ff"))));
    assertBadIcmp(Packets.parse(Packets.ipv4(IpPacket.ICMP, NONE, hex("0800f7ff000000"))));
  }

  private static void assertBadIcmp(IpPacket packet) {
    MalformedPacket e = assertThrows(MalformedPacket.class, () -> IcmpEcho.isRequest(packet));
    assertEquals(DropReason.BAD_ICMP, e.reason());
  }

  @Test
  void anythingElse_isNoRequest() throws MalformedPacket {
    for (int type = 0; type < 256; type++) {
      assertEquals(type == 8, IcmpEcho.isRequest(Packets.parse(message(false, type, 0, NONE))));
      assertEquals(type == 128, IcmpEcho.isRequest(Packets.parse(message(true, type, 0, NONE))));
    }
    assertFalse(IcmpEcho.isRequest(Packets.parse(message(false, 8, 1, NONE))));
    assertFalse(IcmpEcho.isRequest(Packets.parse(message(true, 128, 1, NONE))));
  }

  @Test
  void icmpOfTheOtherFamily_isNotIcmp() throws MalformedPacket {
    IpPacket v4 = Packets.parse(Packets.ipv4(IpPacket.ICMPV6, NONE, new byte[8]));
    IpPacket v6 = Packets.parse(Packets.ipv6(IpPacket.ICMP, new byte[8]));
    assertFalse(IcmpEcho.isIcmp(v4));
    assertFalse(IcmpEcho.isRequest(v4));
    assertFalse(IcmpEcho.isIcmp(v6));
    assertFalse(IcmpEcho.isRequest(v6));
  }
}
