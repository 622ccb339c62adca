package dev.jktcp.wire;

import static dev.jktcp.wire.Packets.concat;
import static dev.jktcp.wire.Packets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream of packets is framed alike wherever it is cut. */
@Timeout(300)
class PacketFramerTest {
  /** Feeds slices, then overwrites them, as a transport that reuses its array does. */
  private static final class Reader {
    final PacketFramer framer = new PacketFramer();
    final List<byte[]> packets = new ArrayList<>();

    void read(byte[] stream, int from, int to) throws FramingLost {
      byte[] slice = new byte[to - from + 2];
      System.arraycopy(stream, from, slice, 1, to - from);
      framer.feed(slice, 1, to - from);
      while (framer.next()) {
        int at = framer.packetOffset();
        packets.add(Arrays.copyOfRange(framer.packetBytes(), at, at + framer.packetLength()));
      }
      Arrays.fill(slice, (byte) 0xEE);
    }

    void readInPieces(byte[] stream, int... cuts) throws FramingLost {
      int from = 0;
      for (int cut : cuts) {
        read(stream, from, cut);
        from = cut;
      }
      read(stream, from, stream.length);
    }

    void assertHas(List<byte[]> expected) {
      assertEquals(expected.size(), packets.size());
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), packets.get(i), "packet " + i);
      }
    }
  }

  /** A packet of which only what the framer looks at is right. */
  private static byte[] packet(Random random, int maxBody) {
    int body = random.nextInt(maxBody + 1);
    boolean v6 = random.nextBoolean();
    int headerWords = 5 + random.nextInt(11);
    byte[] packet = new byte[(v6 ? 40 : 4 * headerWords) + body];
    random.nextBytes(packet);
    if (v6) {
      packet[0] = (byte) (0x60 | random.nextInt(16));
      Bytes.put16(packet, 4, body);
      packet[6] = (byte) (1 + random.nextInt(255));
    } else {
      packet[0] = (byte) (0x40 | headerWords);
      Bytes.put16(packet, 2, packet.length);
    }
    return packet;
  }

  private static List<byte[]> packets(Random random, int count, int maxBody) {
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      packets.add(packet(random, maxBody));
    }
    return packets;
  }

  private static byte[] stream(List<byte[]> packets) {
    return concat(packets.toArray(byte[][]::new));
  }

  @Test
  void streamCutOnceAnywhere_givesTheSamePackets() throws FramingLost {
    Random random = new Random(7);
    for (int round = 0; round < 30; round++) {
      List<byte[]> packets = packets(random, 1 + random.nextInt(5), 60);
      byte[] stream = stream(packets);
      for (int cut = 0; cut <= stream.length; cut++) {
        Reader reader = new Reader();
        reader.readInPieces(stream, cut);
        reader.assertHas(packets);
        assertFalse(reader.framer.midPacket());
        assertEquals(stream.length, reader.framer.position());
      }
    }
  }

  @Test
  void streamCutAtRandom_givesTheSamePackets() throws FramingLost {
    Random random = new Random(8);
    for (int round = 0; round < 1_000; round++) {
      List<byte[]> packets = packets(random, 1 + random.nextInt(20), 300);
      byte[] stream = stream(packets);
      int[] cuts = random.ints(random.nextInt(30), 0, stream.length + 1).sorted().toArray();
      Reader reader = new Reader();
      reader.readInPieces(stream, cuts);
      reader.assertHas(packets);
    }
  }

  @Test
  void streamByteByByte_givesTheSamePackets() throws FramingLost {
    List<byte[]> packets = packets(new Random(9), 50, 300);
    byte[] stream = stream(packets);
    Reader reader = new Reader();
    long given = 0;
    for (int i = 0; i < stream.length; i++) {
      int before = reader.packets.size();
      reader.read(stream, i, i + 1);
      if (reader.packets.size() > before) {
        given += reader.packets.get(before).length;
        assertEquals(i + 1, given);
      }
      assertEquals(given, reader.framer.position());
      assertEquals(given <= i, reader.framer.midPacket());
    }
    reader.assertHas(packets);
  }

  @Test
  void largestPacketsOfBothVersions_passInAnyPieces() throws FramingLost {
    byte[] v4 = new byte[65_535];
    v4[0] = 0x45;
    Bytes.put16(v4, 2, v4.length);
    byte[] v6 = new byte[PacketFramer.MAX_PACKET];
    v6[0] = 0x60;
    Bytes.put16(v6, 4, 65_535);
    List<byte[]> packets = List.of(v6, v4, v6);
    byte[] stream = stream(packets);
    for (int piece : new int[] {1_000, 4_096, 65_536, stream.length}) {
      Reader reader = new Reader();
      for (int from = 0; from < stream.length; from += piece) {
        reader.read(stream, from, Math.min(from + piece, stream.length));
      }
      reader.assertHas(packets);
    }
  }

  @Test
  void shortestPacketsOfBothVersions_pass() throws FramingLost {
    byte[] v4 = new byte[20];
    v4[0] = 0x45;
    v4[3] = 20;
    byte[] v6 = new byte[40];
    v6[0] = 0x60;
    v6[6] = 59;
    List<byte[]> packets = List.of(v6, v4, v4, v6);
    Reader reader = new Reader();
    reader.readInPieces(stream(packets));
    reader.assertHas(packets);
  }

  @Test
  void packetWholeInItsSlice_isGivenInPlace() throws FramingLost {
    List<byte[]> packets = packets(new Random(10), 3, 100);
    byte[] stream = stream(packets);
    int first = packets.get(0).length;
    int second = packets.get(1).length;
    PacketFramer framer = new PacketFramer();

    framer.feed(stream, 0, first + 5);
    assertTrue(framer.next());
    assertSame(stream, framer.packetBytes());
    assertEquals(0, framer.packetOffset());
    assertEquals(first, framer.packetLength());
    assertFalse(framer.next());
    assertTrue(framer.midPacket());

    framer.feed(stream, first + 5, stream.length - first - 5);
    assertTrue(framer.next()); // cut by the slices: put together elsewhere
    assertNotSame(stream, framer.packetBytes());
    assertEquals(second, framer.packetLength());
    assertTrue(framer.next());
    assertSame(stream, framer.packetBytes());
    assertEquals(first + second, framer.packetOffset());
    assertFalse(framer.next());
    assertFalse(framer.midPacket());
  }

  @Test
  void sliceNotUsedUp_refusesTheNext() throws FramingLost {
    byte[] stream = stream(packets(new Random(11), 2, 10));
    PacketFramer framer = new PacketFramer();
    framer.feed(stream, 0, stream.length);
    assertTrue(framer.next());
    assertThrows(IllegalStateException.class, () -> framer.feed(stream, 0, 1));
    assertTrue(framer.next());
    assertFalse(framer.next());
    framer.feed(stream, 0, 1);
    assertFalse(framer.next());
  }

  @Test
  void nothingFed_givesNothing() throws FramingLost {
    PacketFramer framer = new PacketFramer();
    assertFalse(framer.next());
    framer.feed(new byte[0], 0, 0);
    assertFalse(framer.next());
    assertFalse(framer.midPacket());
    assertEquals(0, framer.position());
    assertThrows(IndexOutOfBoundsException.class, () -> framer.feed(new byte[3], 1, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // no version 0, 5, 7, 15
        "50",
        "75",
        "ff",
        "40", // IPv4 headers of less than five words
        "44",
        "45 00 00 13", // shorter in all than its own header
        "45 00 00 00",
        "4f 00 00 3b",
        "60 00 00 00 00 00 00", // jumbogram
      })
  void badHeader_isLostAtItsFirstByteWhereverTheCut(String header) {
    Random random = new Random(12);
    List<byte[]> before = packets(random, 3, 40);
    byte[] good = stream(before);
    byte[] stream = concat(good, hex(header), stream(packets(random, 2, 40)));
    for (int cut = 0; cut <= stream.length; cut++) {
      int at = cut;
      Reader reader = new Reader();
      FramingLost lost =
          assertThrows(FramingLost.class, () -> reader.readInPieces(stream, at), "cut " + cut);
      assertEquals(good.length, lost.position());
      assertTrue(lost.getMessage().startsWith("framing lost at byte " + good.length + ": "));
      reader.assertHas(before);
      assertSame(lost, assertThrows(FramingLost.class, reader.framer::next));
      reader.framer.feed(good, 0, good.length); // ignored: it cannot be trusted
      assertSame(lost, assertThrows(FramingLost.class, reader.framer::next));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "53 53 48|a packet begins with IP version 4 or 6, not 5",
        "00|a packet begins with IP version 4 or 6, not 0",
        "44|an IPv4 header has 20 bytes or more, not 16",
        "45 00 00 00|IPv4 total length 0, less than the header",
        "60 00 00 00 00 00 00|IPv6 payload length 0 before hop-by-hop options: a jumbogram",
      })
  void loss_saysWhy(String header, String why) {
    PacketFramer framer = new PacketFramer();
    byte[] bytes = hex(header);
    framer.feed(bytes, 0, bytes.length);
    FramingLost lost = assertThrows(FramingLost.class, framer::next);
    assertEquals("framing lost at byte 0: " + why, lost.getMessage());
  }

  @Test
  void badFirstByte_isNoticedAtOnce() {
    PacketFramer framer = new PacketFramer();
    framer.feed(new byte[] {0x12}, 0, 1);
    assertEquals(0, assertThrows(FramingLost.class, framer::next).position());
  }

  @Test
  void streamLongerThanAnInt_keepsCountOfItsBytes() {
    byte[] packet = new byte[65_535];
    packet[0] = 0x45;
    Bytes.put16(packet, 2, packet.length);
    PacketFramer framer = new PacketFramer();
    FramingLost lost =
        assertThrows(
            FramingLost.class,
            () -> {
              for (int i = 0; i < 40_000; i++) {
                framer.feed(packet, 0, packet.length);
                assertTrue(framer.next());
                assertFalse(framer.next());
              }
              framer.feed(new byte[1], 0, 1);
              framer.next();
            });
    assertEquals(40_000L * 65_535, lost.position());
    assertEquals(
        "framing lost at byte 2621400000: a packet begins with IP version 4 or 6, not 0",
        lost.getMessage());
  }

  @Test
  void randomBytes_giveWholePacketsOrLoseTheFramingAlikeForEveryCut() {
    Random random = new Random(13);
    for (int round = 0; round < 20_000; round++) {
      byte[] stream = new byte[random.nextInt(200)];
      random.nextBytes(stream);
      if (stream.length > 6 && random.nextBoolean()) {
        stream[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
        stream[2] = 0;
        stream[4] = 0;
      }
      Reader whole = new Reader();
      String end = outcome(whole, stream);
      Reader cut = new Reader();
      assertEquals(end, outcome(cut, stream, random.nextInt(stream.length + 1)));
      cut.assertHas(whole.packets);
    }
  }

  private static String outcome(Reader reader, byte[] stream, int... cuts) {
    try {
      reader.readInPieces(stream, cuts);
      return reader.framer.midPacket() + " " + reader.framer.position();
    } catch (FramingLost lost) {
      return lost.getMessage();
    }
  }
}
