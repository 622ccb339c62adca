package dev.jktcp.impl.session;

import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SessionChannel;
import io.vertx.core.buffer.Buffer;

/** A listener that a handle has opened. */
final class ServedServer extends SessionChannel {
  private final ServedSession session;
  private TcpServer server; // null until it listens
  private int flags;

  ServedServer(ServedSession session, long id) {
    super(session.side(), id);
    this.session = session;
  }

  void listen(TcpListenOptions options) {
    change(); // confirms the frame, whatever the outcome
    session
        .adapter()
        .listenHolding(options, this::onAccepted)
        .onSuccess(this::onListening)
        .onFailure(
            cause -> {
              flags |= Frame.DONE;
              tell(Detail.Ended.of(cause, null, null));
            });
  }

  private void onListening(TcpServer listening) {
    server = listening;
    if ((flags & Frame.DONE) != 0) {
      server.close(); // the handle has given it up meanwhile
      return;
    }
    flags |= Frame.OPENED;
    tell(new Detail.Listening(server.localAddress()));
  }

  private void onAccepted(LocalStream stream) {
    if ((flags & Frame.DONE) != 0) {
      stream.reset();
    } else {
      session.accepted(stream, this);
    }
  }

  private void stop() {
    if ((flags & Frame.DONE) != 0) {
      return;
    }
    flags |= Frame.DONE;
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected void onFrame(Frame frame, Buffer payload) {
    if (frame.has(Frame.CLOSE) && (flags & Frame.DONE) == 0) {
      stop();
      change();
    }
    if ((flags & Frame.DONE) != 0 && isSettled()) {
      session.remove(this);
    }
  }

  @Override
  protected void onGap(long offset) {} // a listener has no bytes

  @Override
  protected void onGone() {
    stop();
    session.remove(this);
  }

  @Override
  public void onSessionEnd(Exception cause) {
    stop();
  }

  @Override
  protected int flags() {
    return flags;
  }
}
