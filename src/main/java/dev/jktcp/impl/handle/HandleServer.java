package dev.jktcp.impl.handle;

import dev.jktcp.StreamHandle;
import dev.jktcp.TcpServer;
import dev.jktcp.context.EndNotice;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SessionChannel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/** A listener of the adapter, with the handler of its connections. Session's context only. */
final class HandleServer extends SessionChannel {
  private final HandleSession session;
  private final Handler<StreamHandle> acceptor;
  private final Promise<TcpServer> listening;
  private final Promise<Void> closed;
  private final EndNotice notice;
  private boolean closeRequested;
  private boolean done;

  HandleServer(
      HandleSession session,
      long id,
      Detail.Listen what,
      Handler<StreamHandle> acceptor,
      Promise<TcpServer> listening) {
    super(session.side(), id);
    this.session = session;
    this.acceptor = acceptor;
    this.listening = listening;
    this.closed = session.context().promise();
    this.notice = new EndNotice(session.context());
    tell(what);
  }

  /** The handler of its connections; null after the end. */
  Handler<StreamHandle> acceptor() {
    return closeRequested || done ? null : acceptor;
  }

  void close() {
    if (closeRequested || done) {
      return;
    }
    closeRequested = true;
    change();
  }

  @Override
  protected void onFrame(Frame frame, Buffer payload) {
    if (frame.detail() instanceof Detail.Listening here) {
      listening.tryComplete(new Listening(here.local()));
    }
    if (frame.has(Frame.DONE)) {
      Exception why = frame.detail() instanceof Detail.Ended ended ? ended.exception() : null;
      onDone(why != null ? why : Failures.busLost("the listener"));
    }
  }

  @Override
  protected void onGap(long offset) {} // a listener has no bytes

  @Override
  protected void onGone() {
    onDone(Failures.busLost("the adapter does not know the listener any more"));
  }

  @Override
  public void onSessionEnd(Exception cause) {
    onDone(cause);
  }

  /**
   * @param cause why it never listened, if so
   */
  private void onDone(Exception cause) {
    done = true;
    session.remove(this);
    listening.tryFail(cause);
    closed.tryComplete();
    notice.over(closeRequested ? null : cause);
  }

  @Override
  protected int flags() {
    return Frame.OPEN | (closeRequested ? Frame.CLOSE : 0);
  }

  /** The user's object. Thread-safe. */
  private final class Listening implements TcpServer {
    private final SocketAddress localAddress;

    Listening(SocketAddress localAddress) {
      this.localAddress = localAddress;
    }

    @Override
    public int port() {
      return localAddress.port();
    }

    @Override
    public SocketAddress localAddress() {
      return localAddress;
    }

    @Override
    public TcpServer exceptionHandler(Handler<Throwable> handler) {
      session.context().execute(() -> notice.exceptionHandler(handler));
      return this;
    }

    @Override
    public Future<Void> close() {
      session.context().execute(HandleServer.this::close);
      return closed.future();
    }
  }
}
