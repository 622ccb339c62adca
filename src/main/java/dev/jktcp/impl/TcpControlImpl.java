package dev.jktcp.impl;

import dev.jktcp.TcpControl;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.function.Supplier;

/** The control over one stream's connection. */
final class TcpControlImpl implements TcpControl {
  private final DrainLoop loop;
  private final TcpConnection connection;
  private final TcpStreamImpl stream;

  // Adapter context only.
  private Handler<SoftError> softErrorHandler;
  private Handler<Integer> urgentHandler;

  TcpControlImpl(DrainLoop loop, TcpConnection connection, TcpStreamImpl stream) {
    this.loop = loop;
    this.connection = connection;
    this.stream = stream;
  }

  /** Adapter context only. */
  void onEvents(int events) {
    if ((events & TcpConnection.SOFT_ERROR) != 0 && softErrorHandler != null) {
      loop.context().dispatch(connection.softError(), softErrorHandler);
    }
    if ((events & TcpConnection.URGENT) != 0) {
      tellUrgent();
    }
  }

  private void tellUrgent() {
    int ahead = connection.urgentAhead();
    if (ahead > 0 && urgentHandler != null) {
      loop.context().dispatch(ahead, urgentHandler);
    }
  }

  @Override
  public Future<TcpTuning> tuning() {
    return ask(connection::tuning);
  }

  @Override
  public Future<Void> tune(TcpTuning tuning) {
    Objects.requireNonNull(tuning, "tuning");
    return ask(
        () -> {
          connection.tune(tuning, loop.readClock());
          loop.request();
          return null;
        });
  }

  @Override
  public TcpControl softErrorHandler(Handler<SoftError> handler) {
    loop.execute(() -> softErrorHandler = handler);
    return this;
  }

  @Override
  public TcpControl urgentHandler(Handler<Integer> handler) {
    loop.execute(
        () -> {
          urgentHandler = handler;
          tellUrgent(); // of urgent data that came before there was a handler
        });
    return this;
  }

  @Override
  public Future<Integer> urgentAhead() {
    return ask(connection::urgentAhead);
  }

  @Override
  public Future<Void> writeUrgent(Buffer data) {
    Promise<Void> promise = loop.context().promise();
    Buffer own = loop.context().inThread() ? data : data.copy();
    // On the context, the write's future completes when the bytes are taken, before they are sent.
    loop.execute(() -> stream.write(own).onSuccess(taken -> urge()).onComplete(promise));
    return promise.future();
  }

  private void urge() {
    connection.markUrgent();
    loop.request();
  }

  private <T> Future<T> ask(Supplier<T> question) {
    Promise<T> promise = loop.context().promise();
    loop.execute(() -> promise.complete(question.get()));
    return promise.future();
  }
}
