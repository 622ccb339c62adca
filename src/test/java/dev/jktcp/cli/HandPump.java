package dev.jktcp.cli;

import dev.jktcp.Pump;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;

/** A pump that moves what the test says. */
final class HandPump implements Pump {
  final Promise<Void> done = Promise.promise();
  Handler<Void> halfEnd;
  long forth;
  long back;
  boolean blocked;
  String resetWith; // null: it was not

  @Override
  public Pump start() {
    return this;
  }

  @Override
  public Pump stop() {
    return this;
  }

  @Override
  public Pump endTarget(boolean end) {
    return this;
  }

  @Override
  public Pump halfEndHandler(Handler<Void> handler) {
    halfEnd = handler;
    return this;
  }

  @Override
  public boolean isBlocked() {
    return blocked;
  }

  @Override
  public void reset(Throwable cause) {
    resetWith = cause.getMessage();
    done.tryFail(cause);
  }

  @Override
  public long bytesForth() {
    return forth;
  }

  @Override
  public long bytesBack() {
    return back;
  }

  @Override
  public Future<Void> completion() {
    return done.future();
  }
}
