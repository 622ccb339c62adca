package dev.jktcp.proof.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * Delivers one packet of each ten of a flow and direction. Between two that it delivers lie at most
 * {@link #LONGEST_GAP} others.
 */
final class OneInTen {
  static final int LONGEST_GAP = 18;
  private static final int BLOCK = 10;

  private static final class Turn {
    int position;
    int delivered;
  }

  private final SimRandom random;
  private final Map<Long, Turn> turns = new HashMap<>();

  OneInTen(SimRandom random) {
    this.random = random;
  }

  /**
   * @param flow any number that is the flow's own
   */
  boolean delivers(long flow) {
    Turn turn = turns.computeIfAbsent(flow, f -> new Turn());
    if (turn.position == 0) {
      turn.delivered = random.below(BLOCK);
    }
    boolean delivers = turn.position == turn.delivered;
    turn.position = (turn.position + 1) % BLOCK;
    return delivers;
  }
}
