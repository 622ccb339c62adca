package dev.jktcp.bench.page;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine of a figure.
 *
 * @param processor model and number of processors, and memory
 * @param system name and version
 * @param jdk name and version
 */
public record Machine(String processor, String system, String jdk) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo"); // Linux has it

  public static Machine here() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        Markup.format(
            "%s, %d processors, %.0f GiB",
            model().orElse(property("os.arch")),
            Runtime.getRuntime().availableProcessors(),
            system.getTotalMemorySize() / (double) (1 << 30)),
        property("os.name") + " " + property("os.version") + ", " + property("os.arch"),
        property("java.vm.name") + " " + property("java.runtime.version"));
  }

  private static String property(String name) {
    return System.getProperty(name);
  }

  private static Optional<String> model() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
