package dev.jktcp.impl;

import dev.jktcp.context.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * The futures that the end of an adapter's Vert.x instance, or of its verticle, waits for after the
 * adapter's end: its service still has to inform the handles. Thread-safe.
 */
final class LastWords {
  /**
   * A limit is needed because a handle that does not read may keep a lost transport's last data for
   * long.
   */
  private static final long LIMIT_MS = 1_000;

  private final ContextInternal context;
  private final List<Future<Void>> awaited = new ArrayList<>(); // adapter context

  LastWords(ContextInternal context) {
    this.context = context;
  }

  void await(Future<Void> said) {
    Contexts.runOnThread(context, () -> awaited.add(said));
  }

  /** Completes when all futures have, or after {@link #LIMIT_MS}. */
  Future<Void> said() {
    Promise<Void> over = Promise.promise();
    Contexts.runOnThread(context, () -> sayWithin(over));
    return over.future();
  }

  private void sayWithin(Promise<Void> over) {
    Future<Void> all = Future.join(awaited).mapEmpty();
    if (all.isComplete()) {
      over.complete();
      return;
    }
    long late = context.setTimer(LIMIT_MS, v -> over.tryComplete());
    all.onComplete(said -> over.tryComplete());
    over.future().onComplete(done -> context.owner().cancelTimer(late));
  }
}
