package dev.jktcp.impl.session;

import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.impl.LocalStream;

/** A listener that a handle has opened. Adapter context only. */
final class ServedServer extends ServedPort {
  private TcpServer server; // null until it listens

  ServedServer(ServedSession session, long id) {
    super(session, id);
  }

  void listen(TcpListenOptions options) {
    change(); // confirms the frame, whatever the outcome
    session
        .adapter()
        .listenHolding(options, this::onAccepted)
        .onSuccess(this::onListening)
        .onFailure(this::fail);
  }

  private void onListening(TcpServer listening) {
    server = listening;
    if (isDone()) {
      server.close(); // the handle has given it up meanwhile
    } else {
      onOpened(server.localAddress());
    }
  }

  private void onAccepted(LocalStream stream) {
    if (isDone()) {
      stream.reset();
    } else {
      session.accepted(stream, this);
    }
  }

  @Override
  void release() {
    if (server != null) {
      server.close();
    }
  }
}
