package dev.jktcp.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequence numbers compare modulo 2^32 (RFC 9293 §3.4). */
class SeqTest {
  private static final int HALF = 1 << 31;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1, 0x7FFF_FFFF, HALF, 0xFFFF_FFF0, 12345})
  void numbersLessThanHalfTheSpaceApart_compareAsIfNeverWrapped(int a) {
    for (int step : new int[] {1, 2, 1000, 1 << 30, HALF - 1}) {
      int b = a + step;
      assertTrue(Seq.lt(a, b));
      assertTrue(Seq.leq(a, b));
      assertFalse(Seq.gt(a, b));
      assertFalse(Seq.geq(a, b));
      assertFalse(Seq.lt(b, a));
      assertFalse(Seq.leq(b, a));
      assertTrue(Seq.gt(b, a));
      assertTrue(Seq.geq(b, a));
      assertEquals(b, Seq.max(a, b));
      assertEquals(b, Seq.max(b, a));
      assertEquals(a, Seq.min(a, b));
      assertEquals(a, Seq.min(b, a));
      assertEquals(step, Seq.diff(b, a));
      assertEquals(-step, Seq.diff(a, b));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, HALF, 77})
  void sameNumber_isNeitherBeforeNorAfterItself(int a) {
    assertFalse(Seq.lt(a, a));
    assertFalse(Seq.gt(a, a));
    assertTrue(Seq.leq(a, a));
    assertTrue(Seq.geq(a, a));
    assertEquals(a, Seq.max(a, a));
    assertEquals(a, Seq.min(a, a));
    assertEquals(0, Seq.diff(a, a));
  }

  @Test
  void windowAcrossTheWrap_holdsItsNumbersOnly() {
    int from = 0xFFFF_FFFE;
    assertFalse(Seq.inWindow(0xFFFF_FFFD, from, 4));
    assertTrue(Seq.inWindow(0xFFFF_FFFE, from, 4));
    assertTrue(Seq.inWindow(0xFFFF_FFFF, from, 4));
    assertTrue(Seq.inWindow(0, from, 4));
    assertTrue(Seq.inWindow(1, from, 4));
    assertFalse(Seq.inWindow(2, from, 4));
  }

  @Test
  void emptyWindow_holdsNothing() {
    assertFalse(Seq.inWindow(5, 5, 0));
    assertFalse(Seq.inWindow(4, 5, 0));
  }

  @Test
  void windowOfUnsignedSize_isNotNegative() {
    assertTrue(Seq.inWindow(HALF, 0, HALF + 1));
    assertFalse(Seq.inWindow(HALF + 1, 0, HALF + 1));
  }
}
