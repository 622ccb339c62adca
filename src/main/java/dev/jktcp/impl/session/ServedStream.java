package dev.jktcp.impl.session;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.impl.Attempt;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.impl.addressed.AddressedConnection;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SessionChannel;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * A connection on behalf of a handle. Received data goes to the handle as far as its credit allows,
 * the handle's data is written, and its requests are carried out.
 */
final class ServedStream extends SessionChannel {
  /** Bytes that a handle may send ahead of those that the send buffer has taken. */
  static final int WRITE_WINDOW = 256 * 1024;

  /** Acknowledged bytes that are worth a frame. */
  private static final int ACK_STEP = 64 * 1024;

  /**
   * The most frames on their way: four times the number after which the other side confirms them.
   * Credit counts bytes, and a peer may send them one by one.
   */
  static final int MAX_UNHEARD = 1024;

  private final ServedSession session;
  private Attempt attempt; // null if a listener accepted the connection
  private LocalStream stream; // null until the connection is open
  private int flags;
  private long credit;
  private boolean held; // whether data waits although there is credit
  private long handed; // bytes given to the handle's user
  private long taken;
  private long writable; // bytes granted to the handle; only grows
  private long told; // acknowledged bytes that the handle knows of
  private boolean addressed; // whether it is read at its addresses, and not by the handle
  private int obeyed; // the handle's flags carried out so far
  private Detail.News news = Detail.News.NONE; // as last sent to the handle

  ServedStream(ServedSession session, long id) {
    super(session.side(), id);
    this.session = session;
  }

  void connect(TcpConnectOptions options) {
    change(); // confirms the frame, long before the peer answers
    int most = session.adapter().options().getMaxConnections();
    if (session.side().size() > most) {
      fail(
          new TcpException(
              null, "too many connections (limit " + most + "): raise maxConnections"));
      return;
    }
    attempt = session.adapter().attempt(options);
    attempt.stream().onSuccess(made -> begin(made, 0)).onFailure(this::fail);
  }

  void accept(LocalStream accepted, ServedServer server) {
    begin(accepted, server.id());
  }

  /** The connection; null until it is open. */
  LocalStream stream() {
    return stream;
  }

  boolean isDone() {
    return (flags & Frame.DONE) != 0;
  }

  private void fail(Throwable cause) {
    flags |= Frame.OVER | Frame.DONE;
    CloseReason reason = cause instanceof TcpException tcp ? tcp.reason() : null;
    tell(Detail.Ended.of(cause, reason, null));
  }

  private void begin(LocalStream made, long server) {
    stream = made;
    stream.ownedBy(session.toString());
    flags |= Frame.OPENED;
    tell(new Detail.Opened(stream.localAddress(), stream.remoteAddress(), server));
    stream.deliverUpTo(credit);
    stream.handler(this::onData);
    stream.endHandler(v -> say(Frame.FIN));
    stream.exceptionHandler(error -> {}); // the detail Ended has the error
    stream.closeHandler(v -> onDone());
    stream.ackHandler(this::onAcknowledged);
    stream.overHandler(this::onOver);
    stream.shutdownHandler(() -> say(Frame.SHUTDOWN));
  }

  private void say(int flag) {
    flags |= flag;
    change();
  }

  // --- what the connection brings

  private void onData(Buffer data) {
    session.side().begin();
    try {
      send(data);
      stream.onItsWay(sent() - handed);
      holdIfTooManyAreUnheard();
    } finally {
      session.side().finish();
    }
  }

  private void holdIfTooManyAreUnheard() {
    if (unheard() < MAX_UNHEARD) {
      return;
    }
    held = true;
    stream.deliverUpTo(sent());
  }

  private void onAcknowledged() {
    long acked = stream.acknowledged();
    if (acked == told) {
      return; // a frame with data has said it
    }
    if (acked == received() || acked - told >= ACK_STEP) {
      change();
    }
  }

  private void onSoftError(SoftError error) {
    tellNews(new Detail.News(news.softErrors() + 1, error, news.urgentEnd()));
  }

  private void onUrgent(int ahead) {
    tellNews(new Detail.News(news.softErrors(), news.softError(), sent() + ahead));
  }

  private void tellNews(Detail.News newer) {
    news = newer;
    if ((flags & Frame.OVER) == 0) { // else how it ended is what there is to tell
      tell(news);
    }
  }

  private void onOver() {
    flags |= Frame.OVER;
    if (stream.allAcknowledged()) {
      flags |= Frame.CLEAN;
    }
    tell(end());
  }

  private void onDone() {
    flags |= Frame.DONE;
    tell(end()); // the unread data was read meanwhile
  }

  private Detail.Ended end() {
    TcpException failure = stream.failure();
    CloseReason reason = failure == null ? stream.closeReason() : failure.reason();
    return Detail.Ended.of(failure, reason, stream.info().result());
  }

  // --- what the handle wants

  @Override
  protected void onFrame(Frame frame, Buffer payload) {
    heardOf();
    handed = Math.max(handed, Math.min(frame.taken(), sent()));
    if (frame.has(Frame.RESET)) {
      reset();
    } else if (stream != null) {
      stream.onItsWay(sent() - handed);
      if (!addressed) {
        grant(frame.granted());
      }
      if (payload != null) {
        write(payload, frame.has(Frame.URGENT));
      }
      obey(frame);
    } else if (payload != null) {
      reset(); // nothing was granted, so no reader will come
    }
    forgetIfSettled();
  }

  private void grant(long granted) {
    boolean release = held && unheard() < MAX_UNHEARD;
    if (granted <= credit && !release) {
      return;
    }
    credit = Math.max(credit, granted);
    held &= !release;
    if (!held) {
      stream.deliverUpTo(credit);
    }
  }

  private void heardOf() {
    if (stream != null) {
      stream.accept();
    }
  }

  private void forgetIfSettled() {
    if (isDone() && isSettled()) {
      session.remove(this);
    }
  }

  private void write(Buffer payload, boolean urgent) {
    if (received() > taken + WRITE_WINDOW) {
      stream.abort(new TcpException(CloseReason.ABORTED, "a handle wrote beyond its credit"));
      return;
    }
    Future<Void> written = urgent ? stream.control().writeUrgent(payload) : stream.write(payload);
    if (written.succeeded()) {
      onTaken(payload.length());
    } else {
      written.onSuccess(v -> onTaken(payload.length()));
    }
  }

  private void onTaken(int length) {
    taken += length;
    change();
  }

  private void obey(Frame frame) {
    if (asks(frame, Frame.WATCH)) {
      stream.control().softErrorHandler(this::onSoftError).urgentHandler(this::onUrgent);
    }
    if (asks(frame, Frame.LEAVE)) {
      stream.leave(handed < sent());
    }
    boolean allHere = frame.offset() + frame.length() == received();
    if (allHere && asks(frame, Frame.END)) {
      stream.end().onSuccess(v -> say(Frame.FIN_ACKED));
    }
    if (allHere && asks(frame, Frame.CLOSE)) {
      stream.close();
    }
  }

  /** Whether the flag is new in this frame. */
  private boolean asks(Frame frame, int flag) {
    if (!frame.has(flag) || (obeyed & flag) != 0) {
      return false;
    }
    obeyed |= flag;
    return true;
  }

  /** Gives the connection addresses, or returns those it has. From then on it is read there. */
  Future<JsonObject> addresses() {
    if ((flags & Frame.OVER) != 0) {
      return refused("the connection is over");
    }
    if (!addressed && credit > 0) {
      return refused("the stream is read already: register its addresses before it has a handler");
    }
    addressed = true;
    boolean finSaid = (flags & Frame.FIN) != 0;
    return session
        .addressed()
        .register(stream, finSaid, () -> say(Frame.FIN))
        .map(AddressedConnection::addresses);
  }

  private static Future<JsonObject> refused(String why) {
    return Future.failedFuture(new IllegalStateException(why));
  }

  private void reset() {
    if (stream != null) {
      stream.reset();
    } else if (attempt != null) {
      attempt.cancel();
    }
  }

  @Override
  protected void onGap(long offset) {
    heardOf();
    if (stream == null) {
      reset();
    } else {
      stream.abort(Failures.busLost("what was written after byte " + offset));
    }
    forgetIfSettled(); // all later data is behind the gap
  }

  @Override
  protected void onGone() {
    heardOf();
    abandon();
    session.remove(this);
  }

  @Override
  public void onSessionEnd(Exception cause) {
    abandon();
  }

  /**
   * Its handle is gone. A stream that the handle had closed ends in order, within the limits of an
   * orphan; any other is reset.
   */
  private void abandon() {
    if ((obeyed & Frame.CLOSE) == 0) {
      reset();
    }
  }

  // --- what we say

  @Override
  protected int flags() {
    return flags;
  }

  @Override
  protected long taken() {
    return taken;
  }

  @Override
  protected long granted() {
    if (stream != null) {
      writable = Math.max(writable, taken + Math.min(WRITE_WINDOW, stream.writeAllowance()));
    }
    return writable;
  }

  @Override
  protected long acked() {
    if (stream != null) {
      told = stream.acknowledged();
    }
    return told;
  }
}
