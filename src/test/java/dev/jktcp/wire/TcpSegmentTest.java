package dev.jktcp.wire;

import static dev.jktcp.wire.Packets.NONE;
import static dev.jktcp.wire.Packets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP headers: what is read, which options, what is refused and why. */
@Timeout(300)
class TcpSegmentTest {
  private static final byte[] DATA = hex("00112233445566778899aa");

  private static TcpSegment withOptions(String options) throws MalformedPacket {
    return Packets.parseTcp(Packets.tcp(false, hex(options), DATA));
  }

  private static TcpSegment withFlags(int flags, int payloadLength) throws MalformedPacket {
    byte[] b = new byte[PacketWriter.headerLength(true, 0) + payloadLength];
    OutSegment segment =
        Packets.fromAToB(true, 1, 2)
            .tcp(flags, 3, 4)
            .window(5)
            .payload(Packets.bytes(new byte[payloadLength]), payloadLength);
    segment.urgentPointer = 6; // with or without its flag
    PacketWriter.tcp(b, 0, segment);
    return Packets.parseTcp(b);
  }

  /** Takes a header's checksum as correct, so that the field under test is what is judged. */
  private static DropReason unverified(byte[] packet) {
    try {
      new TcpSegment().parse(Packets.parse(packet), false);
      return null;
    } catch (MalformedPacket e) {
      return e.reason();
    }
  }

  @Test
  void eachControlBit_isReadAlone() throws MalformedPacket {
    for (int flags = 0; flags < 256; flags++) {
      TcpSegment segment = withFlags(flags, 7);
      assertEquals(flags, segment.flags());
      assertEquals((flags & 1) != 0, segment.fin());
      assertEquals((flags & 2) != 0, segment.syn());
      assertEquals((flags & 4) != 0, segment.rst());
      assertEquals((flags & 8) != 0, segment.psh());
      assertEquals((flags & 16) != 0, segment.hasAck());
      assertEquals((flags & 32) != 0, segment.urg());
      assertEquals(7 + (flags & 1) + (flags >> 1 & 1), segment.length());
    }
  }

  @Test
  void portZero_isLegalHere() throws MalformedPacket {
    byte[] b = new byte[40];
    PacketWriter.tcp(b, 0, Packets.fromAToB(false, 0, 0).tcp(0, 0, 0));
    TcpSegment segment = Packets.parseTcp(b);
    assertEquals(0, segment.srcPort());
    assertEquals(0, segment.dstPort());
    assertEquals(0, segment.length());
  }

  @Test
  void windowWithItsTopBitSet_isBigNotNegative() throws MalformedPacket {
    byte[] b = new byte[40];
    OutSegment segment = Packets.fromAToB(false, 1, 2).tcp(TcpSegment.ACK, 0, 0);
    PacketWriter.tcp(b, 0, segment.window(0xFFFF).urgent(0xFFFE));
    assertEquals(0xFFFF, Packets.parseTcp(b).window());
    assertEquals(0xFFFE, Packets.parseTcp(b).urgentPointer());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("9293 MUST-3")
  void segmentWithAnyBitFlipped_isRefusedOrUnchanged(boolean v6) throws MalformedPacket {
    byte[] packet = Packets.tcp(v6, hex("0101080a 11223344 55667788"), DATA);
    TcpSegment intact = Packets.parseTcp(packet.clone());
    for (int bit = 0; bit < packet.length * 8; bit++) {
      byte[] flipped = packet.clone();
      flipped[bit / 8] ^= (byte) (0x80 >>> bit % 8);
      if (v6 && isUncovered(bit)) {
        assertSameSegment(intact, Packets.parseTcp(flipped));
      } else {
        assertNotNull(Packets.reason(flipped), "bit " + bit + " went unnoticed");
      }
    }
  }

  /** Traffic class, flow label and hop limit: no checksum covers them in IPv6. */
  private static boolean isUncovered(int bit) {
    return bit >= 4 && bit < 32 || bit >= 56 && bit < 64;
  }

  private static void assertSameSegment(TcpSegment expected, TcpSegment actual) {
    assertEquals(expected.srcPort(), actual.srcPort());
    assertEquals(expected.dstPort(), actual.dstPort());
    assertEquals(expected.seq(), actual.seq());
    assertEquals(expected.ack(), actual.ack());
    assertEquals(expected.flags(), actual.flags());
    assertEquals(expected.tsVal(), actual.tsVal());
    assertArrayEquals(
        Arrays.copyOfRange(expected.bytes(), expected.payloadOffset(), expected.bytes().length),
        Arrays.copyOfRange(actual.bytes(), actual.payloadOffset(), actual.bytes().length));
  }

  @Test
  void checksumTakenAsVerified_isNotLookedAt() throws MalformedPacket {
    byte[] packet = Packets.tcp(true, NONE, DATA);
    packet[packet.length - 1] ^= 1;
    assertEquals(DropReason.BAD_TCP_CHECKSUM, Packets.reason(packet));
    assertNull(unverified(packet));
  }

  @Test
  void anotherProtocol_isNoSegment() {
    assertEquals(DropReason.UNKNOWN_PROTOCOL, Packets.reason(Packets.ipv6(17, new byte[40])));
    assertEquals(DropReason.UNKNOWN_PROTOCOL, Packets.reason(Packets.ipv4(1, NONE, new byte[40])));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void segmentShorterThanItsHeader_isTruncated(boolean v6) {
    for (int length = 0; length < TcpSegment.HEADER; length++) {
      byte[] payload = new byte[length];
      byte[] packet = v6 ? Packets.ipv6(6, payload) : Packets.ipv4(6, NONE, payload);
      assertEquals(DropReason.TRUNCATED, Packets.reason(packet));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dataOffsetBelowFiveOrPastTheEnd_isABadHeader(boolean v6) {
    byte[] packet = Packets.tcp(v6, NONE, new byte[8]); // seven words in all
    int at = PacketWriter.ipHeaderLength(v6) + 12;
    for (int words = 0; words < 16; words++) {
      packet[at] = (byte) (words << 4);
      DropReason expected = words < 5 || words > 7 ? DropReason.BAD_TCP_HEADER : null;
      assertEquals(expected, unverified(packet), words + " words");
    }
  }

  @Test
  void noOptions_reportsNone() throws MalformedPacket {
    TcpSegment segment = withOptions("");
    assertEquals(-1, segment.mss());
    assertEquals(-1, segment.windowScale());
    assertFalse(segment.sackPermitted());
    assertFalse(segment.hasTimestamps());
    assertEquals(0, segment.sackBlocks());
  }

  @ParameterizedTest
  @Rfc("9293 MUST-4")
  @CsvSource({
    "020405b4, 1460",
    "01010101 020405b4, 1460",
    "020405b4 01010101, 1460",
    "0204ffff 00, 65535",
    "02040000 00000000, 0",
    "00000000, -1",
    "01010101, -1",
    "00 020405b4, -1", // nothing counts behind the end of the list
    "01 00 020405b4, -1",
  })
  void endNopAndMss_areUnderstoodInAnyCombination(String options, int mss) throws MalformedPacket {
    assertEquals(mss, withOptions(options).mss());
  }

  @ParameterizedTest
  @Rfc("9293 MUST-64")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void optionsAtAnyByteBoundary_areRead(int shift) throws MalformedPacket {
    String nops = "01".repeat(shift);
    TcpSegment syn = withOptions(nops + "020405b4 0303ff 0402 080a 80000001 ffffffff");
    assertEquals(1460, syn.mss());
    assertEquals(255, syn.windowScale());
    assertTrue(syn.sackPermitted());
    assertTrue(syn.hasTimestamps());
    assertEquals(0x8000_0001, syn.tsVal());
    assertEquals(-1, syn.tsEcr());

    TcpSegment ack = withOptions(nops + "0512 fffffff0 00000010 00000020 80000000");
    assertEquals(2, ack.sackBlocks());
    assertEquals(-16, ack.sackStart(0));
    assertEquals(16, ack.sackEnd(0));
    assertEquals(32, ack.sackStart(1));
    assertEquals(0x8000_0000, ack.sackEnd(1));
  }

  @Test
  void fourSackBlocks_fillTheHeader() throws MalformedPacket {
    StringBuilder blocks = new StringBuilder("0522");
    for (int i = 0; i < 8; i++) {
      blocks.append(String.format("%08x", i * 100));
    }
    TcpSegment segment = withOptions(blocks.toString());
    assertEquals(4, segment.sackBlocks());
    for (int i = 0; i < 4; i++) {
      assertEquals(i * 200, segment.sackStart(i));
      assertEquals(i * 200 + 100, segment.sackEnd(i));
    }
  }

  @Test
  void timestampsInTheUsualLayout_areReadLikeAnyOther() throws MalformedPacket {
    TcpSegment usual = withOptions("0101080a 01020304 05060708");
    TcpSegment other = withOptions("080a 01020304 05060708 0101");
    for (TcpSegment segment : new TcpSegment[] {usual, other}) {
      assertTrue(segment.hasTimestamps());
      assertEquals(0x01020304, segment.tsVal());
      assertEquals(0x05060708, segment.tsEcr());
      assertEquals(-1, segment.mss());
    }
  }

  /** As they are, and with any bit flipped. */
  @Test
  void synOptionsInTheUsualLayout_areReadLikeAnyOther() throws MalformedPacket {
    byte[] usual = hex("020405b4 0402080a 01020304 05060708 01030307");
    assertEquals("1460 7 true 01020304 05060708", synOptions(usual));
    for (int bit = 0; bit < 8 * usual.length; bit++) {
      byte[] flipped = usual.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      byte[] other = Arrays.copyOf(hex("01010101"), 4 + usual.length);
      System.arraycopy(flipped, 0, other, 4, usual.length);
      assertEquals(synOptions(other), synOptions(flipped), "bit " + bit);
    }
  }

  private static String synOptions(byte[] options) {
    try {
      TcpSegment segment = Packets.parseTcp(Packets.tcp(false, options, DATA));
      String timestamps =
          segment.hasTimestamps()
              ? String.format(" %08x %08x", segment.tsVal(), segment.tsEcr())
              : "";
      String rest = segment.sackPermitted() + timestamps;
      return segment.mss() + " " + segment.windowScale() + " " + rest;
    } catch (MalformedPacket malformed) {
      return malformed.reason().name();
    }
  }

  @Test
  @Rfc("9293 MUST-5")
  void optionsOnASegmentWithData_areReadAndTheDataKept() throws MalformedPacket {
    TcpSegment segment = withOptions("fe0701020304 05 01 01 080a 00000001 00000002 020405b4");
    assertFalse(segment.syn());
    assertTrue(segment.hasTimestamps());
    assertEquals(1460, segment.mss()); // reported; on a segment without SYN nobody asks
    int from = segment.payloadOffset();
    byte[] payload = Arrays.copyOfRange(segment.bytes(), from, from + segment.payloadLength());
    assertArrayEquals(DATA, payload);
  }

  @Test
  @Rfc("9293 MUST-6")
  void everyUnknownKind_isSkippedByItsLength() throws MalformedPacket {
    for (int kind = 6; kind < 256; kind++) {
      if (kind == TcpOptions.TIMESTAMPS) {
        continue;
      }
      for (int length = 2; length <= 36; length++) {
        String unknown = String.format("%02x%02x", kind, length) + "02".repeat(length - 2);
        assertEquals(536, withOptions(unknown + "02040218").mss());
      }
    }
  }

  @Test
  @Rfc("9293 MUST-7")
  void lengthZeroOneOrPastTheHeader_isABadOptionForEveryKind() {
    for (int kind = 2; kind < 256; kind++) {
      for (int nops = 0; nops < 4; nops++) {
        int room = 8 - nops;
        for (int length = 0; length < 256; length++) {
          if (length >= 2 && length <= room) {
            continue;
          }
          byte[] options = {1, 1, 1, 1, 1, 1, 1, 1};
          options[nops] = (byte) kind;
          options[nops + 1] = (byte) length;
          assertEquals(DropReason.BAD_TCP_OPTION, optionsReason(options));
        }
      }
    }
  }

  private static DropReason optionsReason(byte[] options) {
    return Packets.reason(Packets.tcp(true, options, DATA));
  }

  @ParameterizedTest
  @Rfc("9293 MUST-7")
  @ValueSource(
      strings = {
        "01010102", // a kind in the last byte, no room for its length
        "01010108",
        "020405b4 0300", // a good option before does not save it
      })
  void illegalLength_isABadOption(String options) {
    assertEquals(DropReason.BAD_TCP_OPTION, optionsReason(hex(options)));
  }

  /** As in Linux and BSD: what is around it is read as if it were not there. */
  @ParameterizedTest
  @Rfc("9293 MUST-7")
  @ValueSource(
      strings = {
        "0202",
        "020300",
        "0205000000",
        "0302",
        "03040000",
        "040300",
        "0502",
        "050900000000000000",
        "050b000000000000000000",
        "080900000000000000",
        "080b000000000000000000",
      })
  void lengthOfAnotherKind_isSkipped(String wrong) throws MalformedPacket {
    TcpSegment segment = withOptions("02040218" + wrong + "0402 030301");
    assertEquals(536, segment.mss());
    assertTrue(segment.sackPermitted());
    assertEquals(1, segment.windowScale());
    assertEquals(0, segment.sackBlocks());
    assertFalse(segment.hasTimestamps());
  }

  @Test
  void sackBehindTimestamps_isReadToo() throws MalformedPacket {
    TcpSegment segment = withOptions("0101080a 01020304 05060708 0101050a 00000064 000000c8");
    assertTrue(segment.hasTimestamps());
    assertEquals(1, segment.sackBlocks());
    assertEquals(100, segment.sackStart(0));
    assertEquals(200, segment.sackEnd(0));
  }

  @Test
  void viewReusedForAnotherSegment_keepsNoOption() throws MalformedPacket {
    TcpSegment segment = new TcpSegment();
    segment.parse(Packets.parse(Packets.tcp(true, hex("020405b4 030307 0402"), DATA)), true);
    segment.parse(Packets.parse(Packets.tcp(true, hex("050a 00000001 00000002"), DATA)), true);
    segment.parse(Packets.parse(Packets.tcp(true, hex("080a 00000001 00000002"), DATA)), true);
    assertEquals(0, segment.sackBlocks());
    segment.parse(Packets.parse(Packets.tcp(true, NONE, DATA)), true);
    assertEquals(-1, segment.mss());
    assertEquals(-1, segment.windowScale());
    assertFalse(segment.sackPermitted());
    assertFalse(segment.hasTimestamps());
    assertEquals(0, segment.sackBlocks());
  }

  @Test
  void bytesBehindTheEndOfTheList_areNotLookedAt() throws MalformedPacket {
    assertEquals(1460, withOptions("020405b4 00 0300 02").mss());
  }
}
