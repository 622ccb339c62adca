package dev.jktcp.proof.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No check that cannot fail: each is shown a stack or shell that is broken on purpose. */
class SabotageTest {
  private static final int SEEDS = 400;
  private static final int COMPARED_SEEDS = 20;

  static Stream<Sabotage> eachThatACheckFinds() {
    return Stream.of(Sabotage.values()).filter(s -> !s.noticedAs.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("eachThatACheckFinds")
  void brokenStack_isNoticedByItsCheck(Sabotage sabotage) {
    Set<String> others = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        Simulator.once(seed, Simulator.Cadence.JUMP, sabotage, null);
      } catch (AssertionError | RuntimeException e) {
        if (String.valueOf(e.getMessage()).contains(sabotage.noticedAs)) {
          return;
        }
        others.add(e.toString().replaceAll("-?[0-9]+", "#"));
      }
    }
    fail(sabotage + " was never noticed as '" + sabotage.noticedAs + "', only as " + others);
  }

  @Test
  void lateWakeUp_changesTheTranscript() {
    boolean differs = false;
    for (long seed = 1; seed <= COMPARED_SEEDS && !differs; seed++) {
      differs = !outcome(seed, Sabotage.WAKES_LATE).equals(outcome(seed, Sabotage.NONE));
    }
    assertTrue(differs);
  }

  @Test
  void whatDependsOnTheRun_changesTheTranscript() {
    assertNotEquals(outcome(1, Sabotage.NOT_REPRODUCIBLE), outcome(1, Sabotage.NOT_REPRODUCIBLE));
    assertEquals(outcome(1, Sabotage.NONE), outcome(1, Sabotage.NONE));
  }

  private static Object outcome(long seed, Sabotage sabotage) {
    return Simulator.once(seed, Simulator.Cadence.JUMP, sabotage, null);
  }

  @Test
  void oneInTen_isOneOfEachTenOfAFlow_whateverOthersSend() {
    OneInTen path = new OneInTen(new SimRandom(7));
    int gap = 0;
    int longest = 0;
    int delivered = 0;
    for (int i = 0; i < 10_000; i++) {
      for (int others = i % 3; others > 0; others--) {
        path.delivers(2);
      }
      boolean passes = path.delivers(1);
      delivered += passes ? 1 : 0;
      gap = passes ? 0 : gap + 1;
      longest = Math.max(longest, gap);
    }
    assertEquals(1_000, delivered);
    assertEquals(OneInTen.LONGEST_GAP, longest);
  }
}
