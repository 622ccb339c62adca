package dev.jktcp.impl.handle;

import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.bus.BusContext;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.ReplyCodes;
import dev.jktcp.impl.frame.SeenIds;
import dev.jktcp.impl.frame.SessionChannel;
import dev.jktcp.impl.frame.SessionSide;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import dev.jktcp.time.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;

/**
 * The handle's end of a session with its adapter. It has all connections, listeners and UDP ports
 * that were opened from one context.
 *
 * <p>Its context only; methods for any thread say so.
 */
final class HandleSession implements SessionSide.Events {
  /** Called on the session's context. */
  interface Owner {
    /** Whether the garbage collector has found the handle unused. Any thread. */
    boolean isForgotten();

    /**
     * The session takes no more calls.
     *
     * @param adapterEnded whether the adapter has ended, and not only this session
     */
    void onSessionEnd(Exception cause, boolean adapterEnded);

    /**
     * The session is over, and all of its streams and listeners have ended.
     *
     * @param adapterEnded whether the adapter has ended, and not only this session
     */
    void onSessionOver(HandleSession session, Exception cause, boolean adapterEnded);
  }

  /** Channels opened after which the adapter is told which ones it may forget. */
  private static final int FLOOR_STEP = 16 * 1024;

  private final Owner owner;
  private final ContextInternal context;
  private final HandleOptions options;
  private final AdapterRequests questions;
  private final SessionSide side;
  private final Hello hello;
  private final SeenIds seen = new SeenIds();
  private final Promise<Void> opened;
  private final Promise<Void> over;
  private final Closeable closeHook = done -> onContextEnd().onComplete(done);
  private Welcome welcome;
  private long nextId = 1;
  private int asked; // requests without an answer
  private Timer beatTimer;
  private HandOff handOff; // not null once the session ends in good order
  private Exception outcome; // not null once the session is over

  HandleSession(
      Owner owner, ContextInternal context, HandleOptions options, AdapterRequests questions) {
    this.owner = owner;
    this.context = context;
    this.options = options;
    this.questions = questions;
    this.opened = context.promise();
    this.over = context.promise();
    Clock clock = clock(options, context);
    String address = BusNames.session();
    this.side =
        new SessionSide(
            BusContext.beside(context),
            clock,
            address,
            options.isLocal(),
            options.getRepeat().toMillis(),
            this);
    this.hello = new Hello(context, side, questions, options, address);
  }

  /** The clock of a handle's timeouts. */
  static Clock clock(HandleOptions options, ContextInternal context) {
    return options.getClock() != null ? options.getClock() : Clock.of(context);
  }

  // --- any thread

  ContextInternal context() {
    return context;
  }

  HandleOptions options() {
    return options;
  }

  /** Begins. Calls made before the adapter has answered wait for its answer. */
  void start() {
    context.execute(
        () -> {
          if (outcome != null) {
            return; // closed before it began
          }
          if (context.closeFuture().add(closeHook)) {
            side.open().compose(v -> hello.say()).onComplete(this::onWelcome);
          } else {
            finish(contextEnded(), false);
          }
        });
  }

  /**
   * Ends the session, and resets its connections for this reason.
   *
   * @return completes when all of its streams and listeners were told
   */
  Future<Void> close(Exception cause) {
    context.execute(() -> end(cause, false));
    return over.future();
  }

  /**
   * Ends the session in good order, once the adapter has all that its streams have written.
   *
   * @param mostMs time after which data that the adapter has not taken is lost and its connection
   *     is reset; below 0, the time from the adapter's welcome
   * @return completes when all of its streams and listeners were told
   */
  Future<Void> shutDown(TcpException cause, long mostMs) {
    Promise<Void> handed = Promise.promise();
    context.execute(() -> handOff(cause, mostMs).onComplete(handed));
    return handed.future().eventually(() -> close(cause));
  }

  private Future<Void> handOff(TcpException cause, long mostMs) {
    if (outcome != null || welcome == null) {
      return Future.succeededFuture();
    }
    if (handOff == null) {
      handOff = new HandOff(side, cause);
    }
    return handOff.within(mostMs < 0 ? welcome.shutdownTimeoutMs() : mostMs);
  }

  /** A stream has news of the adapter, or is over. */
  void onProgress() {
    if (handOff != null) {
      handOff.look();
    }
  }

  private Future<Void> onContextEnd() {
    Promise<Void> handed = Promise.promise();
    context.execute(() -> handOff(contextEnded(), -1).onComplete(handed));
    return handed.future().eventually(this::sayGoodbye);
  }

  /**
   * Says goodbye by the machine's clock, so that a test that has stopped the clock of the options
   * can still close its Vert.x instance.
   */
  private Future<Void> sayGoodbye() {
    long late = context.setTimer(SessionSide.BYE_MS, v -> side.end());
    return close(contextEnded()).onComplete(done -> context.owner().cancelTimer(late));
  }

  private static TcpException contextEnded() {
    return new TcpException(
        CloseReason.ABORTED, "connection aborted: the context that opened it has ended");
  }

  /** Runs the action on the context once the adapter has answered. */
  <T> void whenOpen(Promise<T> promise, Runnable action) {
    context.execute(
        () ->
            opened
                .future()
                .onFailure(promise::fail)
                .onSuccess(
                    v -> {
                      if (outcome != null) {
                        promise.fail(outcome);
                      } else {
                        action.run();
                      }
                    }));
  }

  // --- opening

  private void onWelcome(AsyncResult<Welcome> answer) {
    context.execute(
        () -> {
          if (outcome != null) {
            return;
          }
          if (answer.failed()) {
            end((Exception) answer.cause(), false);
            return;
          }
          welcome = answer.result();
          side.talkTo(welcome.session(), welcome.leaseMs());
          beatTimer = side.after(welcome.beatMs(), this::beat);
          opened.complete();
        });
  }

  void connect(TcpConnectOptions what, Promise<StreamHandle> promise) {
    if (!options.isLocal() && what.getProfile() != null && !isKnown(what.getProfile())) {
      promise.fail(
          new IllegalArgumentException(
              "profile: '"
                  + what.getProfile().name()
                  + "' is not one that every node knows; choose one of "
                  + String.join(", ", TcpProfile.names())));
      return;
    }
    side.add(HandleStream.connecting(this, takeId(), new Detail.Connect(what), promise));
  }

  private static boolean isKnown(TcpProfile profile) {
    return TcpProfile.names().contains(profile.name())
        && TcpProfile.named(profile.name()).equals(profile);
  }

  void listen(TcpListenOptions what, Handler<StreamHandle> acceptor, Promise<TcpServer> promise) {
    side.add(new HandleServer(this, takeId(), new Detail.Listen(what), acceptor, promise));
  }

  void bind(Detail.Bind what, HandleUdp.User user, Promise<HandleUdp> promise) {
    side.add(new HandleUdp(this, takeId(), what, user, promise));
  }

  private long takeId() {
    if (nextId % FLOOR_STEP == 0) {
      sayFloor();
    }
    return nextId++;
  }

  // --- for the channels

  SessionSide side() {
    return side;
  }

  int sendBuffer() {
    return welcome.sendBuffer();
  }

  Future<JsonObject> ask(JsonObject question) {
    asked++;
    return questions.ask(context, welcome.session(), question, 0).onComplete(answered -> asked--);
  }

  /** A lease for as long as an adapter keeps the unread data of a failed connection. */
  Lease awaitPatience(Runnable onEnd) {
    return side.lease(welcome.orphanTimeoutMs(), onEnd);
  }

  void remove(SessionChannel channel) {
    side.remove(channel);
    onProgress();
  }

  // --- what the adapter says

  @Override
  public SessionChannel onUnknown(Frame frame) {
    if (frame.id() >= 0 || !(frame.detail() instanceof Detail.Opened opened) || outcome != null) {
      return null;
    }
    seen.raiseFloor(side.peerFloor());
    if (!(side.channel(opened.server()) instanceof HandleServer server)
        || server.acceptor() == null
        || !seen.add(-frame.id())) {
      return null;
    }
    HandleStream stream = HandleStream.accepted(this, frame.id(), server.acceptor());
    side.add(stream);
    return stream;
  }

  @Override
  public void onQuestion(Message<Object> message) {
    message.fail(ReplyCodes.ARGUMENT, "nothing is asked of a handle");
  }

  @Override
  public void onBeat() {
    side.beat(true, side.floor(nextId));
  }

  @Override
  public void onBye(Detail.Ended why) {
    Exception cause = why == null ? null : why.exception();
    end(cause != null ? cause : questions.adapterLost("has ended the session"), true);
  }

  @Override
  public void onLost(String why) {
    end(questions.adapterLost(why), true);
  }

  // --- signs of life

  private void beat() {
    if (outcome != null) {
      return;
    }
    beatTimer = side.after(welcome.beatMs(), this::beat);
    sayFloor();
    if (anyForgotten()) {
      context.runOnContext(v -> letGo());
    }
  }

  private void sayFloor() {
    side.beat(false, side.floor(nextId));
  }

  private boolean anyForgotten() {
    if (isForgotten()) {
      return true;
    }
    for (SessionChannel channel : side.channels()) {
      if (channel instanceof HandleStream stream && stream.isForgotten()) {
        return true;
      }
    }
    return false;
  }

  /** Ends the session in a later turn, when the last calls of its users have come here. */
  private void letGo() {
    if (outcome != null) {
      return;
    }
    for (SessionChannel channel : side.channels()) {
      if (channel instanceof HandleStream stream && stream.isForgotten()) {
        stream.reset();
      }
    }
    if (isForgotten()) {
      end(questions.adapterLost("has no handle any more"), false);
    }
  }

  private boolean isForgotten() {
    return owner.isForgotten() && side.size() == 0 && asked == 0;
  }

  // --- the end

  private void end(Exception cause, boolean adapterEnded) {
    if (outcome != null) {
      return;
    }
    context.closeFuture().remove(closeHook);
    finish(cause, adapterEnded);
  }

  private void finish(Exception cause, boolean adapterEnded) {
    outcome = cause;
    owner.onSessionEnd(cause, adapterEnded);
    if (handOff != null) {
      handOff.stop();
    }
    hello.giveUp(cause);
    opened.tryFail(cause);
    if (beatTimer != null) {
      beatTimer.cancel();
    }
    Future<Void> silent = side.bye(null);
    for (SessionChannel channel : side.channels()) {
      channel.onSessionEnd(cause);
    }
    // The channels call their users' handlers in the next turn.
    context.runOnContext(
        v ->
            silent.onComplete(
                ended -> {
                  owner.onSessionOver(this, cause, adapterEnded);
                  over.complete();
                }));
  }
}
