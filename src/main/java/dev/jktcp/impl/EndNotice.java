package dev.jktcp.impl;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;

/**
 * Tells the user once that something has ended: first the reason, if it was not asked for, then the
 * end. Of one context only.
 */
public final class EndNotice {
  private final ContextInternal context;
  private Handler<Throwable> exceptionHandler;
  private Handler<Void> closeHandler;
  private boolean over;
  private boolean closeTold;
  private Throwable cause; // null for an end that was asked for, and once it is told

  public EndNotice(ContextInternal context) {
    this.context = context;
  }

  public void exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    tell();
  }

  public void closeHandler(Handler<Void> handler) {
    closeHandler = handler;
    tell();
  }

  /**
   * The end; a second one is none.
   *
   * @param why null if it was asked for
   */
  public void over(Throwable why) {
    if (over) {
      return;
    }
    over = true;
    cause = why;
    tell();
  }

  private void tell() {
    if (!over) {
      return;
    }
    if (cause != null && exceptionHandler != null) {
      Throwable told = cause;
      cause = null;
      context.dispatch(told, exceptionHandler);
    }
    if (closeTold || closeHandler == null) {
      return;
    }
    closeTold = true;
    context.dispatch(null, closeHandler);
  }
}
