package dev.jktcp.cli;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this JVM's heap holds after a full collection: instances and bytes by class. */
final class Heap {
  private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  private final Map<String, Long> instances = new TreeMap<>();
  private long bytes;

  private Heap() {}

  static Heap now() {
    try {
      Object histogram =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      Heap heap = new Heap();
      histogram.toString().lines().forEach(heap::add);
      return heap;
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  private void add(String line) {
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) return;
    instances.merge(fields.group(3), Long.valueOf(fields.group(1)), Long::sum);
    bytes += Long.parseLong(fields.group(2));
  }

  long bytes() {
    return bytes;
  }

  /** Classes with more than {@code slack} instances above those of an earlier heap. */
  Map<String, Long> grownSince(Heap earlier, Predicate<String> classes, int slack) {
    Map<String, Long> grown = new TreeMap<>();
    instances.forEach(
        (name, count) -> {
          long more = count - earlier.instances.getOrDefault(name, 0L);
          if (more > slack && classes.test(name)) grown.put(name, more);
        });
    return grown;
  }
}
