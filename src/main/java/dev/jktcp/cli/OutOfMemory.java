package dev.jktcp.cli;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends a process that is out of memory and stands still. Signals do not end such a process: the JVM
 * has no room for the thread that would handle one. The two threads here allocate all they need at
 * the beginning: one looks, and the other prints the line, which a full pipe may hold up.
 *
 * <p>A flag of the JVM such as ExitOnOutOfMemoryError would end it as well. But a manifest cannot
 * carry flags, and one connection that found no room is no reason to end all.
 */
final class OutOfMemory {
  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

  private static final byte[] LINE =
      ("jktcp: out of memory: give java a larger heap (-Xmx), or --max-bytes-held a smaller number"
              + System.lineSeparator())
          .getBytes(StandardCharsets.UTF_8);
  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);
  private static final Runtime RUNTIME = Runtime.getRuntime();

  private final MemoryPulse pulse;
  private final GarbageCollectorMXBean[] collectors =
      ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(OutOfMemory::stopsTheProcess)
          .toArray(GarbageCollectorMXBean[]::new);
  private final Thread watcher = new Thread(this::watch, "memory-watch");
  private final Thread speaker = new Thread(this::speak, "memory-last-words");
  private volatile boolean stopped;
  private volatile boolean over;
  private volatile boolean said;

  private OutOfMemory(int loops) {
    pulse = new MemoryPulse(loops);
  }

  /** Watches the event loops of a Vert.x until it is closed. */
  static OutOfMemory watch(Vertx vertx) {
    VertxInternal internal = (VertxInternal) vertx;
    List<EventExecutor> loops = loops(internal.eventLoopGroup());
    OutOfMemory watch = new OutOfMemory(loops.size());
    for (int i = 0; i < loops.size(); i++) {
      int loop = i;
      loops.get(i).scheduleAtFixedRate(() -> watch.pulse.beat(loop), 0, 1, TimeUnit.SECONDS);
    }
    internal.addCloseHook(
        done -> {
          watch.stop();
          done.succeed();
        });
    watch.start(watch.watcher);
    watch.start(watch.speaker);
    return watch;
  }

  /** "G1 Concurrent GC", "ZGC Cycles" and the like work while the process goes on. */
  private static boolean stopsTheProcess(GarbageCollectorMXBean collector) {
    return !collector.getName().contains("Concurrent") && !collector.getName().endsWith("Cycles");
  }

  private static List<EventExecutor> loops(EventLoopGroup group) {
    List<EventExecutor> loops = new ArrayList<>();
    group.forEach(loops::add);
    return loops;
  }

  private void start(Thread thread) {
    thread.setDaemon(true);
    thread.start();
  }

  /** Reports an error, from any thread. */
  void onError(Throwable error) {
    pulse.onError(error);
  }

  private void stop() {
    stopped = true;
    LockSupport.unpark(watcher);
    LockSupport.unpark(speaker);
  }

  // --- from here on nothing is allocated

  private void watch() {
    while (!stopped) {
      LockSupport.parkNanos(LOOK_NS);
      if (pulse.look(System.nanoTime() / 1_000_000, collectedMs())) {
        end();
      }
    }
  }

  private long collectedMs() {
    long sum = 0;
    for (GarbageCollectorMXBean collector : collectors) {
      sum += collector.getCollectionTime();
    }
    return sum;
  }

  private void end() {
    over = true;
    LockSupport.unpark(speaker);
    for (int i = 0; i < 10 && !said; i++) {
      LockSupport.parkNanos(LOOK_NS / 10);
    }
    RUNTIME.halt(Failure.OUT_OF_MEMORY);
  }

  private void speak() {
    while (!over && !stopped) {
      LockSupport.park(this);
    }
    if (over) {
      say();
      said = true;
    }
  }

  private static void say() {
    try {
      ERR.write(LINE);
    } catch (IOException e) {
      // Standard error has no reader.
    }
  }

  /** For the main thread, which is no event loop and has nothing left to do. */
  static void halt() {
    say();
    RUNTIME.halt(Failure.OUT_OF_MEMORY);
  }
}
