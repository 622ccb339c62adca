package dev.jktcp.tcp.connection;

/**
 * SipHash (Aumasson, Bernstein 2012) with a 128-bit key, over whole 64-bit words. Both methods are
 * too long for the compiler to inline, which helps: inlined copies drove other code out of the
 * processor's first cache.
 */
public final class SipHash {
  private final long k0;
  private final long k1;

  public SipHash(long k0, long k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  /** SipHash-2-4. */
  public long hash(long m0) {
    return hash(1, m0, 0, 0, 0, 0);
  }

  public long hash(long m0, long m1) {
    return hash(2, m0, m1, 0, 0, 0);
  }

  public long hash(long m0, long m1, long m2, long m3) {
    return hash(4, m0, m1, m2, m3, 0);
  }

  public long hash(long m0, long m1, long m2, long m3, long m4) {
    return hash(5, m0, m1, m2, m3, m4);
  }

  private long hash(int words, long m0, long m1, long m2, long m3, long m4) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    for (int i = 0; i <= words; i++) {
      long m =
          i == words ? lengthOf(words) : i == 0 ? m0 : i == 1 ? m1 : i == 2 ? m2 : i == 3 ? m3 : m4;
      v3 ^= m;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= m;
    }
    v2 ^= 0xff;
    for (int round = 0; round < 4; round++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** SipHash-1-3 of two words, or three, which is enough for a table: no peer sees the result. */
  public long quick(int words, long m0, long m1, long m2) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    for (int i = 0; i <= words; i++) {
      long m = i == words ? lengthOf(words) : i == 0 ? m0 : i == 1 ? m1 : m2;
      v3 ^= m;
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
      v0 ^= m;
    }
    v2 ^= 0xff;
    for (int round = 0; round < 3; round++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** The last block of a message of whole words. */
  private static long lengthOf(int words) {
    return (long) (words * Long.BYTES) << 56;
  }
}
