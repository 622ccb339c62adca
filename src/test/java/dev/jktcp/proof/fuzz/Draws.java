package dev.jktcp.proof.fuzz;

/** Choices made by the bytes of a fuzzer's input, each byte used once; behind its end all are 0. */
final class Draws {
  private final byte[] input;
  private int at;

  Draws(byte[] input) {
    this.input = input;
  }

  boolean hasMore() {
    return at < input.length;
  }

  /** 0 … 255. */
  int octet() {
    return at < input.length ? input[at++] & 0xff : 0;
  }

  /** 0 … 65,535. */
  int sixteen() {
    return octet() << 8 | octet();
  }

  int thirtyTwo() {
    return sixteen() << 16 | sixteen();
  }

  /** 0 … bound - 1, with as many bytes as that takes. */
  int below(int bound) {
    int drawn = bound <= 1 << 8 ? octet() : bound <= 1 << 16 ? sixteen() : thirtyTwo() & ~(1 << 31);
    return drawn % bound;
  }

  int oneOf(int... values) {
    return values[below(values.length)];
  }

  byte[] octets(int count) {
    byte[] drawn = new byte[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = (byte) octet();
    }
    return drawn;
  }

  int left() {
    return input.length - at;
  }
}
