package dev.jktcp.mutation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.golden.RepairStories;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * No judge of repair that cannot object: loss recovery is broken on purpose, in one line, and the
 * one that looks at this says so. {@code -Dlabel=undone} runs those whose words begin like that.
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
    List<?> objections =
        (List<?>)
            loader
                .loadClass(RepairStories.class.getName())
                .getMethod("objections", String.class)
                .invoke(null, sabotage.label());
    assertTrue(
        objections.stream().anyMatch(said -> said.toString().contains(sabotage.label())),
        () -> sabotage + " became " + sabotage.after() + ", and the judges said " + objections);
  }
}
