package dev.jktcp;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which tests carry which {@link Rfc} label. */
public final class RfcLabels {
  /**
   * @param method null: the whole class
   */
  public record LabelledTest(Class<?> type, Method method) {}

  private RfcLabels() {}

  public static Map<String, Set<LabelledTest>> ofAllTests() throws IOException {
    Map<String, Set<LabelledTest>> labels = new TreeMap<>();
    for (Class<?> type : testClasses()) {
      collect(type, new LabelledTest(type, null), labels);
      for (Method method : type.getDeclaredMethods()) {
        collect(method, new LabelledTest(type, method), labels);
      }
    }
    return labels;
  }

  private static void collect(
      AnnotatedElement element, LabelledTest test, Map<String, Set<LabelledTest>> labels) {
    Rfc rfc = element.getAnnotation(Rfc.class);
    if (rfc != null) {
      for (String label : rfc.value()) {
        labels.computeIfAbsent(label, l -> new LinkedHashSet<>()).add(test);
      }
    }
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
