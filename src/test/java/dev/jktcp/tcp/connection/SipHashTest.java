package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SipHashTest {
  // The reference vectors' key 00 01 … 0f, little-endian; their message is 00 01 02 ….
  private final SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @Test
  void referenceVectors() {
    assertEquals(0x726fdb47dd0e0e31L, hash.hash(0, 0, 0, 0, 0, 0));
    assertEquals(0x93f5f5799a932462L, hash.hash(1, 0x0706050403020100L, 0, 0, 0, 0));
    assertEquals(
        0x3f2acc7f57c29bdbL, hash.hash(2, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L, 0, 0, 0));
  }
}
