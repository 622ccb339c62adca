package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.ByteBudget;
import org.junit.jupiter.api.Test;

/** Datagrams on their way between threads have one limit, and are counted in each turn. */
class CrossingTest {
  private static final int LIMIT = 1 << 20;
  private static final int SHARE = LIMIT / 16;
  private static final int DATAGRAM = 1024;

  private final ByteBudget budget = new ByteBudget(LIMIT, () -> {});
  private final Crossing crossing = new Crossing();

  private int entered() {
    int bytes = 0;
    while (crossing.enter(DATAGRAM)) bytes += DATAGRAM;
    return bytes;
  }

  @Test
  void betweenTurns_aSixteenthMayEnter_andHalfOfTheMemoryIsTheMost() {
    crossing.of(budget);
    assertEquals(SHARE, entered());
    assertEquals(0, budget.held());
    int all = SHARE;
    for (int turn = 0; turn < 7; turn++) {
      crossing.settle();
      assertEquals(all, budget.held());
      assertEquals(SHARE, entered());
      all += SHARE;
    }
    crossing.settle();
    assertEquals(LIMIT / 2, budget.held());
    assertEquals(0, entered());
    for (int left = all; left > 0; left -= DATAGRAM) crossing.leave(DATAGRAM);
    crossing.settle();
    assertEquals(0, budget.held());
    assertEquals(SHARE, entered());
  }

  @Test
  void othersMemory_leavesLess() {
    budget.charge(LIMIT / 2 - 3 * DATAGRAM);
    crossing.of(budget);
    assertEquals(3 * DATAGRAM, entered());
    budget.charge(DATAGRAM);
    crossing.settle(); // what is under way stays
    assertFalse(crossing.enter(1));
    assertEquals(LIMIT / 2 + DATAGRAM, budget.held());
  }

  /** The stack's memory had room for it, and has it counted at once. */
  @Test
  void datagramForAnotherThread_isCountedUntilItIsRead() {
    crossing.of(budget);
    crossing.pass(DATAGRAM);
    assertEquals(DATAGRAM, budget.held());
    crossing.leave(DATAGRAM);
    crossing.settle();
    assertEquals(0, budget.held());
  }

  @Test
  void beforeTheTransportIsOpen_thereIsALimitToo_andThenTheyAreCounted() {
    assertEquals(1 << 20, entered());
    ByteBudget large = new ByteBudget(64 << 20, () -> {});
    crossing.of(large);
    assertEquals(1 << 20, large.held());
    assertTrue(crossing.enter(DATAGRAM));
  }
}
