package dev.jktcp.cli;

import dev.jktcp.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Prints at most one line a second of each kind, and with the next one how many were left out. A
 * client in a loop must neither fill a log nor hide other lines. Any thread.
 */
final class LineLimit {
  private static final long INTERVAL_MS = 1_000;

  /** Kinds are classes and reasons of errors; beyond this number, all others share one. */
  private static final int MAX_KINDS = 64;

  private final Clock clock;
  private final Consumer<String> out;
  private final Map<String, Recent> recent = new HashMap<>(); // by kind, for a second each

  private static final class Recent {
    private int leftOut;
    private String last;
  }

  LineLimit(Clock clock, Consumer<String> out) {
    this.clock = clock;
    this.out = out;
  }

  synchronized void say(String kind, String line) {
    String key = recent.size() < MAX_KINDS || recent.containsKey(kind) ? kind : "";
    Recent before = recent.get(key);
    if (before == null) {
      out.accept(line);
      begin(key);
    } else {
      before.leftOut++;
      before.last = line;
    }
  }

  private void begin(String kind) {
    recent.put(kind, new Recent());
    clock.once(INTERVAL_MS, () -> after(kind));
  }

  private synchronized void after(String kind) {
    Recent over = recent.remove(kind);
    if (over != null && say(over)) {
      begin(kind);
    }
  }

  /** Prints how many lines were left out. The last call. */
  synchronized void flush() {
    recent.values().forEach(this::say);
    recent.clear();
  }

  private boolean say(Recent over) {
    if (over.leftOut == 0) {
      return false;
    }
    out.accept(
        over.leftOut == 1
            ? over.last
            : over.last + " (and " + (over.leftOut - 1) + " more like it)");
    return true;
  }
}
