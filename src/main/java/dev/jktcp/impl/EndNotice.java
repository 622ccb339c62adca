package dev.jktcp.impl;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;

/** Tells the user once that the adapter has ended, and why. Adapter context only. */
final class EndNotice {
  private final ContextInternal context;
  private Handler<Throwable> handler; // null: none, or told
  private boolean over;
  private Throwable cause; // null for an end that was asked for

  EndNotice(ContextInternal context) {
    this.context = context;
  }

  void handler(Handler<Throwable> given) {
    handler = given;
    tell();
  }

  void over(Throwable why) {
    over = true;
    cause = why;
    tell();
  }

  private void tell() {
    if (!over || handler == null) return;
    Handler<Throwable> told = handler;
    handler = null;
    context.dispatch(cause, told);
  }
}
