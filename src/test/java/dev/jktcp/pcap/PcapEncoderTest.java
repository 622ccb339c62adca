package dev.jktcp.pcap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of a capture file. */
class PcapEncoderTest {
  private static final long WALL = 1_700_000_000_999_999L;
  private static final long ANCHOR = Long.MAX_VALUE - 500;

  private final byte[] dst = new byte[100];

  private static String hex(byte[] bytes, int from, int to) {
    return HexFormat.of().formatHex(bytes, from, to);
  }

  private long micros(PcapEncoder encoder, long nanoTime) {
    encoder.record(dst, 0, new byte[1], 0, 1, nanoTime);
    long seconds = Integer.toUnsignedLong(little(0));
    return seconds * 1_000_000 + little(4);
  }

  private int little(int at) {
    return Integer.reverseBytes(Integer.parseUnsignedInt(hex(dst, at, at + 4), 16));
  }

  @Test
  void fileHeader_isClassicLittleEndianRawIp() {
    int length = new PcapEncoder(WALL, ANCHOR, 0x40000).fileHeader(dst, 3);
    assertEquals(24, length);
    assertEquals(
        "d4c3b2a1" + "02000400" + "00000000" + "00000000" + "00000400" + "65000000",
        hex(dst, 3, 27));
  }

  @Test
  void record_holdsTimeLengthsAndBytes() {
    PcapEncoder encoder = new PcapEncoder(WALL, ANCHOR, 0x40000);
    byte[] packet = {9, 1, 2, 3, 9};
    int length = encoder.record(dst, 2, packet, 1, 3, ANCHOR + 1000);
    assertEquals(19, length);
    assertEquals(19, encoder.recordLength(3));
    assertEquals("01f15365" + "00000000" + "03000000" + "03000000" + "010203", hex(dst, 2, 21));
  }

  @Test
  void longPacket_isCutAtTheSnaplen_itsLengthKept() {
    PcapEncoder encoder = new PcapEncoder(WALL, ANCHOR, 4);
    byte[] packet = {1, 2, 3, 4, 5, 6};
    assertEquals(20, encoder.record(dst, 0, packet, 0, 6, ANCHOR));
    assertEquals(20, encoder.recordLength(6));
    assertEquals(4, little(8));
    assertEquals(6, little(12));
    assertArrayEquals(new byte[] {1, 2, 3, 4, 0}, Arrays.copyOfRange(dst, 16, 21));
  }

  @Test
  void time_isTheAnchorPlusTheDifference_alsoWhenNanoTimeWraps() {
    PcapEncoder encoder = new PcapEncoder(WALL, ANCHOR, 100);
    assertEquals(WALL, micros(encoder, ANCHOR + 999));
    assertEquals(WALL + 1, micros(encoder, ANCHOR + 1999));
    assertEquals(WALL + 3_600_000_000L, micros(encoder, ANCHOR + 3_600_000_000_000L));
  }

  @Test
  void time_neverRunsBackwards() {
    PcapEncoder encoder = new PcapEncoder(WALL, ANCHOR, 100);
    assertEquals(WALL, micros(encoder, ANCHOR - 5_000));
    assertEquals(WALL + 7, micros(encoder, ANCHOR + 7_000));
    assertEquals(WALL + 7, micros(encoder, ANCHOR + 6_000));
  }
}
