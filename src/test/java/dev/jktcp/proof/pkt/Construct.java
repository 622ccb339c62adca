package dev.jktcp.proof.pkt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.jktcp.proof.pkt.Verdict.Outcome;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A construct of packetdrill's language: a script that passes, and the change that makes it a
 * mutant, which must not pass.
 */
record Construct(String name, String passes, String from, String to) {
  /**
   * @param runner plays a script
   */
  static Stream<DynamicTest> tests(List<Construct> all, Function<String, Verdict> runner) {
    return tests(
        all, runner, mutated -> assertNotEquals(Outcome.PASSED, mutated.outcome(), "the mutant"));
  }

  /**
   * @param ofMutant judges the mutant's verdict
   */
  static Stream<DynamicTest> tests(
      List<Construct> all, Function<String, Verdict> runner, Consumer<Verdict> ofMutant) {
    return all.stream()
        .map(one -> DynamicTest.dynamicTest(one.name, () -> one.test(runner, ofMutant)));
  }

  private void test(Function<String, Verdict> runner, Consumer<Verdict> ofMutant) {
    Verdict verdict = runner.apply(passes);
    assertEquals(Outcome.PASSED, verdict.outcome(), verdict::toString);
    String mutant = passes.replace(from, to);
    assertNotEquals(passes, mutant, "the mutation changes nothing");
    ofMutant.accept(runner.apply(mutant));
  }
}
