package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Leftovers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand handles, a stream each, that nobody closes and nobody keeps. */
@Timeout(600)
class ForgottenHandlesIT {
  private static final int HANDLES = 10_000;
  private static final int AT_ONCE = 500;
  private static final long LEASE_MS = 3_000;
  private static final int PORT = 80;
  private static final int LOOKS = 300;
  private static final long LOOK_EVERY_MS = 100;

  /** A session in use has some 10 kB; what a JVM does by itself is less than this. */
  private static final long NOISE_BYTES = 16 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger resets = new AtomicInteger();
  private AdapterPair adapters;

  @BeforeEach
  void join() throws Exception {
    adapters =
        AdapterPair.create(
            vertx,
            new AdapterOptions().setLease(Duration.ofMillis(LEASE_MS)),
            new AdapterOptions());
    Await.result(AdapterService.open((AdapterInternal) adapters.left(), "left", true));
    Await.result(
        adapters
            .right()
            .listen(
                new TcpListenOptions().setPort(PORT).setBacklog(AT_ONCE),
                stream -> {
                  accepted.incrementAndGet();
                  stream.handler(data -> {}).exceptionHandler(reset -> resets.incrementAndGet());
                }));
  }

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
  }

  @Test
  void tenThousandForgottenHandles_areBackAtTheBaseline() throws Exception {
    Leftovers leftovers = new Leftovers(vertx);
    forget(AT_ONCE); // classes, pools
    awaitNothingOpen();
    awaitCount(accepted, AT_ONCE);
    awaitCount(resets, AT_ONCE);
    long baseline = usedBytes();
    accepted.set(0);
    resets.set(0);
    for (int i = 0; i < HANDLES; i += AT_ONCE) forget(AT_ONCE);
    // A connect is done before the peer has heard of it.
    awaitCount(accepted, HANDLES);
    awaitNothingOpen();
    // The connections are over before every one of their streams has had its turn.
    awaitCount(resets, HANDLES);
    leftovers.assertNone();
    long grown = usedBytes() - baseline;
    assertTrue(grown < NOISE_BYTES, grown + " bytes of heap are still held");
  }

  private void awaitCount(AtomicInteger counted, int expected) throws Exception {
    Await.until(vertx, () -> Future.succeededFuture(counted.get() == expected));
  }

  private void forget(int handles) throws Exception {
    List<Future<?>> opened = new ArrayList<>();
    for (int i = 0; i < handles; i++) {
      opened.add(
          AdapterHandle.of(vertx, "left")
              .compose(handle -> handle.connect(AdapterPair.RIGHT.get(0), PORT))
              .mapEmpty());
    }
    Await.result(Future.all(opened));
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** What nobody holds is found when the collector has run. */
  private void awaitNothingOpen() throws Exception {
    AdapterStats stats = null;
    for (int i = 0; i < LOOKS; i++) {
      System.gc();
      Promise<Void> aWhile = Promise.promise();
      vertx.setTimer(LOOK_EVERY_MS, v -> aWhile.complete());
      Await.result(aWhile.future());
      stats = Await.result(adapters.left().stats());
      AdapterStats peers = Await.result(adapters.right().stats());
      if (stats.connections() + peers.connections() + stats.bytesHeld() == 0) return;
    }
    throw new AssertionError("still open: " + stats);
  }
}
