package dev.jktcp.impl.session;

import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SessionChannel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/**
 * A port of the adapter that a handle has opened, of TCP or of UDP. It is there until the handle or
 * the session ends it, or until it fails. Adapter context only.
 */
abstract class ServedPort extends SessionChannel {
  final ServedSession session;
  private int flags;

  ServedPort(ServedSession session, long id) {
    super(session.side(), id);
    this.session = session;
  }

  final void onOpened(SocketAddress local) {
    flags |= Frame.OPENED;
    tell(new Detail.Listening(local));
  }

  final void fail(Throwable cause) {
    if (isDone()) {
      return;
    }
    flags |= Frame.DONE;
    tell(Detail.Ended.of(cause, null, null));
  }

  final boolean isOpen() {
    return (flags & Frame.OPENED) != 0 && !isDone();
  }

  final boolean isDone() {
    return (flags & Frame.DONE) != 0;
  }

  private void stop() {
    if (isDone()) {
      return;
    }
    flags |= Frame.DONE;
    release();
  }

  /** Gives the port back, unless it has failed. */
  abstract void release();

  @Override
  protected void onFrame(Frame frame, Buffer payload) {
    if (frame.has(Frame.CLOSE) && !isDone()) {
      stop();
      change();
    }
    if (isDone() && isSettled()) {
      session.remove(this);
    }
  }

  @Override
  protected final void onGap(long offset) {} // a handle sends no bytes about a port

  @Override
  protected final void onGone() {
    stop();
    session.remove(this);
  }

  @Override
  public final void onSessionEnd(Exception cause) {
    stop();
  }

  @Override
  protected final int flags() {
    return flags;
  }
}
