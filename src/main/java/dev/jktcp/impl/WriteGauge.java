package dev.jktcp.impl;

import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The fill of a stream's write queue, readable on any thread, and the drain handler that waits for
 * it. The stream's context only; methods for any thread say so.
 */
public final class WriteGauge {
  // Written in order and without a fence: a thread that sees them late is as if it had asked
  // earlier.
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
  private final AtomicLong inTransit =
      new AtomicLong(); // bytes written on other threads, on their way
  private volatile int max; // the user's size; 0 if the user set none
  private volatile long queued; // at the last look
  private volatile long most; // max or the size, or less while memory is scarce; at the last look
  private volatile boolean drainOwed;
  private volatile boolean toldFull;
  private volatile boolean shut; // full whatever it holds

  private Handler<Void> drainHandler;

  /**
   * @param size bytes that the queue may have unless the user sets another size; called on the
   *     context
   * @param queue bytes taken or waiting, and not acknowledged; called on the context
   * @param allowance bytes that memory allows in the queue; called on the context
   * @param wake makes the stream call {@link #tellDrain} soon; called on the context
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
      // A caller that gets true may wait for the drain handler.
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
      throw new IllegalArgumentException("write queue of " + maxSize + " bytes: must be 1 or more");
    }
    max = maxSize;
    context.execute(wake);
  }

  /** {@link dev.jktcp.TcpStream#drainHandler}. Any thread. */
  public void drainHandler(Handler<Void> handler) {
    if (handler != null && !context.inThread() && toldFull) {
      // The drain that its owner waits for may be past already: the handler is called once more.
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
   * Counts bytes that set out for the context. Any thread.
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

  /** The bytes have come, and the queue counts them. */
  public void arrive(int length) {
    inTransit.addAndGet(-length);
    wake.run();
  }

  /** Whether no byte is on its way, and no drain is awaited. */
  public boolean isIdle() {
    return inTransit.get() == 0 && drainHandler == null;
  }

  /**
   * Makes the queue full: other code than the user's has ended the stream, and writes fail.
   * Otherwise a user that writes until the queue is full would never stop.
   */
  public void shut(boolean nowShut) {
    shut = nowShut;
    wake.run();
  }

  /** Called after each write. */
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
    // The debt first: the thread that made it has counted its bytes before.
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
