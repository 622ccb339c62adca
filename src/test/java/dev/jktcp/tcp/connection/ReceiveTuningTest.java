package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The receive buffer grows with what is read, as far as shared memory allows. */
class ReceiveTuningTest {
  private static final int KIB = 1024;
  private static final int LEAST = 64 * KIB;
  private static final int MOST = 8192 * KIB;

  private final ByteBudget budget = new ByteBudget(16_384 * KIB, () -> {});
  private final ByteAccount account = budget.open(false);
  private final ReceiveTuning tuning = new ReceiveTuning(LEAST, MOST, account);
  private long read;

  private int round(int capacity, int bytes) {
    read += bytes;
    return tuning.next(capacity, read, 0);
  }

  @Test
  void growth_isByTwiceWhatWasRead_andByFourTimesWhileThatDoubles() {
    int capacity = round(LEAST, 100 * KIB);
    assertEquals(400 * KIB, capacity);
    assertEquals(800 * KIB, round(capacity, 200 * KIB)); // twice as many as before
    assertEquals(800 * KIB, round(800 * KIB, 250 * KIB));
    assertEquals(800 * KIB, round(800 * KIB, 10 * KIB)); // a pause of the peer's
    assertEquals(1_000 * KIB, round(800 * KIB, 250 * KIB)); // far more than in that pause
  }

  @Test
  void most_isTheLimit_andMoreThanAnIntIsWanted() {
    assertEquals(MOST, round(LEAST, 1 << 30));
  }

  @Test
  void connectionsThatHoldSomething_shareTheBudget() {
    assertEquals(MOST, round(LEAST, 8_192 * KIB));
    for (int i = 0; i < 15; i++) {
      budget.open(false).hold(1);
    }
    assertEquals(512 * KIB, round(MOST, 8_192 * KIB)); // a half, of 16
  }

  @Test
  void scarceMemory_halvesIt_downToTheLeast() {
    ByteAccount other = budget.open(false);
    other.hold(8_192 * KIB);
    int capacity = round(1_024 * KIB, 4_096 * KIB);
    assertEquals(512 * KIB, capacity);
    assertEquals(LEAST, round(100 * KIB, 4_096 * KIB));
    other.letGo(8_192 * KIB);
    assertEquals(200 * KIB, round(LEAST, 100 * KIB));
  }

  @Test
  void bytesRead_areCountedAcross32Bits() {
    read = (1L << 32) - 10;
    tuning.begin(read, 0);
    assertEquals(4 * 40 * KIB, round(LEAST, 40 * KIB));
  }
}
