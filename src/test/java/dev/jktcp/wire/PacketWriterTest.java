package dev.jktcp.wire;

import static dev.jktcp.wire.Packets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A written segment reads back the same and is on the wire as the RFCs draw it. */
class PacketWriterTest {
  /** What {@link #draw} drew, to compare with what is read back. */
  private record Drawn(
      IpAddress src,
      IpAddress dst,
      int srcPort,
      int dstPort,
      int seq,
      int ack,
      int flags,
      int window,
      int urgent,
      byte[] options,
      int optionsLength,
      byte[] payload,
      int ttl,
      int trafficClass) {

    int write(byte[] b, int off) {
      OutSegment segment =
          new OutSegment()
              .begin(src, srcPort, dst, dstPort)
              .ip(ttl, trafficClass)
              .tcp(flags, seq, ack)
              .window(window)
              .addOptions(options, 0, optionsLength)
              .payload(Packets.bytes(payload), payload.length);
      segment.urgentPointer = urgent; // with or without its flag
      return PacketWriter.tcp(b, off, segment);
    }
  }

  private static Drawn draw(Random random, boolean v6, byte[] options, int optionsLength) {
    byte[] payload = new byte[random.nextInt(200)];
    random.nextBytes(payload);
    return new Drawn(
        address(random, v6),
        address(random, v6),
        random.nextInt(65_536),
        random.nextInt(65_536),
        random.nextInt(),
        random.nextInt(),
        random.nextInt(256),
        random.nextInt(65_536),
        random.nextInt(65_536),
        options,
        optionsLength,
        payload,
        random.nextInt(256),
        random.nextInt(256));
  }

  private static IpAddress address(Random random, boolean v6) {
    byte[] raw = new byte[v6 ? 16 : 4];
    random.nextBytes(raw);
    return IpAddress.of(raw);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc({"9293 MUST-2", "9293 MUST-64"})
  void writtenPacket_readsBackTheSame(boolean v6) throws MalformedPacket {
    Random random = new Random(5);
    for (int round = 0; round < 5_000; round++) {
      byte[] options = new byte[TcpOptions.MAX_LENGTH];
      int at = nops(random, options, 0);
      at = TcpOptions.putMss(options, at, 1400 + round);
      at = nops(random, options, at);
      at = TcpOptions.putWindowScale(options, at, round % 15);
      at = nops(random, options, at);
      at = TcpOptions.putSackPermitted(options, at);
      at = nops(random, options, at);
      at = TcpOptions.putTimestamps(options, at, round, ~round);
      Drawn drawn = draw(random, v6, options, at);
      byte[] b = new byte[400];
      Arrays.fill(b, (byte) 0xEE);
      int off = random.nextInt(20);
      int length = drawn.write(b, off);

      IpPacket ip = new IpPacket();
      ip.parse(b, off, length);
      assertChecksumsAgreeWithTheNaiveSum(ip);
      TcpSegment segment = new TcpSegment();
      segment.parse(ip, true);
      assertEquals(drawn.src, ip.src());
      assertEquals(drawn.dst, ip.dst());
      assertEquals(drawn.ttl, ip.ttl());
      assertEquals(drawn.trafficClass, ip.trafficClass());
      assertEquals(length, ip.totalLength());
      assertEquals(drawn.srcPort, segment.srcPort());
      assertEquals(drawn.dstPort, segment.dstPort());
      assertEquals(drawn.seq, segment.seq());
      assertEquals(drawn.ack, segment.ack());
      assertEquals(drawn.flags, segment.flags());
      assertEquals(drawn.window, segment.window());
      assertEquals(drawn.urgent, segment.urgentPointer());
      assertEquals(1400 + round, segment.mss());
      assertEquals(round % 15, segment.windowScale());
      assertTrue(segment.sackPermitted());
      assertTrue(segment.hasTimestamps());
      assertEquals(round, segment.tsVal());
      assertEquals(~round, segment.tsEcr());
      int payloadAt = segment.payloadOffset();
      assertArrayEquals(
          drawn.payload, Arrays.copyOfRange(b, payloadAt, payloadAt + segment.payloadLength()));
      for (int i = 0; i < b.length; i++) {
        assertTrue(i >= off && i < off + length || b[i] == (byte) 0xEE, "wrote outside at " + i);
      }
    }
  }

  /** Each field at its largest leaves its neighbours alone. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void largestPacket_readsBackTheSame(boolean v6) throws MalformedPacket {
    byte[] raw = new byte[v6 ? 16 : 4];
    Arrays.fill(raw, (byte) 0xFF);
    byte[] b = new byte[65_575];
    byte[] payload = new byte[65_535 - (v6 ? 20 : 40)];
    Arrays.fill(payload, (byte) 0xFF);
    OutSegment segment =
        new OutSegment()
            .begin(IpAddress.of(raw), 65_535, IpAddress.of(raw), 65_535)
            .ip(255, 255)
            .tcp(255, -1, -1)
            .window(65_535)
            .urgent(65_535)
            .payload(Packets.bytes(payload), payload.length);
    int length = PacketWriter.tcp(b, 0, segment);
    assertEquals(v6 ? 65_575 : 65_535, length);
    IpPacket ip = new IpPacket();
    ip.parse(b, 0, length);
    assertChecksumsAgreeWithTheNaiveSum(ip);
    assertEquals(255, ip.ttl());
    assertEquals(255, ip.trafficClass());
    TcpSegment read = new TcpSegment();
    read.parse(ip, true);
    assertEquals(255, read.flags());
    assertEquals(65_535, read.srcPort());
    assertEquals(65_535, read.dstPort());
    assertEquals(-1, read.seq());
    assertEquals(-1, read.ack());
    assertEquals(65_535, read.window());
    assertEquals(65_535, read.urgentPointer());
    assertEquals(payload.length, read.payloadLength());
  }

  private static int nops(Random random, byte[] options, int from) {
    int at = from;
    for (int i = random.nextInt(4); i > 0; i--) {
      at = TcpOptions.putNop(options, at);
    }
    return at;
  }

  private static void assertChecksumsAgreeWithTheNaiveSum(IpPacket ip) {
    byte[] b = ip.bytes();
    if (!ip.v6()) {
      assertEquals(0, Packets.naiveChecksum(0, b, ip.offset(), 20));
    }
    int addresses = ip.offset() + (ip.v6() ? 8 : 12);
    int addressBytes = ip.v6() ? 32 : 8;
    int length = ip.payloadLength();
    int start = ~Packets.naiveChecksum(6 + length, b, addresses, addressBytes) & 0xFFFF;
    assertEquals(0, Packets.naiveChecksum(start, b, ip.payloadOffset(), length));
  }

  @Test
  void sackBlocks_readBackTheSame() throws MalformedPacket {
    byte[] options = new byte[TcpOptions.MAX_LENGTH];
    int at = TcpOptions.putSackHeader(options, 0, 3);
    at = TcpOptions.putSackBlock(options, at, -5, 5);
    at = TcpOptions.putSackBlock(options, at, 100, 200);
    at = TcpOptions.putSackBlock(options, at, 300, 0x7FFF_FFFF);
    byte[] b = new byte[400];
    draw(new Random(6), true, options, at).write(b, 0);
    TcpSegment segment = Packets.parseTcp(b);
    assertEquals(3, segment.sackBlocks());
    assertEquals(-5, segment.sackStart(0));
    assertEquals(5, segment.sackEnd(0));
    assertEquals(0x7FFF_FFFF, segment.sackEnd(2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Rfc("9293 MUST-69")
  void optionsOfAnyLength_arePaddedWithZeros(boolean v6) throws MalformedPacket {
    for (int length = 0; length <= TcpOptions.MAX_LENGTH; length++) {
      byte[] options = new byte[TcpOptions.MAX_LENGTH];
      Arrays.fill(options, (byte) TcpOptions.NOP);
      byte[] b = new byte[400];
      Arrays.fill(b, (byte) 0xEE);
      Drawn drawn = draw(new Random(length), v6, options, length);
      drawn.write(b, 0);
      int optionsAt = PacketWriter.headerLength(v6, 0);
      int end = PacketWriter.headerLength(v6, length);
      assertEquals(0, (end - optionsAt) % 4);
      for (int i = optionsAt; i < end; i++) {
        assertEquals(i < optionsAt + length ? TcpOptions.NOP : 0, b[i]);
      }
      assertEquals(drawn.payload.length, Packets.parseTcp(b).payloadLength());
    }
  }

  @Test
  @Rfc("9293 MUST-68")
  void everyOptionWeWrite_carriesItsLength() {
    byte[] b = new byte[TcpOptions.MAX_LENGTH];
    assertEquals(TcpOptions.putMss(b, 0, 1), b[1]);
    assertEquals(4, b[1]);
    assertEquals(TcpOptions.putWindowScale(b, 0, 1), b[1]);
    assertEquals(3, b[1]);
    assertEquals(TcpOptions.putSackPermitted(b, 0), b[1]);
    assertEquals(2, b[1]);
    assertEquals(TcpOptions.putTimestamps(b, 0, 1, 2), b[1]);
    assertEquals(10, b[1]);
    TcpOptions.putSackHeader(b, 0, 4);
    assertEquals(34, b[1]);
  }

  /** Options written together are those written one by one. */
  @Test
  void usualSynOptions_areTheFourInTheirOrder() {
    byte[] together = new byte[80];
    byte[] each = new byte[80];
    for (int shift = 0; shift <= 14; shift += 7) {
      int length = PacketWriter.tcp(together, 0, syn().addUsualSynOptions(0xfedc, -2, 3, shift));
      OutSegment four = syn().addMss(0xfedc).addSackPermitted(false).addTimestamps(-2, 3);
      assertEquals(length, PacketWriter.tcp(each, 0, four.addWindowScale(shift)));
      assertArrayEquals(each, together);
    }
  }

  private static OutSegment syn() {
    return new OutSegment()
        .begin(Packets.V4_A, 0x1234, Packets.V4_B, 0x5678)
        .ip(64, 0)
        .tcp(TcpSegment.SYN, 0x01020304, 0);
  }

  @Test
  void v4Packet_isAtomicAndOnTheWireAsTheRfcsDrawIt() {
    byte[] b = new byte[44];
    OutSegment syn =
        new OutSegment()
            .begin(IpAddress.parse("10.0.0.1"), 0x1234, IpAddress.parse("10.0.0.2"), 0x5678)
            .ip(64, 0)
            .tcp(TcpSegment.SYN, 0x01020304, 0)
            .window(0xFFFF)
            .addMss(1460);
    PacketWriter.tcp(b, 0, syn);
    // The two checksums come from another program.
    assertArrayEquals(
        hex(
            """
            4500 002c 0000 4000 4006 26ca 0a000001 0a000002
            1234 5678 01020304 00000000 6002 ffff 1772 0000 020405b4
            """),
        b);
  }

  @Test
  void v6Packet_isOnTheWireAsTheRfcsDrawIt() {
    byte[] b = new byte[60];
    OutSegment ack =
        new OutSegment()
            .begin(IpAddress.parse("fd00::1"), 0x1234, IpAddress.parse("fd00::2"), 0x5678)
            .ip(255, 0xB8)
            .tcp(TcpSegment.ACK, 0x01020304, 0x0a0b0c0d)
            .window(0x0100);
    PacketWriter.tcp(b, 0, ack);
    assertArrayEquals(hex("6b800000 0014 06 ff"), Arrays.copyOf(b, 8));
    assertArrayEquals(hex("fd00 0000 0000 0000 0000 0000 0000 0001"), Arrays.copyOfRange(b, 8, 24));
    assertArrayEquals(
        hex("fd00 0000 0000 0000 0000 0000 0000 0002"), Arrays.copyOfRange(b, 24, 40));
    assertArrayEquals(
        hex("1234 5678 01020304 0a0b0c0d 5010 0100 3206 0000"), Arrays.copyOfRange(b, 40, 60));
  }
}
