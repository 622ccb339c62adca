package dev.jktcp.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongConsumer;

/**
 * A client of Vert.x has several requests under way to a server of Vert.x; each answer makes room
 * for the next request. Wall-clock time is measured, because several threads and the kernel have a
 * part in it.
 */
abstract class Exchanges implements AutoCloseable {
  final ClientServerLab lab;
  final BenchOptions options;
  final Buffer answer; // the server's answer
  final Buffer expected;
  private final int atOnce;
  private final int perSlice;

  // The client's event loop only.
  private int toAsk;
  private int toHear;
  private long startNs;
  private LongConsumer sliceNs;
  private boolean checks;
  private Promise<Void> done;

  /**
   * @param atOnce requests under way
   * @param perSlice requests of a slice
   */
  Exchanges(ClientServerLab lab, BenchOptions options, Buffer answer, int atOnce, int perSlice) {
    this.lab = lab;
    this.options = options;
    this.answer = answer;
    this.expected = answer.copy();
    this.atOnce = atOnce;
    this.perSlice = perSlice;
  }

  static Exchanges over(ClientServerLab lab, BenchOptions options) {
    try {
      Exchanges exchanges =
          switch (options.kind()) {
            case NET_RR, LOOPS_NET_RR -> new ByteExchanges(lab, options);
            default -> new HttpExchanges(lab, options);
          };
      exchanges.open();
      return exchanges;
    } catch (RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  /** Called in the caller's thread once client and server are there. */
  abstract void open();

  /** Sends one request; {@link #onAnswer} or {@link #onFailure} follows. */
  abstract void ask();

  /**
   * Does slices, and returns when they are done.
   *
   * @param each gets the time of each slice, on the client's event loop
   */
  final void run(int slices, LongConsumer each) {
    lab.onClient(() -> begin(slices, each));
  }

  private Future<Void> begin(int slices, LongConsumer each) {
    toAsk = slices * perSlice;
    toHear = toAsk;
    sliceNs = each;
    done = Promise.promise();
    startNs = System.nanoTime();
    for (int i = 0; i < atOnce && toAsk > 0; i++) {
      askNext();
    }
    return done.future();
  }

  private void askNext() {
    toAsk--;
    ask();
  }

  final void onAnswer(Buffer data) {
    if (data.length() != answer.length() || checks && !data.equals(expected)) {
      onFailure(new IllegalStateException("bench: another answer came back"));
      return;
    }
    toHear--;
    if (toHear % perSlice == 0) {
      long nowNs = System.nanoTime();
      sliceNs.accept(Math.max(1, nowNs - startNs));
      startNs = nowNs;
    }
    if (toAsk > 0) {
      askNext();
    } else if (toHear == 0) {
      done.tryComplete();
    }
  }

  final void onFailure(Throwable cause) {
    done.tryFail(cause);
  }

  /**
   * Sends a few requests and checks each byte. Not timed.
   *
   * @throws IllegalStateException when something is wrong
   */
  final void verify() {
    checks = true;
    run(2, ns -> {});
    checks = false;
  }

  /** Bytes or answers of a slice. */
  final double unitsPerSlice() {
    return options.kind().isBulk() ? (double) perSlice * answer.length() : perSlice;
  }

  final int operationsPerSlice() {
    return perSlice;
  }

  @Override
  public final void close() {
    lab.close();
  }
}
