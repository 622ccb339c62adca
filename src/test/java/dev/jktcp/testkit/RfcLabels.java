package dev.jktcp.testkit;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** Which tests carry which {@link Rfc} label. */
public final class RfcLabels {
  /**
   * @param method null: the whole class
   */
  public record LabelledTest(Class<?> type, Method method) {}

  private static final Predicate<Annotation> TESTS =
      annotation ->
          annotation instanceof Test
              || annotation instanceof RepeatedTest
              || annotation instanceof ParameterizedTest
              || annotation instanceof TestFactory;

  /** Disabled itself, and its relatives that ask for a system, a JRE, a variable. */
  private static final Predicate<Annotation> OFF =
      annotation -> {
        String name = annotation.annotationType().getSimpleName();
        return name.startsWith("Disabled") || name.startsWith("Enabled");
      };

  private RfcLabels() {}

  /** The labels of what a build runs: a method that JUnit calls, in a class that it finds. */
  public static Map<String, Set<LabelledTest>> ofAllTests() throws IOException {
    Map<String, Set<LabelledTest>> labels = new TreeMap<>();
    for (Class<?> type : testClasses()) {
      collect(type, new LabelledTest(type, null), labels);
      if (!Modifier.isAbstract(type.getModifiers())) {
        for (Method method : methodsOf(type)) {
          collect(method, new LabelledTest(type, method), labels);
        }
      }
    }
    return labels;
  }

  /** Those that it inherits too: a contract is tested once for each who keeps it. */
  public static List<Method> methodsOf(Class<?> type) {
    List<Method> methods = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      methods.addAll(List.of(at.getDeclaredMethods()));
    }
    return methods;
  }

  private static void collect(
      AnnotatedElement element, LabelledTest test, Map<String, Set<LabelledTest>> labels) {
    Rfc rfc = element.getAnnotation(Rfc.class);
    if (rfc == null) {
      return;
    }
    if (!isRun(test)) {
      throw new AssertionError("a label, but no build is sure to run it: " + test);
    }
    for (String label : rfc.value()) {
      labels.computeIfAbsent(label, l -> new LinkedHashSet<>()).add(test);
    }
  }

  /** What is switched off shows nothing, nor what only some machines can run (those in …IT). */
  private static boolean isRun(LabelledTest test) {
    Method method = test.method();
    Class<?> outermost = test.type();
    for (Class<?> type = test.type(); type != null; type = type.getEnclosingClass()) {
      if (isAnnotated(type, OFF)) {
        return false;
      }
      outermost = type;
    }
    return outermost.getSimpleName().endsWith("Test")
        && (method == null ? hasTests(test.type()) : isTest(method) && !isAnnotated(method, OFF));
  }

  private static boolean hasTests(Class<?> type) {
    return methodsOf(type).stream().anyMatch(RfcLabels::isTest);
  }

  private static boolean isTest(Method method) {
    return isAnnotated(method, TESTS);
  }

  private static boolean isAnnotated(AnnotatedElement element, Predicate<Annotation> which) {
    return Stream.of(element.getAnnotations()).anyMatch(which);
  }

  private static List<Class<?>> testClasses() throws IOException {
    Path root = testRoot();
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root.resolve("dev/jktcp"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        String type = name.substring(0, name.length() - ".class".length());
        classes.add(Class.forName(type, false, RfcLabels.class.getClassLoader()));
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    return classes;
  }

  private static Path testRoot() {
    try {
      return Path.of(RfcLabels.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
