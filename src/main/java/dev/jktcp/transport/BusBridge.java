package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import dev.jktcp.context.EndNotice;
import dev.jktcp.time.Lease;
import dev.jktcp.time.Timer;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;

/**
 * Joins any transport to the two event-bus addresses of a {@link BusTransport}.
 *
 * <p>It lives on a context of its own, which need not be the adapter's. While the transport is
 * full, packets from the bus wait in a bounded queue and the adapter is asked to stop; packets that
 * do not fit are dropped and counted. Packets from the transport are not held back: if an adapter
 * does not keep up, those beyond its window are dropped and counted, as by any link.
 *
 * <p>When the transport ends, the bridge sends the adapter the reason. When the adapter ends, or
 * has announced itself and falls silent, the bridge closes the transport.
 */
public final class BusBridge {
  private static final long NONE = -1;

  /**
   * A transport that takes nothing for this long is gone, as for {@link StreamTransportOptions}.
   */
  private static final long CLOSE_TIMEOUT_MS = 1000;

  /** Longer than an adapter's shutdown takes by default. */
  private static final long ADAPTERS_END_MS = 6_000;

  private final ContextInternal context;
  private final ContextInternal hookContext;
  private final PacketTransport transport;
  private final BusOptions options;
  private final TransportMeter meter = new TransportMeter();
  private final BusLink link;
  private final Promise<Void> closed;
  private final EndNotice notice;
  private final Closeable closeHook = done -> onContextEnd().onComplete(done);

  // Bridge's context only.
  private final ArrayDeque<PacketBatch> queue = new ArrayDeque<>();
  private final int maxQueued;
  private int mostQueued;
  private long overflowed;
  private long unanswered = NONE; // A mark that waits for the queue to shrink.
  private Timer fullTimer; // Not null while the adapter is asked to stop.
  private Lease closeLimit; // Not null while the adapter's last packets wait.
  private boolean ended;
  private Throwable endCause;

  /**
   * Opens the transport, on the caller's event-loop context or on a new one if the caller has no
   * such context, and announces the bridge. When the caller's verticle is undeployed, the bridge
   * closes. When Vert.x is closed, the bridge ends after an adapter of this Vert.x.
   *
   * @return fails, with nothing left open and the adapter told, when the transport cannot be opened
   * @throws IllegalArgumentException if the addresses are not two
   */
  public static Future<BusBridge> open(Vertx vertx, PacketTransport transport, BusOptions options) {
    ContextInternal context = Contexts.eventLoop(vertx);
    BusBridge bridge = new BusBridge(context, transport, options.checked());
    Promise<BusBridge> promise = context.promise();
    Contexts.run(context, () -> bridge.open().map(bridge).onComplete(promise));
    return promise.future();
  }

  private BusBridge(ContextInternal context, PacketTransport transport, BusOptions options) {
    ContextInternal current = ContextInternal.current();
    boolean sameVertx = current != null && current.owner() == context.owner();
    this.context = context;
    this.hookContext = sameVertx ? current.unwrap() : context;
    this.transport = transport;
    this.options = options;
    this.maxQueued = 2 * options.getWindow(); // One batch is under way while the next waits here.
    this.closed = context.promise();
    this.notice = new EndNotice(context);
    this.link =
        new BusLink(
            context,
            options,
            options.getFromAdapter(),
            options.getToAdapter(),
            meter,
            new FromAdapter());
  }

  private Future<Void> open() {
    hookContext.closeFuture().add(closeHook);
    return transport
        .open(context, new FromTransport())
        .compose(v -> ended ? Future.failedFuture(endedEarly()) : link.open())
        .onSuccess(v -> link.announce())
        .onFailure(
            cause -> {
              if (!ended) {
                link.reportEnd(cause);
              }
              end(cause);
            });
  }

  private Throwable endedEarly() {
    return endCause != null ? endCause : new TransportException("the bridge was closed");
  }

  /**
   * Closes the transport, and tells the adapter that it has ended in good order. Idempotent. Any
   * thread.
   */
  public Future<Void> close() {
    Contexts.run(
        context,
        () -> {
          if (!ended) {
            link.reportEnd(null);
          }
          end(null);
        });
    return closed.future();
  }

  /**
   * If its verticle is undeployed, a bridge ends at once. If the whole Vert.x is closed, the
   * verticle of its adapter is undeployed at the same time, and the bridge still carries the
   * adapter's last packets.
   */
  private Future<Void> onContextEnd() {
    boolean allEnd = context.owner().closeFuture().isClosed();
    if (!allEnd || !options.isLocal() || !hookContext.isDeployment()) {
      return close();
    }
    Contexts.run(
        context,
        () -> {
          if (ended || !link.isPeerAnnounced()) {
            close();
          } else {
            link.after(ADAPTERS_END_MS, this::close);
          }
        });
    return closed.future();
  }

  /**
   * Closes the bridge once the transport has taken the adapter's last packets, or after a second.
   * For a caller that has closed the adapter itself and need not wait for the bus to say so.
   * Idempotent. Any thread.
   */
  public Future<Void> finish() {
    Contexts.run(context, () -> onAdapterEnd(null));
    return closed.future();
  }

  /** The counters of the bridge; after its end, the last figures. Any thread. */
  public Future<BusBridgeCounters> counters() {
    Promise<BusBridgeCounters> promise = context.promise();
    Contexts.run(
        context,
        () ->
            promise.complete(
                new BusBridgeCounters(
                    meter.snapshot(), transport.counters(), overflowed, queue.size(), mostQueued)));
    return promise.future();
  }

  /**
   * Called once, on the bridge's context, with the reason, if the bridge ended neither by {@link
   * #close} nor by an orderly end of either side. {@link #closeHandler} is called after it.
   */
  public BusBridge exceptionHandler(Handler<Throwable> handler) {
    Contexts.run(context, () -> notice.exceptionHandler(handler));
    return this;
  }

  /** Called once, on the bridge's context, when the bridge has ended. */
  public BusBridge closeHandler(Handler<Void> handler) {
    Contexts.run(context, () -> notice.closeHandler(handler));
    return this;
  }

  /** The last packets are resets, for the peers' sake. They are still sent. */
  private void onAdapterEnd(Throwable cause) {
    if (ended || closeLimit != null) {
      return;
    }
    if (cause != null || queue.isEmpty()) {
      end(cause);
      return;
    }
    link.close();
    if (fullTimer != null) {
      fullTimer.cancel();
    }
    closeLimit = link.lease(CLOSE_TIMEOUT_MS, () -> end(null));
  }

  private void end(Throwable cause) {
    if (ended) {
      return;
    }
    ended = true;
    endCause = cause;
    hookContext.closeFuture().remove(closeHook);
    if (fullTimer != null) {
      fullTimer.cancel();
    }
    if (closeLimit != null) {
      closeLimit.end();
    }
    queue.forEach(this::drop);
    queue.clear();
    boolean anothers = TransportException.isInUse(cause);
    Future<Void> transportClosed = anothers ? Future.succeededFuture() : transport.close();
    Future.join(link.closeToAdapter(), transportClosed).onComplete(done -> closed.tryComplete());
    context.runOnContext(v -> notice.over(cause));
  }

  private void drop(PacketBatch batch) {
    overflowed += batch.count();
    batch.release();
  }

  private void enqueue(PacketBatch batch) {
    if (queue.size() >= maxQueued) {
      drop(batch);
      return;
    }
    queue.add(batch);
    mostQueued = Math.max(mostQueued, queue.size());
  }

  private void drain() {
    while (!queue.isEmpty() && !transport.isFull()) {
      transport.send(queue.poll());
    }
    if (closeLimit != null) {
      if (queue.isEmpty()) {
        end(null);
      }
      return;
    }
    if (unanswered != NONE && queue.size() <= options.getWindow()) {
      link.answer(unanswered);
      unanswered = NONE;
    }
    reportState();
  }

  private void reportState() {
    boolean full = !queue.isEmpty() || transport.isFull();
    if (full == (fullTimer != null)) {
      return;
    }
    if (full) {
      reportFull();
    } else {
      fullTimer.cancel();
      fullTimer = null;
      link.report(BusMessages.WRITABLE);
    }
  }

  private void reportFull() {
    if (ended) {
      return;
    }
    // The timer is set first: inside a send, an interceptor of the bus may deliver a message to us.
    fullTimer = link.after(options.getRepeat().toMillis(), this::reportFull);
    link.report(BusMessages.FULL);
  }

  private final class FromAdapter implements BusLink.Events {
    @Override
    public void onBatch(PacketBatch batch) {
      if (queue.isEmpty() && !transport.isFull()) {
        transport.send(batch);
      } else {
        enqueue(batch);
      }
      reportState();
    }

    /** The adapter gets no leave to send another window until the queue has room for it. */
    @Override
    public void onMark(long number) {
      if (queue.size() <= options.getWindow()) {
        link.answer(number);
      } else {
        unanswered = number;
      }
    }

    @Override
    public void onPeerEnd(Throwable cause) {
      onAdapterEnd(cause);
    }

    @Override
    public void onFull() {} // An adapter has no way to be full.

    @Override
    public void onWritable() {}

    @Override
    public void onRoom() {}
  }

  private final class FromTransport implements PacketTransport.Receiver {
    @Override
    public void onBatch(PacketBatch batch) {
      link.send(batch);
    }

    @Override
    public void onWritable() {
      if (!ended) {
        drain();
      }
    }

    @Override
    public void onClosed(Throwable cause) {
      if (ended) {
        return;
      }
      link.reportEnd(cause);
      end(cause);
    }

    /** The queue is dropped: its packets are of no use by the time the transport is back. */
    @Override
    public void onAway(Throwable cause, long gapMs) {
      if (ended) {
        return;
      }
      queue.forEach(BusBridge.this::drop);
      queue.clear();
      link.reportAway(cause, gapMs);
      drain(); // so that marks are answered and the end need not wait
    }

    @Override
    public void onBack(TransportLink back) {
      if (ended) {
        return;
      }
      link.reportBack(back);
      drain();
    }
  }
}
