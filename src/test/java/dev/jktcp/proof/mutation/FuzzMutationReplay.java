package dev.jktcp.proof.mutation;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A fuzz target is worth what it notices: breaks the library as recorded, one place at a time, and
 * gives the target of that label its committed corpus, which must fail. Without the break it must
 * pass. Not part of a build; {@code mvn -q -B test -Dtest=FuzzMutationReplay} runs it, with {@code
 * -Dmutated=StackFuzz} for one target only.
 */
class FuzzMutationReplay {
  static final String LIST = "/dev/jktcp/proof/fuzz/mutations.txt";

  private static final String TARGET = System.getProperty("mutated", ""); // all
  private static final Path CORPORA = Path.of("src/test/resources/dev/jktcp/proof/fuzz");
  private static final int PATIENCE_SECONDS = 60;
  private static final AtomicInteger noticed = new AtomicInteger();

  @AfterAll
  static void sayHowMany() {
    System.out.println("fuzz mutations noticed: " + noticed);
  }

  @TestFactory
  Stream<DynamicTest> everyMutation_isNoticedByItsTarget() throws IOException {
    return Mutation.all(LIST).stream()
        .filter(mutation -> TARGET.isEmpty() || mutation.label().equals(TARGET))
        .map(mutation -> DynamicTest.dynamicTest(mutation.toString(), () -> replay(mutation)));
  }

  private static void replay(Mutation mutation) throws Exception {
    List<byte[]> corpus = corpus(mutation.label());
    assertNull(failure(mutation.label(), Map.of(), corpus), "without the mutation");
    Map<String, byte[]> mutated = MemoryCompiler.compile(mutation.className(), mutation.mutated());
    String how = failure(mutation.label(), mutated, corpus);
    assertNotNull(how, () -> "nobody noticed " + mutation.after());
    noticed.incrementAndGet();
    System.out.println(mutation + ": " + how.lines().findFirst().orElse(""));
  }

  private static List<byte[]> corpus(String target) throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    try (Stream<Path> files = Files.list(CORPORA.resolve(target))) {
      for (Path file : files.sorted().toList()) {
        corpus.add(Files.readAllBytes(file));
      }
    }
    assertTrue(corpus.size() >= 10, "only " + corpus.size() + " inputs for " + target);
    return corpus;
  }

  private static String failure(String target, Map<String, byte[]> mutated, List<byte[]> corpus)
      throws Exception {
    ClassLoader loader = new MutantLoader(FuzzMutationReplay.class.getClassLoader(), mutated);
    Class<?> type = loader.loadClass("dev.jktcp.proof.fuzz." + target);
    Method entry = type.getDeclaredMethod("fuzzerTestOneInput", byte[].class);
    FutureTask<String> run = new FutureTask<>(() -> run(entry, corpus));
    Thread thread = new Thread(run, "mutant");
    thread.setDaemon(true);
    thread.start();
    try {
      return run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      return "never ended";
    }
  }

  private static String run(Method entry, List<byte[]> corpus) throws Exception {
    for (byte[] input : corpus) {
      String how = failure(entry, input);
      if (how != null) {
        return how;
      }
    }
    return null;
  }

  private static String failure(Method entry, byte[] input) throws Exception {
    try {
      entry.invoke(null, (Object) input);
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause().toString().lines().findFirst().orElse("");
    }
  }
}
