package dev.jktcp.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The Internet checksum, held against the naive sum (RFC 1071). */
class ChecksumTest {
  @Test
  void exampleOfRfc1071_givesItsSum() {
    byte[] data = Packets.hex("0001 f203 f4f5 f6f7");
    assertEquals(~0xDDF2 & 0xFFFF, Checksum.finish(Checksum.add(0, data, 0, data.length)));
  }

  @Test
  void knownIpv4Header_finishesToZero() {
    byte[] header = Packets.hex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
    assertEquals(0, Checksum.finish(Checksum.add(0, header, 0, header.length)));
  }

  @Test
  void everyLengthAndAlignment_agreesWithTheNaiveSum() {
    byte[] data = new byte[320];
    new Random(1).nextBytes(data);
    for (int len = 0; len <= 300; len++) {
      for (int off = 0; off < 17; off++) {
        int expected = Packets.naiveChecksum(0, data, off, len);
        assertEquals(expected, Checksum.finish(Checksum.add(0, data, off, len)));
      }
    }
  }

  @Test
  void carriesFromEveryWord_areAllFoldedIn() {
    byte[] ones = new byte[65_535];
    Arrays.fill(ones, (byte) 0xFF);
    for (int len = 65_500; len <= ones.length; len++) {
      int expected = Packets.naiveChecksum(0, ones, 0, len);
      assertEquals(expected, Checksum.finish(Checksum.add(0, ones, 0, len)));
    }
  }

  @Test
  void chunksAtEvenPositions_addUpToTheWhole() {
    Random random = new Random(2);
    byte[] data = new byte[1501];
    random.nextBytes(data);
    int whole = Checksum.finish(Checksum.add(0, data, 0, data.length));
    for (int round = 0; round < 1000; round++) {
      int cut = random.nextInt(data.length / 2) * 2;
      long first = Checksum.add(0, data, 0, cut);
      long tail = Checksum.add(0, data, cut, data.length - cut);
      assertEquals(whole, Checksum.finish(Checksum.add(first, data, cut, data.length - cut)));
      assertEquals(whole, Checksum.finish(Checksum.add(tail, data, 0, cut)));
    }
  }

  @Test
  void copiesAtAnyPosition_addUpToTheWhole() {
    Random random = new Random(3);
    byte[] data = new byte[1501];
    random.nextBytes(data);
    int whole = Packets.naiveChecksum(0, data, 0, data.length);
    for (int cut = 0; cut <= data.length; cut++) {
      byte[] copy = new byte[data.length];
      int rest = data.length - cut;
      long sum = Checksum.addCopied(0, 0, data, 0, copy, 0, cut);
      sum = Checksum.addCopied(sum, cut, data, cut, copy, cut, rest);
      assertEquals(whole, Checksum.finish(sum));
      assertArrayEquals(data, copy);
    }
  }

  @Test
  void hugeSum_foldsWithoutOverflow() {
    byte[] data = {0x12, 0x34};
    // All ones is the other zero of one's complement: adding it changes nothing.
    assertEquals(~0x1234 & 0xFFFF, Checksum.finish(Checksum.add(-1L, data, 0, 2)));
    assertEquals(0, Checksum.finish(-1L));
    assertEquals(0xFFFF, Checksum.finish(0));
  }

  @Test
  void randomSumsOfPayloads_agreeWithTheNaiveSum_fromAnyStart() {
    Random random = new Random(3);
    byte[] data = new byte[70_000];
    random.nextBytes(data);
    for (int round = 0; round < 2000; round++) {
      int len = random.nextInt(round % 10 == 0 ? 65_536 : 2 * Checksum.MANY_BYTES);
      int off = random.nextInt(data.length - len);
      long start = random.nextLong() >>> random.nextInt(64);
      int naiveStart = ~Checksum.finish(start) & 0xFFFF;
      int expected = Packets.naiveChecksum(naiveStart, data, off, len);
      assertEquals(expected, Checksum.finish(Checksum.add(start, data, off, len)));
    }
  }

  @Test
  void bothLoops_sumTheSameWords() {
    byte[] data = new byte[1_600];
    new Random(4).nextBytes(data);
    for (int len = Checksum.MANY_BYTES; len < 1_500; len++) {
      assertEquals(Checksum.oneByOne(data, len % 7, len), Checksum.twoByTwo(data, len % 7, len));
    }
  }

  @Test
  void sumsOfZerosAndOfOnes_areTheTwoZeros_atEachAlignment() {
    byte[] zeros = new byte[65_535 + 8];
    byte[] ones = new byte[65_535 + 8];
    Arrays.fill(ones, (byte) 0xFF);
    for (int off = 0; off <= 8; off++) {
      assertEquals(0xFFFF, Checksum.finish(Checksum.add(0, zeros, off, 65_535)));
      assertEquals(0, Checksum.finish(Checksum.add(0, ones, off, 65_534)));
      assertEquals(0xFF, Checksum.finish(Checksum.add(0, ones, off, 65_535)));
    }
  }

  @Test
  void fieldsAndFoldedParts_addUpToTheBytesTheyStandFor() {
    Random random = new Random(5);
    byte[] header = new byte[20];
    for (int round = 0; round < 1000; round++) {
      random.nextBytes(header);
      long sum = Checksum.fold(random.nextLong());
      int expected = Packets.naiveChecksum(sum, header, 0, header.length);
      sum += Bytes.u32(header, 0);
      sum = Checksum.addWords(sum, Bytes.i64(header, 4), Bytes.i64(header, 12));
      assertEquals(expected, Checksum.finish(sum));
      assertEquals(expected, Checksum.finish(Checksum.fold(sum)));
    }
    assertEquals(0xFFFF, Checksum.fold(Checksum.addWords(-1L, -1L, -1L)));
    assertEquals(0, Checksum.fold(0));
  }

  @Test
  void pseudoHeader_sumsTheFieldsOfItsFamily() {
    byte[] v4 = Packets.concat(Packets.V4_A.toBytes(), Packets.V4_B.toBytes(), new byte[] {0, 6});
    long sum4 = Checksum.pseudoHeader(Packets.V4_A, Packets.V4_B, 6, 1234);
    assertEquals(Packets.naiveChecksum(1234, v4, 0, v4.length), Checksum.finish(sum4));
    byte[] v6 = Packets.concat(Packets.V6_A.toBytes(), Packets.V6_B.toBytes(), new byte[] {0, 58});
    long sum6 = Checksum.pseudoHeader(Packets.V6_A, Packets.V6_B, 58, 65_535);
    assertEquals(Packets.naiveChecksum(65_535, v6, 0, v6.length), Checksum.finish(sum6));
  }
}
