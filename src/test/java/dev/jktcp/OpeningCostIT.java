package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Opening never delays another stream: what a transfer through a handle costs while 1,000
 * connections to a silent peer are being opened. Measured in processor time of the one event loop
 * that does everything, which other processes of the machine do not spend.
 */
@Timeout(600)
class OpeningCostIT {
  private static final int OPENING = 1_000;
  private static final int PORT = 80;
  private static final int BYTES = 256 << 20;
  private static final int PAIRS = 9;
  private static final int ATTEMPTS = 5;
  private static final double MOST = 1.05;
  private static final String SILENT = "10.0.0.9";

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private AdapterPair adapters;
  private AdapterHandle handle;
  private StreamHandle stream;
  private long awaited;
  private long eighth;
  private Runnable meanwhile;
  private long received;
  private Promise<Void> arrived;

  @BeforeEach
  void join() throws Exception {
    adapters = AdapterPair.create(vertx);
    Await.result(AdapterService.open((AdapterInternal) adapters.left(), "left", true));
    Await.result(adapters.right().listen(PORT, peer -> peer.handler(this::onData)));
    handle = Await.result(AdapterHandle.of(vertx, "left"));
    stream = Await.result(handle.connect(AdapterPair.RIGHT.get(0), PORT));
  }

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
  }

  @Test
  void thousandConnectsToASilentPeer_slowNoTransfer() throws Exception {
    List<Double> ratios = new ArrayList<>();
    while (ratios.size() < ATTEMPTS) { // the first ones compile it
      double ratio = ratio();
      if (ratio < MOST) return;
      ratios.add(ratio);
    }
    throw new AssertionError("1,000 openings cost a transfer " + ratios);
  }

  /** Of the best; the two take turns, so that neither has the better time of day. */
  private double ratio() throws Exception {
    long[] alone = new long[PAIRS];
    long[] among = new long[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      alone[i] = cost(null);
      AdapterHandle opener = Await.result(AdapterHandle.of(vertx, "left"));
      List<Future<StreamHandle>> opening = new ArrayList<>();
      among[i] =
          cost(
              () -> {
                for (int n = 0; n < OPENING; n++) opening.add(opener.connect(SILENT, PORT));
              });
      assertEquals(OPENING, opening.size());
      assertTrue(opening.stream().noneMatch(Future::isComplete), "the peer is silent");
      Await.result(opener.close());
      Await.until(vertx, () -> adapters.left().stats().map(stats -> stats.connections() == 1));
    }
    return (double) Arrays.stream(among).min().getAsLong() / Arrays.stream(alone).min().getAsLong();
  }

  /**
   * Nanoseconds of the event loop's thread.
   *
   * @param onTheWay what happens when an eighth has arrived, or null
   */
  private long cost(Runnable onTheWay) throws Exception {
    long before = loopNs();
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        v -> {
          arrived = done;
          awaited = received + BYTES;
          eighth = received + BYTES / 8;
          meanwhile = onTheWay;
          write(BYTES);
        });
    Await.result(done.future());
    return loopNs() - before;
  }

  private void write(int left) {
    int rest = left;
    while (rest > 0) {
      if (stream.writeQueueFull()) {
        int later = rest;
        stream.drainHandler(v -> write(later));
        return;
      }
      stream.write(Buffer.buffer(new byte[65_536]));
      rest -= 65_536;
    }
    stream.drainHandler(null);
  }

  private void onData(Buffer data) {
    received += data.length();
    if (meanwhile != null && received >= eighth) {
      meanwhile.run();
      meanwhile = null;
    }
    if (received >= awaited && arrived != null) arrived.tryComplete();
  }

  private long loopNs() throws Exception {
    Promise<Long> time = Promise.promise();
    vertx.runOnContext(v -> time.complete(threads.getCurrentThreadCpuTime()));
    long ns = Await.result(time.future());
    assertTrue(ns > 0, "processor time is measured");
    return ns;
  }
}
