package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two adapters of one process joined by a bounded queue in each direction. Batches change owner and
 * are not copied. The ends may live on different contexts. Packets that one end sends before the
 * other is opened wait in the queue. When one end closes, the other receives the packets sent
 * before, then an orderly end.
 */
public final class PipeTransport implements PacketTransport {
  private final TransportCapabilities capabilities;
  private final TransportMeter meter = new TransportMeter();
  private final Lane inbound;
  private final Lane outbound;

  // Any thread.
  private final OpenOnce owner = new OpenOnce();
  private final Promise<Void> closed = Promise.promise();

  // Adapter context only.
  private Context context;
  private Receiver receiver;
  private boolean ended;

  /** The two ends of a pipe. */
  public record Pair(PacketTransport left, PacketTransport right) {}

  private PipeTransport(int mtu, Lane inbound, Lane outbound) {
    this.capabilities = new TransportCapabilities("pipe", mtu, mtu, false, true);
    this.inbound = inbound;
    this.outbound = outbound;
    inbound.reader = this;
    outbound.writer = this;
  }

  public static Pair pair() {
    return pair(new PipeTransportOptions());
  }

  public static Pair pair(PipeTransportOptions options) {
    Lane right = new Lane(options.getMaxBatches());
    Lane left = new Lane(options.getMaxBatches());
    left.back = right;
    right.back = left;
    return new Pair(
        new PipeTransport(options.getMtu(), left, right),
        new PipeTransport(options.getMtu(), right, left));
  }

  @Override
  public TransportCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public TransportCounters counters() {
    return meter.snapshot();
  }

  @Override
  public Future<Void> open(Context onContext, Receiver toReceiver) {
    assert Contexts.inThread(onContext) : "opened from another context";
    if (!owner.take(onContext)) {
      return Future.failedFuture(TransportException.openedBefore("this end of the pipe"));
    }
    context = onContext;
    receiver = toReceiver;
    inbound.open(onContext);
    return Future.succeededFuture();
  }

  @Override
  public void send(PacketBatch batch) {
    assert Contexts.inThread(context) : "send on another context";
    int count = batch.count();
    int size = batch.size();
    if (count == 0 || ended || batch.hasLongerThan(capabilities.mtu()) || !outbound.offer(batch)) {
      meter.droppedOut(count);
      batch.release();
      return;
    }
    meter.sent(count, size);
  }

  @Override
  public boolean isFull() {
    assert Contexts.inThread(context) : "isFull on another context";
    return ended || outbound.isFull();
  }

  @Override
  public Future<Void> close() {
    owner.close(() -> shut(), this::closeByUser);
    return closed.future();
  }

  private void closeByUser() {
    ended = true;
    shut();
  }

  private void shut() {
    inbound.discard();
    outbound.end();
    closed.tryComplete();
  }

  private void onBatch(PacketBatch batch) {
    if (ended) {
      batch.release();
      return;
    }
    meter.received(batch);
    receiver.onBatch(batch);
  }

  private void onPeerClosed() {
    if (ended) {
      return;
    }
    ended = true;
    shut();
    receiver.onClosed(null);
  }

  private void onDrained() {
    Context writers = owner.context();
    if (writers == null) {
      return;
    }
    try {
      writers.runOnContext(
          v -> {
            if (!ended) {
              receiver.onWritable();
            }
          });
    } catch (RejectedExecutionException vertxClosed) {
      // The writer has closed.
    }
  }

  /**
   * One direction. Its monitor guards its fields, unless a comment says otherwise; no foreign code
   * runs inside it.
   */
  private static final class Lane {
    /** Most answers taken in one turn of the event loop, before its other tasks run. */
    private static final int ROUNDS = 16;

    private final int maxBatches;
    private final AtomicInteger count = new AtomicInteger(); // queued or in hand; any thread
    private final Handler<Void> onTurn = v -> drain();
    private final Handler<Void> onBatches = v -> takeBatches();
    private Lane back; // the other direction
    private ArrayDeque<PacketBatch> queue = new ArrayDeque<>();
    private PipeTransport reader;
    private PipeTransport writer;
    private Context readerContext;
    private boolean scheduled;
    private boolean writerWaits;
    private boolean ended; // The writer has closed: the queue is still delivered.
    private boolean discarding; // The reader has closed: nothing is delivered.

    // Reader's thread only, except for another thread's look whether the reader has the turn:
    private ArrayDeque<PacketBatch> inHand = new ArrayDeque<>();
    private volatile Thread turn; // while its reader takes batches
    private boolean answered; // by its reader in that turn, on the same event loop

    Lane(int maxBatches) {
      this.maxBatches = maxBatches;
    }

    synchronized void open(Context context) {
      readerContext = context;
      if (!queue.isEmpty() || ended) {
        schedule();
      }
    }

    synchronized boolean offer(PacketBatch batch) {
      if (ended || discarding || count.get() >= maxBatches) {
        return false;
      }
      count.incrementAndGet();
      if (queue.isEmpty() && isTakenInThisTurn()) {
        inHand.add(batch); // this thread is its reader's
      } else {
        queue.add(batch);
      }
      schedule();
      return true;
    }

    /** Only the writer adds, so a lane that it sees not full stays not full. */
    boolean isFull() {
      return count.get() >= maxBatches && waitsForRoom();
    }

    private synchronized boolean waitsForRoom() {
      writerWaits = count.get() >= maxBatches;
      return writerWaits;
    }

    synchronized void end() {
      ended = true;
      schedule();
    }

    synchronized void discard() {
      discarding = true;
      count.addAndGet(-queue.size());
      queue.forEach(PacketBatch::release);
      queue.clear();
    }

    private void schedule() {
      if (scheduled || readerContext == null) {
        return;
      }
      scheduled = true;
      if (isTakenInThisTurn()) {
        back.answered = true;
      } else {
        run();
      }
    }

    /**
     * Whether the batch is an answer: sent in the turn of the other lane, on the same event loop.
     */
    private boolean isTakenInThisTurn() {
      return back.turn == Thread.currentThread()
          && readerContext != null
          && Contexts.inThread(readerContext);
    }

    private void run() {
      try {
        readerContext.runOnContext(onTurn);
      } catch (RejectedExecutionException vertxClosed) {
        discard(); // the reader has closed
      }
    }

    /** Reader's context. */
    private void drain() {
      Lane lane = this;
      for (int left = ROUNDS; lane != null; left--) {
        lane = lane.takeTurn(left > 0);
      }
    }

    /**
     * @return the lane of the answer, if there is one to be taken in this turn
     */
    private Lane takeTurn(boolean mayGoOn) {
      answered = false;
      turn = Thread.currentThread();
      try {
        ((ContextInternal) readerContext).dispatch(null, onBatches);
      } finally {
        turn = null;
      }
      if (answered && !mayGoOn) {
        back.run();
      }
      return answered && mayGoOn ? back : null;
    }

    /** A receiver that throws must not leave the lane scheduled for ever. */
    private void takeBatches() {
      try {
        deliver();
      } finally {
        goOn();
      }
    }

    /** At most a queue's worth at a time, so that other tasks run in between. */
    private void deliver() {
      PacketBatch batch = inHand.isEmpty() ? take() : inHand.poll();
      while (batch != null) {
        count.decrementAndGet();
        reader.onBatch(batch);
        batch = inHand.poll();
      }
    }

    /**
     * Takes the whole queue: the first batch is returned, and the others are in hand from now on.
     */
    private synchronized PacketBatch take() {
      PacketBatch first = queue.poll();
      if (queue.isEmpty()) {
        return first;
      }
      ArrayDeque<PacketBatch> empty = inHand;
      inHand = queue;
      queue = empty;
      return first;
    }

    private void goOn() {
      boolean finished;
      boolean wake;
      synchronized (this) {
        scheduled = false;
        boolean empty = queue.isEmpty() && inHand.isEmpty();
        finished = ended && empty;
        if (!empty) {
          schedule();
        }
        wake = writerWaits && count.get() <= maxBatches / 2;
        if (wake) {
          writerWaits = false;
        }
      }
      if (wake) {
        writer.onDrained();
      }
      if (finished) {
        reader.onPeerClosed();
      }
    }
  }
}
