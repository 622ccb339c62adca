package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpException;
import dev.jktcp.context.Contexts;
import dev.jktcp.context.EndNotice;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.CapturingTransport;
import dev.jktcp.transport.TransportException;
import dev.jktcp.transport.TransportLink;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.AsyncResult;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * An adapter's life. It opens the transport, has a {@link Shard} from then on, and ends once: by
 * the user's call, with its verticle or Vert.x instance, or because the transport is lost.
 */
final class AdapterLife {
  /** A call that needs an open adapter. */
  interface Action<T> {
    void run(Shard shard, Promise<T> promise) throws StackException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(AdapterLife.class);

  /** The command line limits the lines of each logger: a loss must not hide the return. */
  private static final Logger RETURNS = LoggerFactory.getLogger(TransportWatch.class);

  private final ContextInternal context;
  private final ContextInternal hookContext;
  private final CapturingTransport transport;
  private final Clock clock;
  private final AdapterSetup setup;
  private final Captures captures;
  private final Supplier<String> who;
  private final MemoryShare memory;
  private final Crossing crossing = new Crossing();
  private final TransportEvents events = new TransportEvents(new Fate());
  private final TransportWatch watch;
  private final LastWords lastWords;
  private final EndNotice notice;
  private final Promise<Void> opened;
  private final Promise<Void> closed;
  private final Closeable closeHook;

  // Adapter context only.
  private Shard shard; // null until the transport is open
  private long awaySinceNs; // of the loss that was logged last
  private OrderlyEnd orderlyEnd; // not null once a shutdown has begun
  private TcpException outcome; // not null once the adapter has ended
  private Throwable endCause; // for the exception handler

  /**
   * @param hookContext the context whose end is also the adapter's
   * @param who the adapter's name in warnings
   */
  AdapterLife(
      ContextInternal context,
      ContextInternal hookContext,
      CapturingTransport transport,
      Clock clock,
      AdapterSetup setup,
      Captures captures,
      Supplier<String> who) {
    this.context = context;
    this.hookContext = hookContext;
    this.transport = transport;
    this.clock = clock;
    this.setup = setup;
    this.captures = captures;
    this.who = who;
    this.memory = new MemoryShare(context, setup.options());
    this.watch = new TransportWatch(context);
    this.lastWords = new LastWords(context);
    this.notice = new EndNotice(context);
    this.opened = context.promise();
    this.closed = context.promise();
    this.closeHook =
        done -> shutdown(defaultTimeout()).eventually(lastWords::said).onComplete(done);
  }

  /** Opens the transport in a turn of its own. */
  void begin() {
    hookContext.closeFuture().add(closeHook);
    context.runOnContext(v -> open());
  }

  // --- any thread

  Future<Void> opened() {
    return opened.future();
  }

  /** Completes when the adapter has ended, after the handlers of every stream. */
  Future<Void> ended() {
    return closed.future();
  }

  /**
   * Runs the action on the context once there is a stack, and once a capture asked for before has
   * begun. An exception of the action fails the future.
   */
  <T> Future<T> whenOpen(Action<T> action) {
    PromiseInternal<T> promise = context.promise();
    opened
        .future()
        .onFailure(promise::fail)
        .onSuccess(v -> captures.onceBegun(() -> runIfAlive(action, promise)));
    return promise.future();
  }

  AdapterOptions options() {
    return setup.options();
  }

  Crossing crossing() {
    return crossing;
  }

  Duration defaultTimeout() {
    return setup.options().getShutdownTimeout();
  }

  Future<Void> shutdown(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout of " + timeout + ": must be 0 or more");
    }
    Contexts.runOnThread(context, () -> beginShutdown(timeout));
    return closed.future();
  }

  Future<Void> close() {
    Contexts.runOnThread(context, this::endNow);
    return closed.future();
  }

  /** See {@link AdapterInternal#awaitLastWords}. */
  void awaitLastWords(Future<Void> said) {
    lastWords.await(said);
  }

  void exceptionHandler(Handler<Throwable> handler) {
    Contexts.runOnThread(context, () -> notice.exceptionHandler(handler));
  }

  void closeHandler(Handler<Void> handler) {
    Contexts.runOnThread(context, () -> notice.closeHandler(handler));
  }

  // --- adapter context: state

  /** The shard; null until the transport is open, kept after the end. */
  Shard shard() {
    return shard;
  }

  /** Why the adapter has ended; null while it lives. */
  TcpException outcome() {
    return outcome;
  }

  private <T> void runIfAlive(Action<T> action, Promise<T> promise) {
    if (outcome != null || orderlyEnd != null) {
      promise.fail(outcome != null ? outcome : Failures.adapterClosed());
      return;
    }
    try {
      action.run(shard, promise);
    } catch (StackException refused) {
      promise.fail(new TcpException(null, refused.getMessage()));
    } catch (IllegalArgumentException | IllegalStateException refused) {
      promise.fail(refused);
    }
  }

  // --- adapter context: opening

  private void open() {
    captures.onceBegun(
        () -> {
          if (outcome != null) {
            return;
          }
          transport
              .open(context, events)
              .onComplete(result -> Contexts.runOnThread(context, () -> onOpened(result)));
        });
  }

  private void onOpened(AsyncResult<Void> result) {
    if (outcome != null) {
      closeTransport(result.cause());
    } else if (result.failed()) {
      failToOpen(result.cause());
    } else {
      try {
        shard = newShard();
      } catch (RuntimeException refused) { // otherwise the failure would be lost
        failToOpen(refused);
        return;
      }
      watch.onUp();
      events.to(shard.loop());
      opened.complete();
    }
  }

  private final class Fate implements TransportEvents.Fate {
    @Override
    public void onLost(Throwable cause) {
      onTransportLost(cause);
    }

    @Override
    public void onAway(Throwable cause, long gapMs) {
      if (outcome == null) {
        awaySinceNs = clock.nanoTime();
        LOG.warn(who.get() + ": waits for its transport: " + Failures.firstLine(cause));
      }
      shard.loop().onTransportAway(cause, gapMs);
      watch.onAway(cause);
    }

    @Override
    public void onBack(TransportLink link) {
      if (outcome != null) {
        return;
      }
      try {
        shard.moveTo(link);
      } catch (IllegalArgumentException refused) { // the transport's MTU or addresses do not fit
        onTransportLost(refused);
        return;
      }
      if (watch.status().state() == TransportState.WAITING) {
        // As loud as the loss: a user who hears of that waits for this.
        RETURNS.warn(who.get() + ": " + backAfter(clock.nanoTime() - awaySinceNs));
      }
      watch.onUp();
      shard.loop().onTransportBack();
    }
  }

  static String backAfter(long awayNs) {
    return String.format(Locale.ROOT, "its transport is back after %.1f s", awayNs / 1e9);
  }

  /** Any thread. */
  TransportStatus transportStatus() {
    return watch.status();
  }

  /** Adapter context only. */
  TransportWatch watch() {
    return watch;
  }

  private Shard newShard() {
    SecureRandom random = new SecureRandom();
    long bytesHeld = memory.join();
    IpStack stack =
        new IpStack(
            setup.stackOptions(transport.capabilities()).maxBytesHeld(bytesHeld),
            random.nextLong(),
            random.nextLong());
    memory.of(stack);
    crossing.of(stack.budget());
    return new Shard(
        context,
        transport,
        clock,
        setup,
        stack,
        crossing,
        () -> memory.warnUsedUp(who),
        this::onTransportLost,
        this::onNoConnection);
  }

  private void failToOpen(Throwable cause) {
    opened.tryFail(cause);
    end(CloseReason.TRANSPORT_LOST, Failures.transportLost(cause), cause);
  }

  // --- adapter context: the end

  private void beginShutdown(Duration timeout) {
    if (outcome != null) {
      return;
    }
    if (shard == null || timeout.isZero()) {
      endNow();
      return;
    }
    if (orderlyEnd == null) {
      orderlyEnd = new OrderlyEnd(clock, shard.loop(), this::endNow);
      shard.stopTaking();
      orderlyEnd.begin();
      if (shard.connections().isEmpty()) {
        orderlyEnd.onNothingLeft();
      }
    }
    orderlyEnd.within(timeout);
  }

  private void onNoConnection() {
    if (orderlyEnd != null) {
      orderlyEnd.onNothingLeft();
    }
  }

  private void onTransportLost(Throwable cause) {
    if (outcome != null && shard != null) {
      shard.loop().onTransportLost();
    }
    end(CloseReason.TRANSPORT_LOST, Failures.transportLost(cause), cause);
  }

  private void endNow() {
    end(CloseReason.ADAPTER_CLOSED, Failures.adapterClosed(), null);
  }

  private void end(CloseReason reason, TcpException failure, Throwable cause) {
    if (outcome != null) {
      return;
    }
    outcome = failure;
    endCause = cause;
    memory.leave();
    if (orderlyEnd != null) {
      orderlyEnd.stop();
    }
    opened.tryFail(failure);
    watch.onEnd(cause);
    if (shard != null) {
      shard.onEnd(failure);
      shard.loop().end(reason, cause, this::finish);
    } else {
      context.runOnContext(v -> finish());
    }
  }

  private void finish() {
    closeTransport(endCause)
        .onComplete(result -> Contexts.runOnThread(context, () -> finishCapture(result)));
  }

  /** Closes the transport, unless another adapter has opened it. */
  private Future<Void> closeTransport(Throwable cause) {
    return TransportException.isInUse(cause) ? Future.succeededFuture() : transport.close();
  }

  private void finishCapture(AsyncResult<Void> transportClosed) {
    captures
        .stop()
        .onComplete(captured -> Contexts.runOnThread(context, () -> complete(transportClosed)));
  }

  private void complete(AsyncResult<Void> transportClosed) {
    closed.handle(transportClosed);
    lastWords.said().onComplete(said -> hookContext.closeFuture().remove(closeHook));
    notice.over(endCause);
  }
}
