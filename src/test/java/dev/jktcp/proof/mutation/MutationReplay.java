package dev.jktcp.proof.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.RfcLabels;
import dev.jktcp.testkit.RfcLabels.LabelledTest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A label is worth what its tests notice: breaks the code as recorded, one place at a time, and
 * runs the tests of that label, which must fail; without the break they must pass. Not part of a
 * build; {@code mvn -q -B test -Dtest=MutationReplay} runs it, {@code -Dlabel=7323} those whose
 * label begins like that, and {@code -Dfile='Rack|Flight'} those of files whose name fits the
 * pattern.
 */
class MutationReplay {
  /**
   * Longer than all tests of a label take; a mutant may loop for ever, which is noticed too. A busy
   * machine needs more: {@code -Dpatience=300}.
   */
  private static final int PATIENCE_SECONDS = Integer.getInteger("patience", 60);

  private static final AtomicInteger replayed = new AtomicInteger();
  private static final AtomicInteger noticed = new AtomicInteger();

  @AfterAll
  static void sayHowMany() {
    System.out.println("mutations: " + replayed + " replayed, " + noticed + " noticed");
  }

  @TestFactory
  Stream<DynamicTest> everyMutation_isNoticedByItsLabelsTests() throws IOException {
    Map<String, Set<LabelledTest>> labels = RfcLabels.ofAllTests();
    String only = System.getProperty("label", "");
    Pattern file = Pattern.compile(System.getProperty("file", ""));
    return Mutation.all().stream()
        .filter(mutation -> mutation.label().startsWith(only))
        .filter(mutation -> file.matcher(mutation.file()).find())
        .map(
            mutation ->
                DynamicTest.dynamicTest(
                    mutation.toString(), () -> replay(mutation, labels.get(mutation.label()))));
  }

  private static void replay(Mutation mutation, Collection<LabelledTest> tests) throws Exception {
    replayed.incrementAndGet();
    assertTrue(tests != null, "no test has the label");
    assertEquals(List.of(), failures(tests, Map.of()), "without the mutation");
    Map<String, byte[]> mutated = MemoryCompiler.compile(mutation.className(), mutation.mutated());
    assertNotEquals(
        List.of(),
        failures(tests, mutated),
        () -> mutation + " became " + mutation.after() + " and nobody noticed");
    noticed.incrementAndGet();
  }

  private static List<String> failures(Collection<LabelledTest> tests, Map<String, byte[]> mutated)
      throws Exception {
    ClassLoader loader = new MutantLoader(MutationReplay.class.getClassLoader(), mutated);
    FutureTask<List<String>> run = new FutureTask<>(() -> run(tests, loader));
    Thread thread = new Thread(run, "mutant");
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      return run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return List.of("never ended");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof VirtualMachineError error) { // packets without end fill the heap
        return List.of("" + error);
      }
      throw new AssertionError("cannot run the tests", e.getCause());
    }
  }

  private static List<String> run(Collection<LabelledTest> tests, ClassLoader loader)
      throws Exception {
    List<DiscoverySelector> selectors = new ArrayList<>();
    for (LabelledTest test : tests) {
      Class<?> type = loader.loadClass(test.type().getName());
      selectors.add(
          test.method() == null
              ? DiscoverySelectors.selectClass(type)
              : DiscoverySelectors.selectMethod(type, twin(type, test.method())));
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectors)
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    assertTrue(summary.getTestsStartedCount() > 0, "no test was run");
    return summary.getFailures().stream()
        .map(f -> f.getTestIdentifier().getDisplayName() + ": " + f.getException())
        .toList();
  }

  /** The same method of the class in the other loader. */
  private static Method twin(Class<?> type, Method method) {
    for (Method candidate : RfcLabels.methodsOf(type)) {
      if (candidate.toString().equals(method.toString())) {
        return candidate;
      }
    }
    throw new IllegalStateException("no " + method);
  }
}
