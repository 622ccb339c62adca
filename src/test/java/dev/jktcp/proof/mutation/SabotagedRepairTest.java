package dev.jktcp.proof.mutation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.golden.RepairStories;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each judge of repair can object: loss recovery is broken on purpose, in one line, and the judge
 * of this line says so. {@code -Dlabel=undone} runs those whose words begin like that.
 */
class SabotagedRepairTest {
  static final String LIST = "/dev/jktcp/sabotages.txt";

  @TestFactory
  Stream<DynamicTest> brokenRecovery_isNoticedByItsJudge() throws IOException {
    String only = System.getProperty("label", "");
    return Mutation.all(LIST).stream()
        .filter(each -> each.label().startsWith(only))
        .map(each -> DynamicTest.dynamicTest(each.toString(), () -> run(each)));
  }

  private static void run(Mutation sabotage) throws Exception {
    Map<String, byte[]> broken = MemoryCompiler.compile(sabotage.className(), sabotage.mutated());
    ClassLoader loader = new MutantLoader(SabotagedRepairTest.class.getClassLoader(), broken);
    loader.setDefaultAssertionStatus(false); // the judges are to see it, not the core itself
    Predicate<String> awaited = said -> said.contains(sabotage.label());
    List<?> objections =
        (List<?>)
            loader
                .loadClass(RepairStories.class.getName())
                .getMethod("objections", Predicate.class)
                .invoke(null, awaited);
    assertTrue(
        objections.stream().map(String::valueOf).anyMatch(awaited),
        () -> sabotage + " became " + sabotage.after() + ", and the judges said " + objections);
  }
}
