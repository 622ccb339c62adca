package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The warnings of this JVM's logs, from its making until it is closed, but for those about a thread
 * that did not run for seconds: on a busy machine that is nobody's fault.
 */
public final class Logged implements AutoCloseable {
  private static final Logger ROOT = Logger.getLogger("");

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          if (entry.getLevel().intValue() < Level.WARNING.intValue()) return;
          if (entry.getLoggerName().endsWith(".BlockedThreadChecker")) return;
          warnings.add(entry.getLoggerName() + ": " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  public Logged() {
    ROOT.addHandler(handler);
  }

  public void assertNothing() {
    assertEquals(List.of(), warnings);
  }

  /** The warnings that a class has logged so far, without its name. */
  public List<String> of(Class<?> type) {
    return of(type.getName());
  }

  /** The same by the name of a log. */
  public List<String> of(String log) {
    String name = log + ": ";
    return warnings.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .toList();
  }

  @Override
  public void close() {
    ROOT.removeHandler(handler);
  }
}
