package dev.jktcp.impl.handle;

import dev.jktcp.HandleOptions;
import dev.jktcp.TcpException;
import dev.jktcp.impl.frame.SessionSide;
import dev.jktcp.time.Lease;
import dev.jktcp.time.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;

/**
 * Asks an adapter for a session until it answers. The bus may lose the request, and a second one
 * does no harm. Session's context only.
 */
final class Hello {
  private static final int VERSION = 1;

  private final ContextInternal context;
  private final SessionSide side;
  private final AdapterRequests questions;
  private final HandleOptions options;
  private final JsonObject question;
  private final Promise<Welcome> welcome;
  private Timer again;
  private Lease deadline;

  /**
   * @param address where the session's end listens
   */
  Hello(
      ContextInternal context,
      SessionSide side,
      AdapterRequests questions,
      HandleOptions options,
      String address) {
    this.context = context;
    this.side = side;
    this.questions = questions;
    this.options = options;
    this.question =
        new JsonObject()
            .put("do", "hello")
            .put("version", VERSION)
            .put("address", address)
            .put("local", options.isLocal());
    this.welcome = context.promise();
  }

  Future<Welcome> say() {
    deadline =
        side.lease(
            options.getRequestTimeout().toMillis(), () -> welcome.tryFail(questions.silent()));
    welcome.future().onComplete(answered -> stop());
    ask(options.getRepeat().toMillis());
    return welcome.future();
  }

  void giveUp(Exception cause) {
    welcome.tryFail(cause);
  }

  private void ask(long nextMs) {
    if (welcome.future().isComplete()) {
      return;
    }
    again = side.after(nextMs, () -> ask(2 * nextMs));
    questions.hello(context, question).onComplete(this::onAnswer);
  }

  private void onAnswer(AsyncResult<JsonObject> answer) {
    if (answer.failed()) {
      welcome.tryFail(answer.cause());
      return;
    }
    try {
      welcome.tryComplete(Welcome.of(answer.result()));
    } catch (RuntimeException malformed) {
      welcome.tryFail(new TcpException(null, "no answer of an adapter: " + answer.result()));
    }
  }

  private void stop() {
    again.cancel();
    deadline.end();
  }
}
