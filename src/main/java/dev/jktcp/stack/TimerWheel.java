package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A hierarchical timing wheel (Varghese, Lauck 1987) of 1 ms ticks: arming and firing cost the same
 * whether ten flows wait or a million. Level 0 has a slot for each tick, each level above a slot
 * for a whole turn of the one below; a flow moves down as its time comes near.
 *
 * <p>Deadlines round up to a tick, so nothing fires early.
 */
final class TimerWheel {
  static final long TICK_NS = 1_000_000L;
  static final long NONE = Long.MAX_VALUE;

  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS; // as many as a long has bits
  private static final int LEVELS = 6; // 2^36 ms, two years; later deadlines wait in the last slot

  private static final Comparator<Flow> BY_ORDER = Comparator.comparingLong(f -> f.wheelOrder);

  /** Told of each flow that is due; the flow is in no slot by then and may be armed again. */
  interface Due {
    void onDue(Flow flow, long nowNs);
  }

  private final Flow[] heads = new Flow[LEVELS * SLOTS];
  private final long[] occupied = new long[LEVELS];
  private final List<Flow> ripe = new ArrayList<>();
  private long baseNs;
  private long armings;
  private long tick; // everything up to this tick has fired

  /** Ticks are counted from here; nothing may be armed before. */
  void start(long nowNs) {
    baseNs = nowNs;
  }

  /**
   * Wants {@code flow} to be due at {@code deadlineNs}, in place of what it wanted before. What has
   * passed already is due at the tick after {@code nowNs}: counted from the last tick that fired,
   * it would depend on how often the wheel was told the time.
   */
  void arm(Flow flow, long deadlineNs, long nowNs) {
    long exact = ceilTick(deadlineNs);
    long past = Math.max(tick, Math.floorDiv(nowNs - baseNs, TICK_NS));
    long wanted = Math.max(past + 1, exact);
    if (flow.wheelSlot >= 0) {
      if (flow.wheelTick == wanted || flow.wheelTick == exact) {
        return; // as it is, even if that is now
      }
      unlink(flow);
    }
    flow.wheelTick = wanted;
    flow.wheelOrder = armings++;
    link(flow);
  }

  void cancel(Flow flow) {
    if (flow.wheelSlot >= 0) {
      unlink(flow);
    }
  }

  /** Fires all that is due by {@code nowNs}, in the order of ticks. */
  void advance(long nowNs, Due due) {
    long target = Math.floorDiv(nowNs - baseNs, TICK_NS);
    while (tick < target) {
      long next = nextTick();
      if (next > target) {
        tick = target;
        return;
      }
      tick = next;
      cascade();
      fire(slot(0, tick), nowNs, due);
    }
  }

  /**
   * In the order of arming. The order in a slot is no good: it depends on when flows moved down,
   * and so on how often the wheel was told the time; what the stack sends must not.
   */
  private void fire(int slot, long nowNs, Due due) {
    for (Flow flow = heads[slot]; flow != null; flow = flow.wheelNext) {
      ripe.add(flow);
    }
    ripe.sort(BY_ORDER);
    for (Flow flow : ripe) {
      if (flow.wheelSlot == slot) { // not cancelled by one before it
        unlink(flow);
        due.onDue(flow, nowNs);
      }
    }
    ripe.clear();
  }

  /**
   * When {@link #advance} next has work, in the caller's clock: exact for what is due within a turn
   * of level 0, otherwise no later than the earliest deadline. {@link #NONE} when nothing is armed.
   */
  long nextDeadlineNs() {
    long next = nextTick();
    return next == NONE ? NONE : baseNs + next * TICK_NS;
  }

  /**
   * The earliest deadline of all, rounded up to a tick. Only meaningful while not {@link #isEmpty}.
   */
  long earliestNs() {
    long earliest = NONE;
    for (int level = 0; level < LEVELS; level++) {
      if (occupied[level] != 0) {
        long turn = firstTick(level) >> level * BITS;
        for (Flow flow = heads[level << BITS | (int) (turn & SLOTS - 1)];
            flow != null;
            flow = flow.wheelNext) {
          earliest = Math.min(earliest, flow.wheelTick);
        }
      }
    }
    return baseNs + earliest * TICK_NS;
  }

  /** Whether nothing is armed. */
  boolean isEmpty() {
    for (long bits : occupied) {
      if (bits != 0) {
        return false;
      }
    }
    return true;
  }

  private long ceilTick(long deadlineNs) {
    return Math.floorDiv(deadlineNs - baseNs + TICK_NS - 1, TICK_NS);
  }

  /** The next tick at which a slot of any level comes up. */
  private long nextTick() {
    long next = NONE;
    for (int level = 0; level < LEVELS; level++) {
      if (occupied[level] != 0) {
        next = Math.min(next, firstTick(level));
      }
    }
    return next;
  }

  /** The tick at which the next occupied slot of a level comes up. */
  private long firstTick(int level) {
    int shift = level * BITS;
    long turn = tick >> shift;
    int position = (int) (turn & (SLOTS - 1));
    // Rotated so that bit 0 is the slot after the current one.
    long ahead = Long.rotateRight(occupied[level], position + 1);
    return turn + 1 + Long.numberOfTrailingZeros(ahead) << shift;
  }

  /** Moves down what the current tick has reached on the levels above. */
  private void cascade() {
    for (int level = LEVELS - 1; level > 0; level--) {
      if ((tick & (1L << level * BITS) - 1) != 0) {
        continue; // this level's slot does not begin here
      }
      Flow flow = heads[slot(level, tick)];
      heads[slot(level, tick)] = null;
      occupied[level] &= ~(1L << (tick >> level * BITS & SLOTS - 1));
      while (flow != null) {
        Flow next = flow.wheelNext;
        flow.wheelSlot = -1;
        link(flow);
        flow = next;
      }
    }
  }

  private void link(Flow flow) {
    long delta = flow.wheelTick - tick;
    int level = 0;
    while (level < LEVELS - 1 && delta >= 1L << (level + 1) * BITS) {
      level++;
    }
    long at = flow.wheelTick;
    if (delta >= 1L << LEVELS * BITS) {
      at = tick + (1L << LEVELS * BITS) - 1; // beyond the horizon: look again then
    }
    int slot = slot(level, at);
    flow.wheelSlot = slot;
    flow.wheelPrevious = null;
    flow.wheelNext = heads[slot];
    if (heads[slot] != null) {
      heads[slot].wheelPrevious = flow;
    }
    heads[slot] = flow;
    occupied[level] |= 1L << (slot & SLOTS - 1);
  }

  private void unlink(Flow flow) {
    int slot = flow.wheelSlot;
    if (flow.wheelPrevious == null) {
      heads[slot] = flow.wheelNext;
    } else {
      flow.wheelPrevious.wheelNext = flow.wheelNext;
    }
    if (flow.wheelNext != null) {
      flow.wheelNext.wheelPrevious = flow.wheelPrevious;
    }
    if (heads[slot] == null) {
      occupied[slot >> BITS] &= ~(1L << (slot & SLOTS - 1));
    }
    flow.wheelNext = null;
    flow.wheelPrevious = null;
    flow.wheelSlot = -1;
  }

  private static int slot(int level, long tick) {
    return level << BITS | (int) (tick >> level * BITS & SLOTS - 1);
  }
}
