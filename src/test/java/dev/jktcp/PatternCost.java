package dev.jktcp;

import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.PipeTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the two patterns cost, printed as a table: the same far side, and a near side that is the
 * adapter in hand or a handle on the same or another event loop. The two patterns take turns, so
 * that a noisy machine disturbs both.
 */
public final class PatternCost {
  private static final int ROUNDS = 5;
  private static final int ECHOES = 5_000;
  private static final long BULK = 256L << 20;
  private static final int CONNECTIONS = 10_000;
  private static final int LIMIT_S = 120;
  private static final int MTU = 1400;
  private static final int ECHO_PORT = 7;
  private static final int DISCARD_PORT = 9;
  private static final int IDLE_PORT = 80;

  private enum Pattern {
    ADAPTER("Adapter, on its context"),
    HANDLE_NEAR("StreamHandle, on the adapter's event loop"),
    HANDLE("StreamHandle, on another event loop");

    final String text;

    Pattern(String text) {
      this.text = text;
    }
  }

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(3));
  private final io.vertx.core.Context near = vertx.getOrCreateContext();
  private final io.vertx.core.Context other = otherLoop();
  private Adapter left;
  private Adapter right;
  private AdapterHandle leftHandle;

  public static void main(String[] args) throws Exception {
    new PatternCost().run();
    System.exit(0);
  }

  private io.vertx.core.Context otherLoop() {
    return ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
  }

  private void run() throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair(new PipeTransportOptions().setMtu(MTU));
    AdapterOptions mine =
        new AdapterOptions().setLocalAddresses(AdapterPair.LEFT).setMaxConnections(100_000);
    AdapterOptions theirs =
        new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT).setMaxConnections(100_000);
    left = on(near, () -> Future.succeededFuture(Adapter.create(vertx, pipe.left(), mine)));
    right = on(near, () -> Future.succeededFuture(Adapter.create(vertx, pipe.right(), theirs)));
    leftHandle = await(left.toHandle());
    await(right.listen(ECHO_PORT, stream -> stream.handler(stream::write)));
    await(right.listen(DISCARD_PORT, stream -> stream.handler(data -> {})));
    await(right.listen(IDLE_PORT, stream -> {}));
    double[][] trips = new double[Pattern.values().length][ROUNDS];
    double[][] rates = new double[Pattern.values().length][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (Pattern pattern : Pattern.values()) {
        trips[pattern.ordinal()][round] = roundTrip(pattern);
        rates[pattern.ordinal()][round] = goodput(pattern);
      }
    }
    long far = 0;
    System.out.println("| pattern | round trip | goodput | bytes a connection |");
    System.out.println("|---|---|---|---|");
    for (Pattern pattern : Pattern.values()) {
      long held = bytesOfConnection(pattern);
      if (pattern == Pattern.ADAPTER) far = held / 2;
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1f µs | %.0f MB/s | %d |%n",
          pattern.text,
          median(trips[pattern.ordinal()]),
          median(rates[pattern.ordinal()]),
          held - far);
    }
  }

  private Future<? extends TcpStream> connect(Pattern pattern, int port) {
    String host = AdapterPair.RIGHT.get(1);
    return pattern == Pattern.ADAPTER ? left.connect(host, port) : leftHandle.connect(host, port);
  }

  private io.vertx.core.Context contextOf(Pattern pattern) {
    return pattern == Pattern.HANDLE ? other : near;
  }

  /** Microseconds from a write of 100 bytes to the echo. */
  private double roundTrip(Pattern pattern) throws Exception {
    Promise<Double> done = Promise.promise();
    TcpStream stream = on(contextOf(pattern), () -> connect(pattern, ECHO_PORT).map(s -> s));
    Buffer ping = Buffer.buffer(new byte[100]);
    contextOf(pattern).runOnContext(v -> bounce(stream, ping, done));
    double result = await(done.future());
    await(stream.reset());
    return result;
  }

  private static void bounce(TcpStream stream, Buffer ping, Promise<Double> done) {
    long startNs = System.nanoTime();
    int[] left = {ECHOES};
    stream.handler(
        data -> {
          if (--left[0] == 0) {
            done.complete((System.nanoTime() - startNs) / 1e3 / ECHOES);
          } else {
            stream.write(ping);
          }
        });
    stream.write(ping);
  }

  /** Megabytes a second, from the first write to the acknowledgment of the FIN. */
  private double goodput(Pattern pattern) throws Exception {
    TcpStream stream = on(contextOf(pattern), () -> connect(pattern, DISCARD_PORT).map(s -> s));
    Promise<Void> done = Promise.promise();
    long startNs = System.nanoTime();
    contextOf(pattern).runOnContext(v -> new Source(stream, done).run());
    await(done.future());
    double result = BULK / 1e6 / ((System.nanoTime() - startNs) / 1e9);
    await(stream.reset());
    return result;
  }

  private static final class Source {
    private final TcpStream stream;
    private final Promise<Void> done;
    private final Buffer piece = Buffer.buffer(new byte[64 * 1024]);
    private long left = BULK;

    Source(TcpStream stream, Promise<Void> done) {
      this.stream = stream;
      this.done = done;
      stream.drainHandler(v -> run());
    }

    void run() {
      while (left > 0 && !stream.writeQueueFull()) {
        stream.write(piece);
        left -= piece.length();
        if (left == 0) stream.end().onComplete(done);
      }
    }
  }

  /** Heap of idle connections, both ends. */
  private long bytesOfConnection(Pattern pattern) throws Exception {
    List<TcpStream> streams = new ArrayList<>(CONNECTIONS);
    long before = heap();
    while (streams.size() < CONNECTIONS) {
      List<Future<? extends TcpStream>> some = new ArrayList<>();
      Promise<Void> asked = Promise.promise();
      contextOf(pattern)
          .runOnContext(
              v -> {
                for (int i = 0; i < 100; i++) some.add(connect(pattern, IDLE_PORT));
                asked.complete();
              });
      await(asked.future());
      for (Future<? extends TcpStream> each : some) streams.add(await(each));
    }
    long held = (heap() - before) / CONNECTIONS;
    for (TcpStream stream : streams) stream.reset();
    for (TcpStream stream : streams) await(stream.reset());
    return held;
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private interface Call<T> {
    Future<T> run();
  }

  private static <T> T on(io.vertx.core.Context context, Call<T> call) throws Exception {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> call.run().onComplete(promise));
    return await(promise.future());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
  }
}
