package dev.jktcp.impl.handle;

import dev.jktcp.AdapterHandle;
import dev.jktcp.HandleOptions;
import dev.jktcp.TcpException;
import dev.jktcp.context.Contexts;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The state behind an {@link AdapterHandle}: a session for every context that uses it, and their
 * common end. It refers to the handle only weakly, so that the garbage collector can find a handle
 * unused.
 *
 * <p>Thread-safe.
 */
final class HandleSessions implements HandleSession.Owner {
  private final VertxInternal vertx;
  private final String name;
  private final HandleOptions options;
  private final ContextInternal home; // of callers without a context
  private final AdapterRequests questions;

  // Guarded by this:
  private final Map<ContextInternal, HandleSession> sessions = new HashMap<>();
  private WeakReference<AdapterHandle> user; // null until the handle is made
  private TransportEar ear; // null for none
  private boolean closed;
  private Exception outcome; // not null once the adapter has ended
  private Handler<Throwable> exceptionHandler;
  private Handler<Void> closeHandler;
  private boolean causeTold;
  private boolean endTold;

  HandleSessions(VertxInternal vertx, ContextInternal home, String name, HandleOptions options) {
    this.vertx = vertx;
    this.home = home;
    this.name = name;
    this.options = options;
    this.questions = new AdapterRequests(vertx, name, options);
  }

  String name() {
    return name;
  }

  HandleOptions options() {
    return options;
  }

  synchronized void belongTo(AdapterHandle handle) {
    user = new WeakReference<>(handle);
  }

  @Override
  public synchronized boolean isForgotten() {
    return user != null && user.get() == null && !hasHandler();
  }

  /** Runs the action on the caller's context, with its session, once that is open. */
  <T> Future<T> use(Use<T> use) {
    return use(caller(), use);
  }

  /** The same with the session of this context. */
  <T> Future<T> use(ContextInternal context, Use<T> use) {
    HandleSession session;
    boolean isNew;
    synchronized (this) {
      Exception refusal = refusal(context);
      if (refusal != null) {
        return Future.failedFuture(refusal);
      }
      session = sessions.get(context);
      isNew = session == null;
      if (isNew) {
        session = new HandleSession(this, context, options, questions);
        sessions.put(context, session);
      }
    }
    if (isNew) {
      session.start();
    }
    Promise<T> promise = context.promise();
    HandleSession used = session;
    session.whenOpen(promise, () -> use.with(used, promise));
    return promise.future();
  }

  interface Use<T> {
    void with(HandleSession session, Promise<T> promise);
  }

  /** Sends a request to the adapter itself, outside a session. */
  Future<JsonObject> ask(JsonObject question) {
    return ask(question, 0);
  }

  /**
   * The same.
   *
   * @param workMs time for the work, in addition to a request's time limit
   */
  Future<JsonObject> ask(JsonObject question, long workMs) {
    ContextInternal context = caller();
    synchronized (this) {
      Exception refusal = refusal(context);
      if (refusal != null) {
        return Future.failedFuture(refusal);
      }
    }
    return questions.ask(
        context, BusNames.adapter(name), question, workMs, promise -> sayWhyGone(context, promise));
  }

  /**
   * An adapter that ends says goodbye to its sessions and leaves the bus at once. The goodbye has
   * the reason, and is heard on the session's context in the next turn at the latest.
   */
  private void sayWhyGone(ContextInternal context, Promise<JsonObject> promise) {
    ContextInternal ear;
    synchronized (this) {
      ear = sessions.containsKey(context) ? context : home;
    }
    ear.runOnContext(
        v -> {
          Exception why = whyEnded();
          promise.tryFail(why != null ? why : questions.gone());
        });
  }

  private synchronized Exception whyEnded() {
    return outcome;
  }

  /** The context on which the caller's connections, listeners and ports live. */
  ContextInternal caller() {
    ContextInternal caller = Contexts.caller(vertx);
    return caller != null ? caller : home;
  }

  private Exception refusal(ContextInternal context) {
    if (closed) {
      return new IllegalStateException("the handle is closed: take another with AdapterHandle.of");
    }
    if (outcome == null && context.closeFuture().isClosed()) {
      return new IllegalStateException(
          "the context of the call has ended: call from one that lives");
    }
    return outcome;
  }

  private boolean hasHandler() {
    return closeHandler != null || exceptionHandler != null || ear != null;
  }

  void exceptionHandler(Handler<Throwable> handler) {
    synchronized (this) {
      exceptionHandler = handler;
    }
    tellEnd();
  }

  void closeHandler(Handler<Void> handler) {
    synchronized (this) {
      closeHandler = handler;
    }
    tellEnd();
  }

  void transportHandler(Handler<TransportStatus> handler) {
    TransportEar before;
    TransportEar next;
    Exception ended;
    synchronized (this) {
      before = ear;
      ended = handler == null || closed ? null : outcome;
      boolean none = handler == null || closed || outcome != null;
      ear = none ? null : new TransportEar(home, name, options.isLocal(), handler);
      next = ear;
    }
    if (before != null) {
      before.leave();
    }
    if (next != null) {
      ask(new JsonObject().put("do", "transport"))
          .onSuccess(json -> next.onAnswer(TransportStatus.of(json)));
    }
    if (ended != null) {
      home.runOnContext(v -> home.dispatch(TransportEar.ended(ended, 0), handler));
    }
  }

  Future<Void> close() {
    return end(session -> session.close(handleClosed()));
  }

  Future<Void> shutdown(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout of " + timeout + ": must be 0 or more");
    }
    return end(session -> session.shutDown(handleClosed(), timeout.toMillis()));
  }

  private static TcpException handleClosed() {
    return new TcpException(CloseReason.ABORTED, "connection aborted: its handle was closed");
  }

  private Future<Void> end(Function<HandleSession, Future<Void>> how) {
    ContextInternal context = caller();
    List<Future<Void>> ends = new ArrayList<>();
    List<HandleSession> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(sessions.values());
    }
    for (HandleSession session : all) {
      ends.add(how.apply(session));
    }
    Promise<Void> promise = context.promise();
    Future.join(ends).<Void>mapEmpty().onComplete(promise);
    tellEnd();
    return promise.future();
  }

  /** Ends the handle if the adapter has said that it ended. */
  @Override
  public synchronized void onSessionEnd(Exception cause, boolean adapterEnded) {
    boolean known =
        cause instanceof TcpException tcp
            && (tcp.reason() == CloseReason.ADAPTER_CLOSED
                || tcp.reason() == CloseReason.TRANSPORT_LOST);
    if (outcome == null && adapterEnded && known) {
      outcome = cause;
    }
  }

  /** Ends the handle if its last session has lost the adapter. */
  @Override
  public void onSessionOver(HandleSession session, Exception cause, boolean adapterEnded) {
    synchronized (this) {
      sessions.remove(session.context(), session);
      if (outcome == null && adapterEnded && sessions.isEmpty()) {
        outcome = cause;
      }
    }
    tellEnd();
  }

  private synchronized void leaveTransport() {
    if (ear == null || !(closed || outcome != null)) {
      return;
    }
    TransportEar leaving = ear;
    ear = null;
    if (closed) {
      leaving.leave();
      return;
    }
    Exception why = outcome;
    home.runOnContext( // behind news that the adapter published before its end
        v -> {
          leaving.onEnd(why);
          leaving.leave();
        });
  }

  private void tellEnd() {
    leaveTransport();
    synchronized (this) {
      boolean over = (closed || outcome != null) && sessions.isEmpty();
      if (!over) {
        return;
      }
      if (!closed && !causeTold && exceptionHandler != null) {
        causeTold = true;
        Handler<Throwable> told = exceptionHandler;
        Exception why = outcome;
        home.runOnContext(v -> told.handle(why));
      }
      if (endTold || closeHandler == null) {
        return;
      }
      endTold = true;
      home.runOnContext(closeHandler);
    }
  }
}
