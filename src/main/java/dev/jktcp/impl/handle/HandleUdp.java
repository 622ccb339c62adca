package dev.jktcp.impl.handle;

import dev.jktcp.TcpException;
import dev.jktcp.context.NextTurn;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.ReceivedDatagram;
import dev.jktcp.impl.frame.CarriedDatagram;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SessionChannel;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayDeque;

/**
 * A UDP port of the adapter as its socket here sees it. Datagrams come as far as bytes were
 * granted, so that at most the read buffer and one datagram wait here. Each datagram sent is a
 * request. Session's context only.
 */
final class HandleUdp extends SessionChannel {
  /** Datagrams handled in one turn, after which other tasks have theirs. */
  private static final int TURN = 256;

  /** The port's user, called on the session's context. */
  interface User {
    Handler<DatagramPacket> handler();

    void onTrouble(Throwable cause);

    /**
     * The port is closed, and nothing follows.
     *
     * @param causeOrNull null if the user closed the port
     */
    void onEnd(Throwable causeOrNull);
  }

  private final HandleSession session;
  private final User user;
  private final int size; // of the read buffer
  private final ArrayDeque<CarriedDatagram> waiting = new ArrayDeque<>();
  private final Promise<HandleUdp> bound;
  private final Promise<Void> closed;
  private SocketAddress localAddress; // null until it is bound
  private long waitingBytes;
  private long granted;
  private int asked; // sends without an answer
  private final NextTurn turn;
  private boolean closeRequested;
  private TcpException shutdownCause; // of a close by other code than the user's
  private boolean done;

  HandleUdp(HandleSession session, long id, Detail.Bind what, User user, Promise<HandleUdp> bound) {
    super(session.side(), id);
    this.session = session;
    this.user = user;
    this.bound = bound;
    this.closed = session.context().promise();
    this.turn = new NextTurn(session.context(), this::deliver);
    this.size = session.options().getReadBuffer();
    this.granted = size;
    tell(what);
  }

  SocketAddress localAddress() {
    return localAddress;
  }

  // --- what the user wants

  /** Completes when the adapter's stack has the datagram. */
  Future<Void> send(Buffer data, int port, String host) {
    if (closeRequested || done) {
      return Future.failedFuture(new IllegalStateException("the socket is closed"));
    }
    asked++;
    JsonObject question =
        new JsonObject()
            .put("do", "send")
            .put("id", id())
            .put("host", host)
            .put("port", port)
            .put("data", data);
    return session.ask(question).<Void>mapEmpty().onComplete(answered -> onAnswered());
  }

  private void onAnswered() {
    asked--;
    if (asked > 0 || !closeRequested || done) {
      return;
    }
    change(); // the close
    session.onProgress();
  }

  /** Closes the port once all sends are answered. */
  Future<Void> close() {
    if (!closeRequested && !done) {
      closeRequested = true;
      if (asked == 0) {
        change();
      }
    }
    return closed.future();
  }

  /** The adapter, or the context here, ends in good order: datagrams already sent still go out. */
  void shutDown(TcpException cause) {
    if (closeRequested || done) {
      return;
    }
    shutdownCause = cause;
    close();
  }

  /** Whether the adapter has all that was sent, and the end. */
  boolean isHandedOver() {
    return done || closeRequested && asked == 0 && isSettled();
  }

  // --- what the adapter says

  @Override
  protected void onFrame(Frame frame, Buffer payload) {
    if (done) {
      return;
    }
    if (frame.detail() instanceof Detail.Listening here && localAddress == null) {
      localAddress = here.local();
      bound.tryComplete(this);
    }
    if (payload != null && !closeRequested) {
      add(payload);
    }
    if (frame.has(Frame.DONE)) {
      Exception why = frame.detail() instanceof Detail.Ended ended ? ended.exception() : null;
      onDone(why != null ? why : Failures.busLost("the UDP port"));
    }
    session.onProgress();
  }

  private void add(Buffer payload) {
    CarriedDatagram carried = CarriedDatagram.read(payload);
    if (carried == null) {
      return;
    }
    if (carried.trouble() != null) {
      user.onTrouble(new TcpException(CloseReason.UNREACHABLE, carried.trouble()));
      grant();
      return;
    }
    waiting.add(carried);
    waitingBytes += carried.size();
    deliver();
  }

  /** Gives waiting datagrams to the user, if there is a handler. */
  void deliver() {
    for (int i = 0; i < TURN && !done && user.handler() != null && !waiting.isEmpty(); i++) {
      CarriedDatagram next = waiting.remove();
      waitingBytes -= next.size();
      session.context().dispatch(new ReceivedDatagram(next.sender(), next.data()), user.handler());
    }
    grant();
    if (!waiting.isEmpty() && user.handler() != null) {
      turn.ask();
    }
  }

  /** Grants more bytes once enough are free to be worth a frame. */
  private void grant() {
    long newGrant = received() - waitingBytes + size;
    boolean worth = newGrant - granted >= size / 2 || received() >= granted;
    if (newGrant <= granted || !worth || done) {
      return;
    }
    granted = newGrant;
    change();
  }

  /** The bus is allowed to lose datagrams, as every network is. */
  @Override
  protected boolean bearsGaps() {
    return true;
  }

  @Override
  protected void onGap(long offset) {}

  @Override
  protected void onGone() {
    onDone(Failures.busLost("the adapter does not know the UDP port any more"));
  }

  @Override
  public void onSessionEnd(Exception cause) {
    onDone(cause);
  }

  private void onDone(Exception cause) {
    if (done) {
      return;
    }
    done = true;
    session.remove(this);
    waiting.clear();
    boolean wasBound = !bound.tryFail(cause);
    Exception told = shutdownCause != null ? shutdownCause : closeRequested ? null : cause;
    session.context().runOnContext(v -> user.onEnd(wasBound ? told : null));
    closed.tryComplete();
  }

  @Override
  protected int flags() {
    return Frame.OPEN | (closeRequested && asked == 0 ? Frame.CLOSE : 0);
  }

  @Override
  protected long granted() {
    return granted;
  }
}
