package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** SipHash against its reference vectors. */
class SipHashTest {
  // The reference vectors' key 00 01 … 0f, little-endian; their message is 00 01 02 ….
  private static final long K0 = 0x0706050403020100L;
  private static final long K1 = 0x0f0e0d0c0b0a0908L;

  @Test
  void referenceVectors() {
    SipHash hash = new SipHash(K0, K1);
    assertEquals(0x726fdb47dd0e0e31L, plain(2, 4, K0, K1));
    assertEquals(0x93f5f5799a932462L, plain(2, 4, K0, K1, K0));
    assertEquals(0xabac0158050fc4dcL, plain(1, 3, K0, K1));
    assertEquals(0x93f5f5799a932462L, hash.hash(K0));
    assertEquals(0x3f2acc7f57c29bdbL, hash.hash(K0, K1));
  }

  @Test
  void longerMessages_hashAsByThePlainLoop() {
    Random random = new Random(9);
    for (int round = 0; round < 1_000; round++) {
      long[] k = random.longs(2).toArray();
      long[] m = random.longs(5).toArray();
      SipHash hash = new SipHash(k[0], k[1]);
      assertEquals(plain(2, 4, k[0], k[1], m[0], m[1]), hash.hash(m[0], m[1]));
      assertEquals(
          plain(2, 4, k[0], k[1], m[0], m[1], m[2], m[3]), hash.hash(m[0], m[1], m[2], m[3]));
      assertEquals(plain(2, 4, k[0], k[1], m), hash.hash(m[0], m[1], m[2], m[3], m[4]));
      assertEquals(plain(1, 3, k[0], k[1], m[0], m[1]), hash.quick(2, m[0], m[1], 0));
      assertEquals(plain(1, 3, k[0], k[1], m[0], m[1], m[2]), hash.quick(3, m[0], m[1], m[2]));
    }
  }

  private static long plain(int c, int d, long k0, long k1, long... words) {
    long[] v = {
      k0 ^ 0x736f6d6570736575L,
      k1 ^ 0x646f72616e646f6dL,
      k0 ^ 0x6c7967656e657261L,
      k1 ^ 0x7465646279746573L
    };
    for (int i = 0; i <= words.length; i++) {
      long m = i < words.length ? words[i] : (long) (words.length * 8) << 56;
      v[3] ^= m;
      rounds(v, c);
      v[0] ^= m;
    }
    v[2] ^= 0xff;
    rounds(v, d);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }

  private static void rounds(long[] v, int count) {
    for (int i = 0; i < count; i++) {
      half(v, 0, 1, 13, 2, 3, 16);
      half(v, 2, 1, 17, 0, 3, 21);
    }
  }

  private static void half(long[] v, int a, int b, int bits, int c, int d, int moreBits) {
    v[a] += v[b];
    v[c] += v[d];
    v[b] = Long.rotateLeft(v[b], bits) ^ v[a];
    v[d] = Long.rotateLeft(v[d], moreBits) ^ v[c];
    v[a] = Long.rotateLeft(v[a], 32);
  }
}
