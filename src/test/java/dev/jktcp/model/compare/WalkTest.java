package dev.jktcp.model.compare;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.sim.SimRandom;
import org.junit.jupiter.api.Test;

/**
 * From any situation a few random steps on: what one segment or call leaves behind meets the next.
 * The model has all its liberties, so there is nothing to explain: core and model are equal. {@code
 * -Dwalks=N} for more.
 */
class WalkTest {
  private static final int SEEDS = Integer.getInteger("walks", 5_000);
  private static final int STEPS = 12;

  private int steps;

  @Test
  void coreAndModel_stayTogether() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      try {
        walk(seed, false);
      } catch (AssertionError e) {
        walk(seed, true); // fails once more, and tells how it came to that
        throw e;
      }
    }
    assertTrue(steps > STEPS / 2 * SEEDS, "only " + steps + " steps");
  }

  private void walk(long seed, boolean tell) {
    SimRandom random = new SimRandom(seed);
    Walk walk = new Walk(random::below, "seed " + seed + ": ", tell);
    for (int step = 0; step < STEPS; step++) {
      steps++;
      if (!walk.step()) {
        break;
      }
    }
    walk.end();
  }
}
