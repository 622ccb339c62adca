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
 * Lets an event loop look for tasks a little longer before it sleeps, where hand-overs between a
 * channel and its adapter have come soon after it fell asleep. For the kernel to wake a thread
 * takes longer than a small request over the stack takes in all.
 *
 * <p>How long it looks is learned as a hypervisor learns how long to wait before it halts an idle
 * processor: a hand-over that ended a short sleep doubles the time, a long sleep sets it to
 * nothing. Meanwhile the loop takes its I/O, and yields the processor to any thread that wants it.
 *
 * <p>Event loop only, but for {@link #wakeup}.
 */
public final class PollingHandler implements IoHandler {
  /** The first time that is tried: less than a wake-up takes. */
  private static final long FIRST_NS = 10_000;

  private static final FastThreadLocal<PollingHandler> OF_THREAD = new FastThreadLocal<>();

  private final IoHandler inner;
  private final long mostNs;
  private final LongSupplier nanoTime;
  private volatile boolean sleeps; // or is about to
  private Awake awake; // made with the loop's context
  private long pollNs;
  private long idleNs; // from the last look at an empty queue to the end of the sleep; 0 = none
  private boolean handedOver; // something, since then

  private PollingHandler(IoHandler inner, long mostNs, LongSupplier nanoTime) {
    this.inner = inner;
    this.mostNs = mostNs;
    this.nanoTime = nanoTime;
  }

  /**
   * @param mostNs the longest time that a loop looks before it sleeps; a longer sleep makes it
   *     forget what it has learned
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

  /** The calling loop runs what another one handed over to it. */
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
    sleeps = true; // before it looks at its tasks once more: what comes later wakes it
    try {
      return inner.run(context);
    } finally {
      sleeps = false;
      idleNs = Math.max(1, nanoTime.getAsLong() - startNs);
    }
  }

  /** A loop that does not sleep looks at its tasks by itself. Any thread, behind its task. */
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

  /** The loop's context, where nothing may sleep. */
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
