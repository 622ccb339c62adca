package dev.jktcp.context;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;

/**
 * Calls a user's handlers once at an end: first with the reason, unless the user asked for the end,
 * then with the end. One context only.
 */
public final class EndNotice {
  private final ContextInternal context;
  private Handler<Throwable> exceptionHandler;
  private Handler<Void> closeHandler;
  private boolean over;
  private boolean closeTold;
  private Throwable cause; // null for an end by the user's call, and once it is told

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
   * Tells the end. A second call has no effect.
   *
   * @param why null for an end by the user's call
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
