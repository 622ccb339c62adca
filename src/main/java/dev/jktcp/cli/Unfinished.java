package dev.jktcp.cli;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The transfers that a command has under way, and how each is cut off if the command ends first. A
 * closed socket would send a FIN, and its reader would take a part for the whole. The command's
 * event loop only.
 */
final class Unfinished {
  private final Map<Future<?>, Consumer<Throwable>> cuts = new IdentityHashMap<>();
  private final Set<Future<?>> reports = Collections.newSetFromMap(new IdentityHashMap<>());
  private Throwable outcome; // not null once the command ends

  /** Calls {@code cut} if the command ends before the future completes; at once if it has ended. */
  void add(Future<?> over, Consumer<Throwable> cut) {
    if (over.isComplete()) {
      return;
    }
    if (outcome != null) {
      cut.accept(outcome);
      return;
    }
    cuts.put(over, cut);
    over.onComplete(done -> cuts.remove(over));
  }

  /** The command's end waits until this report is printed. */
  void addReport(Future<?> said) {
    reports.add(said);
    said.onComplete(done -> reports.remove(said));
  }

  /**
   * Cuts off everything under way and, from now on, everything new.
   *
   * @return completes when all is reported
   */
  Future<Void> cutOff(Throwable cause) {
    outcome = cause;
    List<Consumer<Throwable>> all = new ArrayList<>(cuts.values());
    cuts.clear();
    all.forEach(cut -> cut.accept(cause));
    return reports.isEmpty()
        ? Future.succeededFuture()
        : Future.join(new ArrayList<>(reports)).mapEmpty();
  }

  boolean isCutOff() {
    return outcome != null;
  }
}
