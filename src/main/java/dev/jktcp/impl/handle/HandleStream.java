package dev.jktcp.impl.handle;

import dev.jktcp.StreamAddresses;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpException;
import dev.jktcp.context.NextTurn;
import dev.jktcp.impl.Failures;
import dev.jktcp.impl.StreamEnd;
import dev.jktcp.impl.WriteGauge;
import dev.jktcp.impl.WriteIntake;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.SessionChannel;
import dev.jktcp.impl.frame.TcpInfoJson;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.time.Lease;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.lang.ref.WeakReference;

/**
 * A connection of the adapter as its user sees it: the user's wishes, the adapter's news, and how
 * much of the news the user has. It behaves as a stream of an adapter in hand does.
 *
 * <p>It refers to the user's {@link StreamHandle} only weakly, so that the garbage collector can
 * find one unused.
 *
 * <p>Session's context only; methods for any thread say so.
 */
final class HandleStream extends SessionChannel implements WriteIntake.Sink {
  /** Buffers delivered in one turn of the context. */
  private static final int TURN = 256;

  private final HandleSession session;
  private final ContextInternal context;
  private final Inflow inflow;
  private final Outflow outflow;
  private final StreamEnd<Exception> end;
  private final NextTurn turn; // calls the user's handlers

  private Completable<StreamHandle> opening; // null once the connection is open, or has failed
  private WeakReference<StreamHandle> user; // null until it is open
  private SocketAddress remoteAddress;

  // Any thread:
  private final WriteGauge gauge;
  private final WriteIntake intake;
  private volatile CloseReason closeReason;
  private volatile boolean incomplete; // a pump has more to write

  // Reading:
  private Handler<Buffer> handler;
  private boolean readsGivenUp;
  private boolean finReceived;
  private Future<StreamAddresses> addresses; // not null once the user has asked for them
  private boolean handlerWasSet;

  private final NewsEar news;
  private int
      wishes; // the user's, as flags of a frame: WATCH, END, LEAVE, CLOSE, RESET; only grows

  // Ending:
  private TcpException abortCause; // of a reset by other code than the user's
  private TcpException shutdownCause; // of a close by other code than the user's
  private boolean done; // nothing follows
  private TcpInfo lastInfo;
  private Lease patience; // null while none runs

  private HandleStream(HandleSession session, long id) {
    super(session.side(), id);
    this.session = session;
    this.context = session.context();
    this.inflow = new Inflow(session.options().getReadBuffer());
    this.outflow = new Outflow(this::sent);
    int writeMax = session.sendBuffer();
    this.gauge =
        new WriteGauge(context, () -> writeMax, this::queued, outflow::allowance, this::wake);
    this.intake = new WriteIntake(this, context, gauge, session.options().getMaxPendingWrites());
    this.news = new NewsEar(context);
    this.end = new StreamEnd<>(context);
    this.turn = new NextTurn(context, this::advance);
  }

  static HandleStream connecting(
      HandleSession session, long id, Detail.Connect what, Promise<StreamHandle> promise) {
    HandleStream stream = new HandleStream(session, id);
    stream.opening = promise;
    stream.tell(what);
    return stream;
  }

  static HandleStream accepted(HandleSession session, long id, Handler<StreamHandle> acceptor) {
    HandleStream stream = new HandleStream(session, id);
    stream.opening =
        (handle, failure) -> {
          if (handle != null) {
            stream.onAccepted(handle, acceptor);
          }
        };
    return stream;
  }

  // --- any thread

  @Override
  public ContextInternal context() {
    return context;
  }

  /** Null until the connection is open. */
  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Takes the user's writes. */
  WriteIntake intake() {
    return intake;
  }

  CloseReason closeReason() {
    return closeReason;
  }

  /** Runs the task on the context, at once if the caller is on it. */
  void execute(Runnable task) {
    context.execute(task);
  }

  Future<Void> finAcked() {
    return end.finAcked();
  }

  Future<Void> closed() {
    return end.closed();
  }

  Future<Void> over() {
    return end.over();
  }

  // --- what the user wants

  void handler(Handler<Buffer> newHandler) {
    handler = newHandler;
    if (newHandler != null) {
      handlerWasSet = true;
    }
    wake();
  }

  void endHandler(Handler<Void> newHandler) {
    end.endHandler(newHandler);
    wake();
  }

  void exceptionHandler(Handler<Throwable> newHandler) {
    end.exceptionHandler(newHandler);
    wake();
  }

  void closeHandler(Handler<Void> newHandler) {
    end.closeHandler(newHandler);
    wake();
  }

  void softErrorHandler(Handler<SoftError> newHandler) {
    news.softErrorHandler(newHandler);
    watch(newHandler != null);
  }

  void urgentHandler(Handler<Integer> newHandler) {
    news.urgentHandler(newHandler, inflow.taken());
    watch(newHandler != null);
  }

  private void watch(boolean wanted) {
    if (wanted && !wants(Frame.WATCH)) {
      want(Frame.WATCH);
    }
  }

  /** Whether any of these flags is wished. */
  private boolean wants(int flags) {
    return (wishes & flags) != 0;
  }

  /** Says so to the adapter. */
  private void want(int flags) {
    wishes |= flags;
    speakSoon();
  }

  /**
   * Bytes up to the end of the urgent data that the adapter last reported; 0 if the user has all of
   * it.
   */
  int urgentAhead() {
    return news.urgentAhead(inflow.taken());
  }

  void pause() {
    inflow.pause();
    wake();
  }

  void fetch(long amount) {
    inflow.fetch(amount);
    wake();
  }

  void end() {
    if (intake.isSendingFile()) {
      intake.awaitFile(this::end);
      return;
    }
    wishes |= Frame.END;
    if (outflow.isSent()) {
      speakSoon(); // otherwise with the last byte
    }
  }

  void close() {
    giveUpReads();
    if (intake.isSendingFile()) {
      intake.awaitFile(this::close);
      return;
    }
    want(Frame.LEAVE | Frame.CLOSE);
  }

  void reset() {
    giveUpReads();
    want(Frame.RESET);
  }

  /** Resets the connection. Handlers and futures are given this reason. */
  @Override
  public void abort(TcpException cause) {
    if (closeReason != null || wants(Frame.RESET)) {
      return;
    }
    abortCause = cause;
    want(Frame.RESET);
  }

  @Override
  public void incomplete(boolean moreToCome) {
    incomplete = moreToCome;
  }

  /**
   * The adapter, or the context here, ends in good order, and so does the stream: written data
   * still arrives.
   */
  void shutDown(TcpException cause) {
    if (done || closeReason != null || wants(Frame.CLOSE | Frame.RESET)) {
      return;
    }
    if (incomplete || user == null) {
      if (user != null) {
        abortCause = cause;
      }
      reset();
    } else {
      shutdownCause = cause;
      gauge.shut(true);
      close();
    }
  }

  /** Whether the adapter has all that was written, and its end. */
  boolean isHandedOver() {
    return done
        || wants(Frame.RESET) && isSettled()
        || wants(Frame.CLOSE) && outflow.isSent() && isSettled();
  }

  /** Resets the connection if not all data was sent by now. */
  void resetUnlessSent() {
    if (!outflow.isSent()) {
      reset();
    }
  }

  // --- the user's writes

  @Override
  public Future<Void> writeNow(Buffer data, long mostPending) {
    return write(data, false, mostPending);
  }

  /** Behind all that waits, and not while a file is being sent. */
  Future<Void> writeUrgent(Buffer data) {
    return write(data, true, intake.mostPending());
  }

  private Future<Void> write(Buffer data, boolean urgent, long mostPending) {
    Exception refusal = writeRefusal();
    if (refusal != null) {
      return context.failedFuture(refusal);
    }
    if (outflow.untaken() + data.length() > mostPending) {
      return intake.refuse();
    }
    Promise<Void> promise = context.promise();
    outflow.add(data, urgent, promise);
    gauge.onWrite();
    if (data.length() > 0) {
      sendSoon();
    } else {
      outflow.settle();
    }
    return promise.future();
  }

  private void sendSoon() {
    if (outflow.canSend()) {
      speakSoon();
    }
  }

  @Override
  public void onTooMuchPending(TcpException cause) {
    abort(cause);
  }

  @Override
  public void held(long change) {} // bounded by mostPending

  private long queued() {
    return closeReason == null ? outflow.unacknowledged() + intake.behindFile() : 0;
  }

  /** Why a write now would fail, or null. */
  private Exception writeRefusal() {
    if (end.failure() != null) {
      return end.failure();
    }
    if (abortCause != null) {
      return abortCause;
    }
    if (shutdownCause != null) {
      return shutdownCause;
    }
    if (wants(Frame.RESET)) {
      return Failures.of(CloseReason.ABORTED, remoteAddress, null);
    }
    if (wants(Frame.CLOSE)) {
      return new TcpException(null, "write after close()");
    }
    if (wants(Frame.END)) {
      return new TcpException(null, "write after end()");
    }
    return null;
  }

  // --- questions to the adapter

  /** Sends a request to the adapter's end of the connection. */
  Future<JsonObject> ask(String what, JsonObject question) {
    return closeReason != null ? context.failedFuture(end.failure()) : request(what, question);
  }

  private Future<JsonObject> request(String what, JsonObject question) {
    return session.ask(question.put("do", what).put("id", id()));
  }

  void info(Promise<TcpInfo> promise) {
    if (answerInfo(promise)) {
      return;
    }
    request("info", new JsonObject())
        .map(TcpInfoJson::read)
        .onSuccess(promise::complete)
        .onFailure(
            cause -> {
              // The stream may have ended meanwhile.
              if (!answerInfo(promise)) {
                promise.fail(cause);
              }
            });
  }

  private boolean answerInfo(Promise<TcpInfo> promise) {
    if (lastInfo != null) {
      promise.complete(lastInfo);
    } else if (done) {
      promise.fail(end.failure());
    }
    return promise.future().isComplete();
  }

  void registerAddresses(Promise<StreamAddresses> promise) {
    if (addresses == null) {
      if (closeReason != null) {
        promise.fail(new IllegalStateException("the stream is over: it has no addresses any more"));
        return;
      }
      if (handlerWasSet) {
        promise.fail(
            new IllegalStateException(
                "the stream was read before: ask for its addresses before setting a handler"));
        return;
      }
      addresses =
          request("addresses", new JsonObject())
              .map(HandleStream::addresses)
              .onFailure(
                  cause -> {
                    addresses = null;
                    wake();
                  });
    }
    addresses.onComplete(promise);
  }

  private static StreamAddresses addresses(JsonObject json) {
    return new StreamAddresses(
        json.getString("id"),
        json.getString("write"),
        json.getString("read"),
        json.getString("control"));
  }

  /**
   * Whether the stream is open, but its user has let go of it and of everything that could report
   * on it.
   */
  boolean isForgotten() {
    boolean waitedFor = wants(Frame.END) && !end.finAcked().isComplete();
    return user != null
        && user.get() == null
        && handler == null
        && !end.hasHandler()
        && !news.hasHandler()
        && addresses == null
        && !waitedFor
        && !wants(Frame.CLOSE | Frame.RESET)
        && outflow.isIdle()
        && !intake.isSendingFile()
        && gauge.isIdle();
  }

  // --- what the adapter says

  @Override
  protected void onFrame(Frame frame, Buffer payload) {
    if (done) {
      return;
    }
    // First, so that the user of a new stream sees how much it may write.
    outflow.onTold(Math.min(frame.taken(), sent()), frame.granted(), frame.acked());
    if (opening != null && frame.detail() instanceof Detail.Opened opened) {
      onOpened(opened);
    }
    if (frame.detail() instanceof Detail.News told) {
      news.onNews(told, inflow.taken());
    }
    sendSoon();
    if (payload != null && !readsGivenUp) {
      inflow.add(payload);
    }
    if (frame.has(Frame.FIN)) {
      finReceived = true;
    }
    if (frame.has(Frame.FIN_ACKED)) {
      end.onFinAcked();
    }
    if (frame.has(Frame.OVER) && closeReason == null) {
      onOver(frame);
    }
    if (frame.detail() instanceof Detail.Ended ended) {
      lastInfo = ended.info();
    }
    if (frame.has(Frame.SHUTDOWN)) {
      shutDown(Failures.adapterClosed());
    }
    if (frame.has(Frame.DONE)) {
      onDone();
    }
    advance();
    session.onProgress();
  }

  private void onOpened(Detail.Opened opened) {
    remoteAddress = opened.remote();
    StreamHandle handle = new StreamHandleImpl(this, opened.local(), opened.remote());
    user = new WeakReference<>(handle);
    Completable<StreamHandle> waiting = opening;
    opening = null;
    waiting.succeed(handle);
  }

  private void onAccepted(StreamHandle handle, Handler<StreamHandle> acceptor) {
    context.dispatch(handle, acceptor);
    speakSoon(); // unconfirmed, it counts against the listener's backlog
  }

  private void onDone() {
    if (closeReason == null) {
      endHere(Failures.busLost("how the connection ended"));
    }
    done = true;
    session.remove(this);
  }

  private void onOver(Frame frame) {
    // Repeated until confirmed, so it is there unless the adapter breaks the rules.
    if (!(frame.detail() instanceof Detail.Ended ended)) {
      return;
    }
    Exception failure = ended.exception();
    if (user == null) {
      failToOpen(failure != null ? failure : Failures.busLost("the connection's addresses"));
      reset(); // the adapter may have opened it, and hold data that has no reader
      return;
    }
    if (failure == null) {
      failure = Failures.of(CloseReason.CLOSED, remoteAddress, null);
    }
    if (abortCause != null && ended.reason() == CloseReason.ABORTED) {
      failure = abortCause;
    }
    finish(ended.reason(), failure, frame.has(Frame.CLEAN));
  }

  private void failToOpen(Exception cause) {
    if (opening == null) {
      return;
    }
    Completable<StreamHandle> waiting = opening;
    opening = null;
    waiting.fail(cause);
  }

  @Override
  protected void onGap(long offset) {
    endHere(Failures.busLost("what was read after byte " + offset));
    // One frame carries the reset. If it is lost as well, a later frame is answered with GONE.
    wishes |= Frame.RESET;
    change();
  }

  @Override
  protected void onGone() {
    endHere(
        wants(Frame.RESET) && user != null
            ? Failures.of(CloseReason.ABORTED, remoteAddress, null)
            : Failures.busLost("the adapter does not know the connection any more"));
  }

  @Override
  public void onSessionEnd(Exception cause) {
    endHere(cause);
  }

  /** The adapter has no more news of the connection. */
  private void endHere(Exception cause) {
    if (done) {
      return;
    }
    done = true;
    session.remove(this);
    if (user == null) {
      failToOpen(cause);
      return;
    }
    CloseReason reason = cause instanceof TcpException tcp ? tcp.reason() : CloseReason.ABORTED;
    if (reason == CloseReason.ABORTED) {
      giveUpReads();
    }
    if (closeReason == null) {
      finish(reason, cause, false);
    }
    stopPatience(); // only the stream itself holds its unread data
    wake();
  }

  private void finish(CloseReason reason, Exception failure, boolean clean) {
    end.finish(reason, failure, clean && outflow.isTaken());
    if (reason == CloseReason.ADAPTER_CLOSED) {
      giveUpReads();
    }
    closeReason = reason;
    gauge.shut(false);
    outflow.fail(failure);
    end.failFin();
    if (reason == CloseReason.TRANSPORT_LOST) {
      // A reader that has not begun is not waited for.
      if (handler == null) {
        reset();
      }
    } else if (end.hasError() && !inflow.isEmpty()) {
      patience = session.awaitPatience(this::reset);
    }
  }

  /** Ends the wait of a failed connection's data for its reader. */
  private void stopPatience() {
    if (patience != null) {
      patience.end();
    }
    patience = null;
  }

  private void giveUpReads() {
    readsGivenUp = true;
    inflow.clear();
    wake();
  }

  // --- telling the user

  /** Schedules a turn that calls the user's handlers. */
  void wake() {
    turn.ask();
  }

  private void advance() {
    gauge.tellDrain();
    deliver();
    if (!inflow.isEmpty()) {
      return;
    }
    if (finReceived) {
      end.tellEnd(readsGivenUp);
    }
    if (done && user != null) {
      stopPatience();
      end.tellClose();
    }
  }

  private void deliver() {
    int told = 0;
    while (handler != null && addresses == null && !readsGivenUp) {
      if (told++ == TURN) {
        wake();
        return;
      }
      Buffer next = inflow.take();
      if (next != null) {
        context.dispatch(next, handler);
      }
      if (handler != null && !readsGivenUp && inflow.grant(received())) {
        speakSoon();
      }
      if (next == null) {
        return;
      }
    }
  }

  // --- telling the adapter

  /** Sends a frame at the end of this turn. */
  void speakSoon() {
    if (!done) {
      change();
    }
  }

  @Override
  protected void speak() {
    int flags = flags();
    boolean said = !wants(Frame.RESET) && sendWrites();
    if (!said || flags() != flags) {
      super.speak();
    }
  }

  /**
   * Sends what there is credit for.
   *
   * @return whether anything was sent
   */
  private boolean sendWrites() {
    boolean any = false;
    Buffer data;
    while ((data = outflow.next()) != null) {
      send(data, outflow.isUrgentEnd(sent() + data.length()) ? Frame.URGENT : 0);
      any = true;
    }
    return any;
  }

  @Override
  protected int flags() {
    int flags = (id() > 0 ? Frame.OPEN : 0) | wishes;
    if (!outflow.isSent()) {
      flags &= ~(Frame.END | Frame.CLOSE); // said behind the last byte
    }
    return flags;
  }

  @Override
  protected long taken() {
    return inflow.taken();
  }

  @Override
  protected long granted() {
    return inflow.granted();
  }
}
