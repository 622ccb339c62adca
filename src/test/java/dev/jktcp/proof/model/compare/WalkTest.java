package dev.jktcp.proof.model.compare;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Figures;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.testkit.Asked;
import dev.jktcp.testkit.Docs;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * From any situation a few random steps on: what one segment or call leaves behind meets the next.
 * The model has all its liberties, so there is nothing to explain: core and model are equal. {@code
 * -Dwalks=N} for more.
 */
class WalkTest {
  private static final int WALKS = 5_000;
  private static final int STEPS = 12;

  private long steps;

  @Test
  void coreAndModel_stayTogether() {
    long walks = Asked.number("walks", 1, WALKS);
    for (long seed = 1; seed <= walks; seed++) {
      try {
        walk(seed, false);
      } catch (AssertionError e) {
        walk(seed, true); // fails once more, and tells how it came to that
        throw e;
      }
    }
    Figures.note("walks: " + walks + " of core and model together, " + steps + " steps");
    assertTrue(walks < WALKS || steps > STEPS / 2 * walks, "only " + steps + " steps");
  }

  @Test
  void guide_saysHowMany() {
    String said = String.format(Locale.ROOT, "%,d random walks of up to %d steps", WALKS, STEPS);
    Docs.says(Docs.PROOF, said);
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
