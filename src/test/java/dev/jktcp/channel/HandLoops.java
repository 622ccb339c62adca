package dev.jktcp.channel;

import dev.jktcp.proof.sim.SimRandom;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Event loops that a test steps, all on its thread. A seed draws which loop runs its next task. It
 * also draws where another loop overtakes a task in the middle: wherever the task hands over to a
 * loop or calls a handler. The task that is overtaken goes on once the other one is done.
 */
final class HandLoops {
  private static final int DEEPEST = 3;

  private final SimRandom random;
  private final double overtaking;
  private final List<Loop> loops = new ArrayList<>();
  private Loop running; // null: the test itself
  private int depth;
  private long overtaken;

  HandLoops(SimRandom random, double overtaking) {
    this.random = random;
    this.overtaking = overtaking;
  }

  Loop loop() {
    Loop loop = new Loop();
    loops.add(loop);
    return loop;
  }

  long overtaken() {
    return overtaken;
  }

  /** Runs one task of a loop; false if there is none. */
  boolean step() {
    List<Loop> ready = loops.stream().filter(loop -> !loop.active && loop.hasTasks()).toList();
    if (ready.isEmpty()) return false;
    ready.get(random.below(ready.size())).runOne();
    return true;
  }

  /** A place where another loop may overtake the one that runs. */
  void overtake() {
    if (running == null || depth >= DEEPEST || !random.chance(overtaking)) return;
    depth++;
    Loop interrupted = running;
    for (int left = (int) random.between(1, 4); left > 0 && step(); left--) overtaken++;
    running = interrupted;
    depth--;
  }

  final class Loop extends AbstractScheduledEventExecutor implements EventLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean active; // a task of it is somewhere below on the stack

    private boolean hasTasks() {
      return !tasks.isEmpty();
    }

    private void runOne() {
      Loop before = running;
      running = this;
      active = true;
      try {
        tasks.poll().run();
      } finally {
        active = false;
        running = before;
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
      overtake();
    }

    @Override
    public boolean inEventLoop(Thread thread) {
      return running == this;
    }

    @Override
    public boolean inEventLoop() {
      return running == this;
    }

    @Override
    public EventLoopGroup parent() {
      return this;
    }

    @Override
    public EventLoop next() {
      return this;
    }

    @Override
    public ChannelFuture register(Channel channel) {
      return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
      promise.channel().unsafe().register(this, promise);
      return promise;
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
      channel.unsafe().register(this, promise);
      return promise;
    }

    // It ends with the test.

    @Override
    public boolean isShuttingDown() {
      return false;
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }

    @Override
    @Deprecated
    public void shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> terminationFuture() {
      return newPromise(); // Netty's resolvers listen to it
    }
  }
}
