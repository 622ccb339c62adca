package dev.jktcp.wire;

import static dev.jktcp.wire.Packets.NONE;
import static dev.jktcp.wire.Packets.concat;
import static dev.jktcp.wire.Packets.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IP headers of both families: what is read, what is refused and why. */
class IpPacketTest {
  private static final byte[] DATA = hex("00112233445566778899");

  // Eight bytes each; the first byte, the next header, is set by chain().
  private static final String PADDING_ONLY = "00 00 01 04 00000000";

  private static DropReason refusal(byte[] packet) {
    return assertThrows(MalformedPacket.class, () -> Packets.parse(packet)).reason();
  }

  /** Extension headers of these kinds one after another, then TCP's number and the data. */
  private static byte[] chain(int[] kinds, byte[]... headers) {
    byte[] payload = concat(concat(headers), DATA);
    int at = 0;
    for (int i = 0; i < headers.length; i++) {
      payload[at] = (byte) (i + 1 < headers.length ? kinds[i + 1] : IpPacket.TCP);
      at += headers[i].length;
    }
    return Packets.ipv6(kinds[0], payload);
  }

  private static byte[] one(int kind, String header) {
    return chain(new int[] {kind}, hex(header));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wholePacket_givesItsFields(boolean v6) throws MalformedPacket {
    IpAddress src = v6 ? Packets.V6_A : Packets.V4_A;
    IpAddress dst = v6 ? Packets.V6_B : Packets.V4_B;
    byte[] b = new byte[100];
    int header = PacketWriter.ip(b, 7, src, dst, IpPacket.UDP, 30, 200, 0xB9);
    IpPacket ip = new IpPacket();
    ip.parse(b, 7, 93); // 93 bytes lie there, the packet is shorter
    assertEquals(v6, ip.v6());
    assertSame(b, ip.bytes());
    assertEquals(7, ip.offset());
    assertEquals(header + 30, ip.totalLength());
    assertEquals(7 + header, ip.payloadOffset());
    assertEquals(30, ip.payloadLength());
    assertEquals(IpPacket.UDP, ip.protocol());
    assertEquals(200, ip.ttl());
    assertEquals(0xB9, ip.trafficClass());
    assertEquals(src, ip.src());
    assertEquals(dst, ip.dst());
    assertTrue(ip.srcMatches(src));
    assertFalse(ip.srcMatches(dst));
    assertTrue(ip.dstMatches(dst));
    assertFalse(ip.dstMatches(v6 ? Packets.V4_B : Packets.V6_B));
    assertEquals(src.hi(), ip.srcHi());
    assertEquals(src.lo(), ip.srcLo());
    assertEquals(dst.hi(), ip.dstHi());
    assertEquals(dst.lo(), ip.dstLo());
  }

  @Test
  void viewReusedForTheOtherFamily_keepsNothing() throws MalformedPacket {
    IpPacket ip = new IpPacket();
    byte[] first = Packets.ipv6(IpPacket.UDP, DATA);
    byte[] second = Packets.ipv4(IpPacket.TCP, NONE, NONE);
    ip.parse(first, 0, first.length);
    ip.parse(second, 0, second.length);
    assertFalse(ip.v6());
    assertEquals(Packets.V4_A, ip.src());
    assertEquals(0, ip.srcHi());
    assertEquals(IpPacket.TCP, ip.protocol());
    assertEquals(0, ip.payloadLength());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void packetCutAnywhere_isTruncated(boolean v6) {
    byte[] packet = Packets.tcp(v6, hex("01 0303 0e"), DATA);
    for (int len = 0; len < packet.length; len++) {
      byte[] cut = Arrays.copyOf(packet, len);
      assertEquals(DropReason.TRUNCATED, refusal(cut), "cut at " + len);
    }
  }

  @Test
  void everyVersionButTwo_isRefused() {
    byte[] packet = Packets.tcp(true, NONE, DATA);
    for (int version = 0; version < 16; version++) {
      packet[0] = (byte) (version << 4);
      if (version != 4 && version != 6) {
        assertEquals(DropReason.BAD_VERSION, refusal(packet));
      }
    }
  }

  @Test
  void sliceOutsideTheArray_isTheCallersFault() {
    IpPacket ip = new IpPacket();
    assertThrows(IndexOutOfBoundsException.class, () -> ip.parse(new byte[20], 1, 20));
    assertThrows(IndexOutOfBoundsException.class, () -> ip.parse(new byte[20], 0, -1));
  }

  @Test
  @Rfc("9293 MUST-50")
  void v4HeaderOptions_areSkipped() throws MalformedPacket {
    for (int length = 4; length <= 40; length += 4) {
      byte[] options = new byte[length];
      Arrays.fill(options, (byte) 1);
      IpPacket ip = Packets.parse(Packets.ipv4(IpPacket.TCP, options, DATA));
      assertEquals(20 + length, ip.payloadOffset());
      assertEquals(DATA.length, ip.payloadLength());
      assertEquals(Packets.V4_B, ip.dst());
    }
  }

  @Test
  void v4HeaderLengthBelowFive_isABadHeader() {
    byte[] packet = Packets.ipv4(IpPacket.TCP, NONE, DATA);
    for (int words = 0; words < 5; words++) {
      packet[0] = (byte) (0x40 + words);
      assertEquals(DropReason.BAD_IP_HEADER, refusal(packet));
    }
  }

  @Test
  void v4HeaderLongerThanThePacket_isTruncated() {
    byte[] packet = Packets.ipv4(IpPacket.TCP, NONE, DATA);
    packet[0] = 0x4F;
    assertEquals(DropReason.TRUNCATED, refusal(packet));
  }

  @Test
  void v4TotalLengthShorterThanTheHeader_isABadHeader() {
    byte[] packet = Packets.ipv4(IpPacket.TCP, new byte[8], DATA);
    for (int total = 0; total < 28; total++) {
      Bytes.put16(packet, 2, total);
      assertEquals(DropReason.BAD_IP_HEADER, refusal(Packets.fixV4Checksum(packet)));
    }
  }

  @Test
  void v4HeaderWithAnyBitFlipped_isRefused() {
    byte[] packet = Packets.ipv4(IpPacket.TCP, hex("01010100"), DATA);
    for (int bit = 32; bit < 24 * 8; bit++) {
      packet[bit / 8] ^= (byte) (1 << bit % 8);
      assertEquals(DropReason.BAD_IP_CHECKSUM, refusal(packet), "bit " + bit);
      packet[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @ParameterizedTest
  @CsvSource({"2000, FRAGMENT", "0001, FRAGMENT", "1fff, FRAGMENT", "6000, FRAGMENT"})
  void v4Fragment_isRefused(String flagsAndOffset, DropReason expected) {
    byte[] packet = Packets.ipv4(IpPacket.TCP, NONE, DATA);
    Bytes.put16(packet, 6, Integer.parseInt(flagsAndOffset, 16));
    assertEquals(expected, refusal(Packets.fixV4Checksum(packet)));
  }

  @Test
  void v4PacketThatMayBeFragmentedButIsNot_passes() throws MalformedPacket {
    byte[] packet = Packets.ipv4(IpPacket.TCP, NONE, DATA);
    Bytes.put16(packet, 6, 0);
    assertEquals(DATA.length, Packets.parse(Packets.fixV4Checksum(packet)).payloadLength());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00 00 01 04 00000000", // PadN
    "0, 00 00 00 00 00000000", // Pad1 six times
    "0, 00 00 05 02 0000 01 00", // router alert, as in multicast listener reports
    "0, 00 01 1e 0c 000000000000000000000000", // an unknown one we may skip, 12 bytes of data
    "60, 00 00 01 04 00000000",
    "60, 00 00 3f 00 01 02 0000",
    "43, 00 00 00 00 00000000", // routing header with nothing left to do
    "43, 00 02 04 00 00000000 00000000000000000000000000000000",
    "44, 00 00 0000 12345678", // atomic fragment
    "44, 00 ff 0006 12345678", // its reserved bits are ignored
  })
  @Rfc("9293 MUST-50")
  void extensionHeaderWeMayPassOver_isPassedOver(int kind, String header) throws MalformedPacket {
    IpPacket ip = Packets.parse(one(kind, header));
    assertEquals(IpPacket.TCP, ip.protocol());
    assertEquals(DATA.length, ip.payloadLength());
    assertEquals(40 + hex(header).length, ip.payloadOffset());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00 00 c2 04 00010000, BAD_EXTENSION_HEADER", // jumbo payload
    "0, 00 00 41 04 00000000, BAD_EXTENSION_HEADER", // unknown: discard
    "0, 00 00 81 04 00000000, BAD_EXTENSION_HEADER", // unknown: discard and tell
    "60, 00 00 c9 04 00000000, BAD_EXTENSION_HEADER", // unknown: discard and tell if unicast
    "60, 00 00 01 05 00000000, BAD_EXTENSION_HEADER", // option past the header
    "60, 00 00 01 ff 00000000, BAD_EXTENSION_HEADER",
    "60, 00 00 01 03 000000 01, BAD_EXTENSION_HEADER", // no room for a length
    "43, 00 00 00 01 00000000, BAD_EXTENSION_HEADER", // a segment left
    "43, 00 00 00 ff 00000000, BAD_EXTENSION_HEADER",
    "44, 00 00 0001 00000000, FRAGMENT", // more to come
    "44, 00 00 0008 00000000, FRAGMENT",
    "44, 00 00 fff9 00000000, FRAGMENT",
    "60, 00 02 01 04 00000000, TRUNCATED", // longer than the packet
    "43, 00 ff 00 00 00000000, TRUNCATED",
  })
  void extensionHeaderWeMayNotPassOver_isRefused(int kind, String header, DropReason expected) {
    assertEquals(expected, refusal(one(kind, header)));
  }

  @Test
  void hopByHopOptionsAnywhereButFirst_areRefused() {
    byte[] padding = hex(PADDING_ONLY);
    assertEquals(
        DropReason.BAD_EXTENSION_HEADER, refusal(chain(new int[] {60, 0}, padding, padding)));
    assertEquals(
        DropReason.BAD_EXTENSION_HEADER, refusal(chain(new int[] {0, 0}, padding, padding)));
  }

  @Test
  void allKindsInTheRecommendedOrder_passTogether() throws MalformedPacket {
    byte[] padding = hex(PADDING_ONLY);
    byte[] routing = hex("00 00 00 00 00000000");
    byte[] fragment = hex("00 00 0000 00000000");
    byte[] packet =
        chain(new int[] {0, 60, 43, 44, 60}, padding, padding, routing, fragment, padding);
    IpPacket ip = Packets.parse(packet);
    assertEquals(IpPacket.TCP, ip.protocol());
    assertEquals(80, ip.payloadOffset());
  }

  @Test
  void chainOfEightHeaders_isTheLongest() throws MalformedPacket {
    for (int count = 1; count <= 10; count++) {
      int[] kinds = new int[count];
      byte[][] headers = new byte[count][];
      Arrays.fill(kinds, 60);
      Arrays.fill(headers, hex(PADDING_ONLY));
      byte[] packet = chain(kinds, headers);
      if (count <= 8) {
        assertEquals(40 + 8 * count, Packets.parse(packet).payloadOffset());
      } else {
        assertEquals(DropReason.BAD_EXTENSION_HEADER, refusal(packet));
      }
    }
  }

  @Test
  void extensionHeaderCutByTheEnd_isTruncated() {
    for (int kind : new int[] {0, 43, 44, 60}) {
      for (int length = 0; length < 8; length++) {
        assertEquals(DropReason.TRUNCATED, refusal(Packets.ipv6(kind, new byte[length])));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 51, 59})
  void payloadThatCannotBeRead_isAnUnknownProtocol(int header) {
    assertEquals(DropReason.UNKNOWN_PROTOCOL, refusal(Packets.ipv6(header, DATA)));
    byte[] behindPadding = one(60, PADDING_ONLY);
    behindPadding[40] = (byte) header;
    assertEquals(DropReason.UNKNOWN_PROTOCOL, refusal(behindPadding));
  }

  @Test
  void everyReason_hasOneExceptionWithoutATrace() {
    for (DropReason reason : DropReason.values()) {
      MalformedPacket e = MalformedPacket.of(reason);
      assertSame(e, MalformedPacket.of(reason));
      assertEquals(reason, e.reason());
      assertEquals(reason.text(), e.getMessage());
      assertEquals(0, e.getStackTrace().length);
    }
  }
}
