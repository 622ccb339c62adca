package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TimedFlow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A hierarchical timing wheel (Varghese, Lauck 1987) of 1 ms ticks: arming and firing cost the same
 * whether ten flows wait or a million. Level 0 has a slot for each tick, each level above a slot
 * for a whole turn of the one below; a flow moves down as its time comes near.
 *
 * <p>Deadlines round up to a tick, so no flow fires early. If a flow's deadline is put off or
 * dropped, the flow stays in its slot until the slot comes up, and is looked at then: most
 * deadlines are put off many times before they come. So the wheel may ask for the time too early,
 * but never too late. That is rare: {@link #nextDeadlineNs} looks at the slot that comes up first.
 */
final class TimerWheel {
  static final long TICK_NS = 1_000_000L;
  static final long NONE = Long.MAX_VALUE;

  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS; // as many as a long has bits
  private static final int LEVELS = 6; // 2^36 ms, two years; later deadlines wait in the last slot

  private static final Comparator<TimedFlow> BY_ORDER = Comparator.comparingLong(f -> f.wheelOrder);

  /** Is told of each due flow, which is then in no slot and may be armed again. */
  interface Due {
    void onDue(TimedFlow flow, long nowNs);
  }

  private final TimedFlow[] heads = new TimedFlow[LEVELS * SLOTS];
  private final long[] occupied = new long[LEVELS];
  private final List<TimedFlow> ripe = new ArrayList<>();
  private long baseNs;
  private long armings;
  private int armed; // flows that are armed
  private long tick; // everything up to this tick has fired

  /** Ticks are counted from here; no flow may be armed before. */
  void start(long nowNs) {
    baseNs = nowNs;
  }

  /**
   * Makes {@code flow} due at {@code deadlineNs}, in place of any earlier deadline. A deadline in
   * the past is due at the tick after {@code nowNs}. Counted from the last tick that fired, it
   * would depend on how often the wheel was told the time.
   */
  void arm(TimedFlow flow, long deadlineNs, long nowNs) {
    long exact = ceilTick(deadlineNs);
    long wanted = Math.max(tick + 1, exact);
    if (deadlineNs - nowNs <= 0) {
      wanted = Math.max(wanted, Math.floorDiv(nowNs - baseNs, TICK_NS) + 1);
    }
    if (isArmed(flow)) {
      if (flow.wheelTick >= exact && flow.wheelTick <= wanted) {
        return; // unchanged, even if due now: arming again must not put off a past deadline
      }
    } else {
      armed++;
    }
    flow.wheelTick = wanted;
    flow.wheelOrder = armings++;
    if (flow.wheelSlot < 0) {
      link(flow);
    } else if (comesUp(flow.wheelSlot) > wanted) {
      unlink(flow);
      link(flow);
    }
  }

  private static boolean isArmed(TimedFlow flow) {
    return flow.wheelSlot >= 0 && flow.wheelTick != NONE;
  }

  /** The flow has no deadline for now, but will soon have one again. */
  void suspend(TimedFlow flow) {
    if (isArmed(flow)) {
      armed--;
      flow.wheelTick = NONE;
    }
  }

  /** The flow has no deadline, and the wheel lets go of it. */
  void cancel(TimedFlow flow) {
    suspend(flow);
    if (flow.wheelSlot >= 0) {
      unlink(flow);
    }
  }

  /** Fires all flows due by {@code nowNs}, in the order of ticks. */
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
   * Fires a slot in the order of arming. The order within the slot depends on when flows moved
   * down, and so on how often the wheel was told the time; the stack's packets must not.
   */
  private void fire(int slot, long nowNs, Due due) {
    for (TimedFlow flow = heads[slot], next; flow != null; flow = next) {
      next = flow.wheelNext;
      if (flow.wheelTick == tick) {
        ripe.add(flow);
      } else {
        unlink(flow);
        relink(flow);
      }
    }
    if (ripe.size() > 1) {
      ripe.sort(BY_ORDER);
    }
    for (TimedFlow flow : ripe) {
      if (flow.wheelSlot == slot && flow.wheelTick == tick) { // unchanged by the others
        unlink(flow);
        armed--;
        due.onDue(flow, nowNs);
      }
    }
    ripe.clear();
  }

  /**
   * When {@link #advance} next has work, in the caller's clock: no later than the earliest
   * deadline. {@link #NONE} = no flow is armed.
   */
  long nextDeadlineNs() {
    if (armed == 0) {
      return NONE;
    }
    long next = NONE;
    for (int level = 0; level < LEVELS; level++) {
      while (occupied[level] != 0) {
        long first = firstTick(level);
        if (first >= next || !isVain(level, first)) {
          next = Math.min(next, first);
          break;
        }
      }
    }
    return baseNs + next * TICK_NS;
  }

  /** The time up to which all flows have fired. */
  long reachedNs() {
    return baseNs + tick * TICK_NS;
  }

  /**
   * The earliest deadline of all, rounded up to a tick. Only meaningful while not {@link #isEmpty}.
   */
  long earliestNs() {
    long earliest = NONE;
    int last = LEVELS - 1;
    for (int level = 0; level < last; level++) {
      while (occupied[level] != 0 && isVain(level, firstTick(level))) {}
      if (occupied[level] != 0) {
        earliest = Math.min(earliest, earliestIn(slot(level, firstTick(level))));
      }
    }
    // On the last level a flow that was put off stays, even beyond others in later slots.
    for (int slot = last * SLOTS; occupied[last] != 0 && slot < heads.length; slot++) {
      earliest = Math.min(earliest, earliestIn(slot));
    }
    return baseNs + earliest * TICK_NS;
  }

  private long earliestIn(int slot) {
    long earliest = NONE;
    for (TimedFlow flow = heads[slot]; flow != null; flow = flow.wheelNext) {
      earliest = Math.min(earliest, flow.wheelTick);
    }
    return earliest;
  }

  /**
   * Whether all flows in the first occupied slot of a level, which comes up at this tick, were put
   * off beyond it. Flows found so are moved to their slots.
   */
  private boolean isVain(int level, long first) {
    int slot = slot(level, first);
    long behind = level == LEVELS - 1 ? NONE : first + (1L << level * BITS);
    TimedFlow flow;
    while ((flow = heads[slot]) != null && flow.wheelTick >= behind) {
      unlink(flow);
      relink(flow);
    }
    return flow == null;
  }

  /** Whether no flow is armed. */
  boolean isEmpty() {
    return armed == 0;
  }

  /** The first whole number of ticks since the start that is not before. */
  long roundedUp(long deadlineNs) {
    return baseNs + ceilTick(deadlineNs) * TICK_NS;
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

  /** The tick at which a slot comes up next. */
  private long comesUp(int slot) {
    int shift = (slot >> BITS) * BITS;
    long turn = tick >> shift;
    return turn + 1 + (slot - turn - 1 & SLOTS - 1) << shift;
  }

  /** Moves down the flows of the slots that the current tick has reached on the levels above. */
  private void cascade() {
    int highest = Math.min(LEVELS - 1, Long.numberOfTrailingZeros(tick) / BITS);
    for (int level = highest; level > 0; level--) { // the levels of which a slot begins here
      TimedFlow flow = heads[slot(level, tick)];
      heads[slot(level, tick)] = null;
      occupied[level] &= ~(1L << (tick >> level * BITS & SLOTS - 1));
      while (flow != null) {
        TimedFlow next = flow.wheelNext;
        flow.wheelNext = null;
        flow.wheelPrevious = null;
        flow.wheelSlot = -1;
        relink(flow);
        flow = next;
      }
    }
  }

  /** Puts the flow into the slot of its present deadline, if it has one. */
  private void relink(TimedFlow flow) {
    if (flow.wheelTick != NONE) {
      link(flow);
    }
  }

  private void link(TimedFlow flow) {
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

  private void unlink(TimedFlow flow) {
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
