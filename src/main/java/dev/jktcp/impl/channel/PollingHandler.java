package dev.jktcp.impl.channel;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.function.LongSupplier;

/**
 * Lets an event loop poll for tasks a little before it sleeps, if hand-overs between a channel and
 * its adapter have come soon after it fell asleep. The kernel takes longer to wake a thread than
 * the stack takes for a whole small request.
 *
 * <p>It learns the time as a hypervisor learns how long to poll before it halts an idle processor:
 * a hand-over that ended a short sleep doubles the time, a long sleep sets it to zero. Meanwhile
 * the loop handles its I/O, and yields the processor to any thread that wants it.
 *
 * <p>Event loop only, except {@link #wakeup}.
 */
public final class PollingHandler implements IoHandler {
  /** The first polling time tried: less than a wake-up takes. */
  private static final long FIRST_NS = 10_000;

  private static final FastThreadLocal<PollingHandler> OF_THREAD = new FastThreadLocal<>();

  private final IoHandler inner;
  private final long mostNs;
  private final LongSupplier nanoTime;
  private volatile boolean sleeps; // or is about to sleep
  private Awake awake; // made with the loop's context
  private long pollNs;
  private long idleNs; // from the last look at an empty queue to the end of the sleep; 0 = none
  private boolean handedOver; // whether a hand-over has come since then

  private PollingHandler(IoHandler inner, long mostNs, LongSupplier nanoTime) {
    this.inner = inner;
    this.mostNs = mostNs;
    this.nanoTime = nanoTime;
  }

  /**
   * @param mostNs the longest time that a loop polls before it sleeps; after a longer sleep it
   *     starts learning anew
   */
  public static IoHandlerFactory over(
      IoHandlerFactory factory, long mostNs, LongSupplier nanoTime) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor loop) {
        return new PollingHandler(factory.newHandler(loop), mostNs, nanoTime);
      }

      @Override
      public boolean isChangingThreadSupported() {
        return factory.isChangingThreadSupported();
      }
    };
  }

  /** Notes that the calling loop runs a task handed over by another loop. */
  public static void onHandOver() {
    PollingHandler here = OF_THREAD.getIfExists();
    if (here != null) {
      here.handedOver = true;
    }
  }

  @Override
  public int run(IoHandlerContext context) {
    if (!context.canBlock()) {
      return inner.run(context);
    }
    learn();
    long startNs = nanoTime.getAsLong();
    while (nanoTime.getAsLong() - startNs < pollNs) {
      int done = inner.run(awake(context));
      if (done > 0 || !context.canBlock()) {
        return done;
      }
      Thread.yield();
    }
    return sleep(context, startNs);
  }

  private void learn() {
    if (idleNs > mostNs) {
      pollNs = 0;
    } else if (idleNs > 0 && handedOver) {
      pollNs = Math.min(mostNs, Math.max(FIRST_NS, 2 * pollNs));
    }
    idleNs = 0;
    handedOver = false;
  }

  private int sleep(IoHandlerContext context, long startNs) {
    sleeps = true; // before the last look at its tasks: a later task wakes it
    try {
      return inner.run(context);
    } finally {
      sleeps = false;
      idleNs = Math.max(1, nanoTime.getAsLong() - startNs);
    }
  }

  /**
   * Wakes the loop only if it sleeps, for a loop that polls finds its tasks by itself. Any thread,
   * after the task was added.
   */
  @Override
  public void wakeup() {
    if (sleeps) {
      inner.wakeup();
    }
  }

  private Awake awake(IoHandlerContext context) {
    if (awake == null || awake.context != context) {
      awake = new Awake(context);
    }
    return awake;
  }

  /** The loop's context in a form that never lets it sleep. */
  private record Awake(IoHandlerContext context) implements IoHandlerContext {
    @Override
    public boolean canBlock() {
      return false;
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return 0;
    }

    @Override
    public long deadlineNanos() {
      return context.deadlineNanos();
    }

    @Override
    public void reportActiveIoTime(long activeNanos) {
      context.reportActiveIoTime(activeNanos);
    }

    @Override
    public boolean shouldReportActiveIoTime() {
      return context.shouldReportActiveIoTime();
    }
  }

  @Override
  public void initialize() {
    OF_THREAD.set(this);
    inner.initialize();
  }

  @Override
  public void prepareToDestroy() {
    inner.prepareToDestroy();
  }

  @Override
  public void destroy() {
    OF_THREAD.remove();
    inner.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return inner.register(handle);
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return inner.isCompatible(handleType);
  }
}
