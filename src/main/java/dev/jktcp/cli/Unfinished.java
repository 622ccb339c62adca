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
 * What a command has under way, and how each of it is cut off when the command ends first: a socket
 * that is just closed sends a FIN, behind which its reader takes a part for the whole. The
 * command's event loop only.
 */
final class Unfinished {
  private final Map<Future<?>, Consumer<Throwable>> cuts = new IdentityHashMap<>();
  private final Set<Future<?>> reports = Collections.newSetFromMap(new IdentityHashMap<>());
  private Throwable end; // not null once the command ends

  /** Until the future completes, {@code cut} makes an end of it; at once if the command ends. */
  void add(Future<?> over, Consumer<Throwable> cut) {
    if (over.isComplete()) {
      return;
    }
    if (end != null) {
      cut.accept(end);
      return;
    }
    cuts.put(over, cut);
    over.onComplete(done -> cuts.remove(over));
  }

  /** Something is to be said of it before the end. */
  void addReport(Future<?> said) {
    reports.add(said);
    said.onComplete(done -> reports.remove(said));
  }

  /**
   * Cuts all of it off, and from now on what comes.
   *
   * @return completes when all was reported
   */
  Future<Void> cutOff(Throwable cause) {
    end = cause;
    List<Consumer<Throwable>> all = new ArrayList<>(cuts.values());
    cuts.clear();
    all.forEach(cut -> cut.accept(cause));
    return reports.isEmpty()
        ? Future.succeededFuture()
        : Future.join(new ArrayList<>(reports)).mapEmpty();
  }

  boolean isCutOff() {
    return end != null;
  }
}
