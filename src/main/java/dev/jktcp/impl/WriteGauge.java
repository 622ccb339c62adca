package dev.jktcp.impl;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How full a stream's write queue is, for whoever asks from whatever thread, and whom it owes its
 * drain handler. Context only where nothing else is said.
 */
public final class WriteGauge {
  // Written in order and without a fence: another thread that sees them late asked a bit earlier.
  private static final AtomicLongFieldUpdater<WriteGauge> QUEUED =
      AtomicLongFieldUpdater.newUpdater(WriteGauge.class, "queued");
  private static final AtomicLongFieldUpdater<WriteGauge> MOST =
      AtomicLongFieldUpdater.newUpdater(WriteGauge.class, "most");

  private final ContextInternal context;
  private final IntSupplier size;
  private final LongSupplier queue;
  private final LongSupplier allowance;
  private final Runnable wake;

  // Any thread.
  private final AtomicLong inTransit = new AtomicLong(); // written elsewhere, on the way here
  private volatile int max; // the user's; 0 = none, the size counts
  private volatile long queued; // at the last look
  private volatile long most; // max or the size, or less while memory is scarce; at the last look
  private volatile boolean drainOwed;
  private volatile boolean toldFull;
  private volatile boolean shut; // takes nothing, whatever it holds

  private Handler<Void> drainHandler;

  /**
   * @param size bytes that the queue may have unless the user says otherwise; asked on the context
   * @param queue bytes taken or waiting, and not acknowledged; asked on the context
   * @param allowance bytes that the queue may have by what memory allows; asked on the context
   * @param wake lets the stream call {@link #tellDrain} soon; called on the context
   */
  public WriteGauge(
      ContextInternal context,
      IntSupplier size,
      LongSupplier queue,
      LongSupplier allowance,
      Runnable wake) {
    this.allowance = allowance;
    this.most = size.getAsInt();
    this.context = context;
    this.size = size;
    this.queue = queue;
    this.wake = wake;
  }

  /** {@link dev.jktcp.TcpStream#writeQueueFull}. Any thread. */
  public boolean isFull() {
    if (context.inThread()) {
      look();
    }
    int pinned = max;
    long limit = pinned == 0 ? most : Math.min(pinned, most);
    boolean full = shut || queued + inTransit.get() >= limit;
    if (full) {
      // Whoever is told so may wait for the drain handler.
      toldFull = true;
      if (!drainOwed) {
        drainOwed = true;
        if (!context.inThread()) {
          context.execute(wake);
        }
      }
    }
    return full;
  }

  /** {@link dev.jktcp.TcpStream#setWriteQueueMaxSize}. Any thread. */
  public void setMax(int maxSize) {
    if (maxSize < 1) {
      throw new IllegalArgumentException("write queue of " + maxSize + " bytes");
    }
    max = maxSize;
    context.execute(wake);
  }

  /** {@link dev.jktcp.TcpStream#drainHandler}. Any thread. */
  public void drainHandler(Handler<Void> handler) {
    if (handler != null && !context.inThread() && toldFull) {
      // The drain its owner waits for may have been meanwhile: it is called once more.
      toldFull = false;
      drainOwed = true;
    }
    context.execute(
        () -> {
          drainHandler = handler;
          wake.run();
        });
  }

  /**
   * Bytes set out for the context. Any thread.
   *
   * @return false if more than {@code most} were on their way before
   */
  public boolean depart(int length, int most) {
    if (inTransit.addAndGet(length) - length <= most) {
      return true;
    }
    inTransit.addAndGet(-length);
    return false;
  }

  /** They came, and are counted in the queue. */
  public void arrive(int length) {
    inTransit.addAndGet(-length);
    wake.run();
  }

  /** Whether nothing is on its way, and nobody waits for a drain. */
  public boolean isIdle() {
    return inTransit.get() == 0 && drainHandler == null;
  }

  /**
   * Full from now on: the stream was ended by other code than its user's, and writes fail. A user
   * that writes until the queue is full would never stop otherwise.
   */
  public void shut(boolean nowShut) {
    shut = nowShut;
    wake.run();
  }

  /** Something was written. */
  public void onWrite() {
    if (look() >= most && !drainOwed) {
      drainOwed = true;
    }
  }

  /**
   * @return whether the drain handler was called
   */
  public boolean tellDrain() {
    long waiting = look();
    // The debt first: whoever made it has counted its bytes before.
    if (!drainOwed || drainHandler == null || shut) {
      return false;
    }
    if (waiting + inTransit.get() >= (most + 1) / 2) {
      return false;
    }
    drainOwed = false;
    context.dispatch(null, drainHandler);
    return true;
  }

  private long look() {
    long now = queue.getAsLong();
    if (now != queued) {
      QUEUED.lazySet(this, now);
    }
    long wanted = max == 0 ? size.getAsInt() : max;
    long mostNow = Math.max(1, Math.min(wanted, allowance.getAsLong()));
    if (mostNow != most) {
      MOST.lazySet(this, mostNow);
    }
    return now;
  }
}
