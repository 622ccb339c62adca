package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;

/**
 * Carries a stream's buffers, end and failure to the adapter's context, in order and bounded.
 *
 * <p>The stream runs on demand: it may deliver {@code window} buffers, and one more for each that
 * the adapter's context has dealt with. Additions to a demand commute, so a stream on another
 * thread needs no lock here. Pausing and resuming from two threads would need one.
 */
final class DemandReader {
  /** Called on the adapter's context. */
  interface Sink {
    void onData(Buffer buffer);

    /** Everything that had arrived has been passed to {@link #onData}. */
    void onPause();

    void onEnd();

    void onFailure(Throwable cause);
  }

  private static final Object END = new Object();

  private final Context context;
  private final ReadStream<Buffer> stream;
  private final int window;
  private final Sink sink;

  // Any thread, under the monitor of the queue: Buffer, Throwable, or END.
  private final ArrayDeque<Object> queue = new ArrayDeque<>();
  private boolean draining;

  // Adapter context only.
  private boolean stopped;
  private boolean delivering;
  private int consumed;

  DemandReader(Context context, ReadStream<Buffer> stream, int window, Sink sink) {
    this.context = context;
    this.stream = stream;
    this.window = window;
    this.sink = sink;
  }

  /**
   * Adapter context.
   *
   * @param first bytes already read from the stream; null for none
   */
  void start(Buffer first) {
    stream.pause();
    if (first != null && first.length() > 0) {
      enqueue(first);
    }
    stream.exceptionHandler(this::onEvent);
    stream.endHandler(v -> onEvent(END));
    stream.handler(this::onEvent);
    stream.fetch(window);
  }

  /** Adapter context. The sink is not called again; the stream is left paused. */
  void stop() {
    stopped = true;
    detach(stream::pause);
    detach(() -> stream.handler(null));
    detach(() -> stream.endHandler(null));
    detach(() -> stream.exceptionHandler(null));
    synchronized (queue) {
      queue.clear();
    }
  }

  private void onEvent(Object event) {
    if (!Contexts.inThread(context)) {
      enqueue(event);
      return;
    }
    synchronized (queue) {
      // Already delivering: the stream answered our fetch from within it.
      if (delivering || draining) {
        enqueue(event);
        return;
      }
    }
    if (Contexts.isCurrent(context)) {
      deliverAlone(event);
    } else {
      Contexts.runInThread(context, () -> deliverAlone(event));
    }
  }

  private void deliverAlone(Object event) {
    deliver(event);
    if (!stopped) {
      sink.onPause();
    }
  }

  private void enqueue(Object event) {
    synchronized (queue) {
      queue.add(event);
      if (draining) {
        return;
      }
      draining = true;
    }
    context.runOnContext(v -> drain());
  }

  private void drain() {
    boolean more = true;
    try {
      for (int turn = 0; turn < window; turn++) {
        Object event;
        synchronized (queue) {
          event = queue.poll();
          more = draining = event != null;
        }
        if (!more) {
          break;
        }
        deliver(event);
      }
      if (!stopped) {
        sink.onPause();
      }
    } finally {
      // Others run between two turns of a window, however fast the stream is.
      if (more) {
        context.runOnContext(v -> drain()); // also when the sink threw
      }
    }
  }

  private void deliver(Object event) {
    if (stopped) {
      return;
    }
    delivering = true;
    try {
      if (event instanceof Buffer buffer) {
        sink.onData(buffer);
        if (!stopped) {
          replenish();
        }
      } else if (event instanceof Throwable cause) {
        sink.onFailure(cause);
      } else {
        sink.onEnd();
      }
    } finally {
      delivering = false;
    }
  }

  /** In halves of the window, so that a fast stream is asked rarely and never runs dry. */
  private void replenish() {
    if (++consumed < (window + 1) / 2) {
      return;
    }
    int n = consumed;
    consumed = 0;
    stream.fetch(n);
  }

  static void detach(Runnable step) {
    try {
      step.run();
    } catch (IllegalStateException closed) {
      // Some streams (AsyncFile) throw once closed: there is nothing to detach then.
    }
  }
}
