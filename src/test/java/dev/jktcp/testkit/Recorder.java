package dev.jktcp.testkit;

import dev.jktcp.TcpStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Hears everything a stream says, in order. Thread-safe. */
public final class Recorder {
  private final TcpStream stream;
  private final Buffer bytes = Buffer.buffer();
  private final List<String> events = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final Set<Context> contexts = new HashSet<>();
  private final Promise<Void> ended = Promise.promise();
  private final Promise<Void> closed = Promise.promise();
  private Throwable error;
  private long awaitedBytes = Long.MAX_VALUE;
  private Promise<Void> enough = Promise.promise();

  private Recorder(TcpStream stream) {
    this.stream = stream;
  }

  /** Sets every read handler of the stream. */
  public static Recorder of(TcpStream stream) {
    Recorder recorder = watching(stream);
    stream.handler(recorder::onData);
    return recorder;
  }

  /** Sets all but the data handler. */
  public static Recorder watching(TcpStream stream) {
    Recorder recorder = new Recorder(stream);
    stream.endHandler(v -> recorder.onEnd());
    stream.exceptionHandler(recorder::onError);
    stream.closeHandler(v -> recorder.onClose());
    return recorder;
  }

  public void read() {
    stream.handler(this::onData);
  }

  private synchronized void onData(Buffer data) {
    bytes.appendBuffer(data);
    sizes.add(data.length());
    if (events.isEmpty() || !events.get(events.size() - 1).equals("data")) events.add("data");
    contexts.add(Vertx.currentContext());
    if (bytes.length() >= awaitedBytes) enough.tryComplete();
  }

  private synchronized void onEnd() {
    events.add("end");
    contexts.add(Vertx.currentContext());
    ended.tryComplete();
  }

  private synchronized void onError(Throwable cause) {
    events.add("error");
    contexts.add(Vertx.currentContext());
    error = cause;
  }

  private synchronized void onClose() {
    events.add("close");
    contexts.add(Vertx.currentContext());
    closed.tryComplete();
  }

  /** Everything read so far. */
  public synchronized Buffer bytes() {
    return bytes.copy();
  }

  /** Of the Buffers delivered so far. */
  public synchronized List<Integer> sizes() {
    return List.copyOf(sizes);
  }

  /** {@code data} once for any number in a row, {@code end}, {@code error}, {@code close}. */
  public synchronized List<String> events() {
    return List.copyOf(events);
  }

  public synchronized Set<Context> contexts() {
    return Set.copyOf(contexts);
  }

  public synchronized Throwable error() {
    return error;
  }

  public Future<Void> ended() {
    return ended.future();
  }

  public Future<Void> closed() {
    return closed.future();
  }

  /** Completes when that many bytes were read in all. */
  public synchronized Future<Void> received(long total) {
    awaitedBytes = total;
    enough = Promise.promise();
    if (bytes.length() >= total) enough.complete();
    return enough.future();
  }
}
