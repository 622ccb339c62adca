package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import dev.jktcp.StreamHandle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * One verticle opens a connection, another talks over it. Any thread may call a stream's methods;
 * its handlers run where it was opened, so the new owner hops from there to its own context before
 * it touches what is its own. The connection ends with the verticle that opened it.
 */
public final class StreamHandedOver {
  private StreamHandedOver() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-example")
        .onSuccess(answer -> System.out.println("answer: " + answer))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /**
   * Completes with what the second verticle heard.
   *
   * @param path where to make the Unix socket between the adapters
   */
  public static Future<String> run(Vertx vertx, String path) {
    Talker talker = new Talker();
    return Neighbours.deploy(vertx, path)
        .compose(there -> AdapterHandle.of(vertx, Neighbours.RIGHT))
        .compose(server -> server.listen(7, stream -> stream.pipeTo(stream)))
        .compose(echoing -> vertx.deployVerticle(talker))
        .compose(id -> vertx.deployVerticle(new Opener(talker)))
        .compose(id -> talker.answer.future());
  }

  /** Opens it, and gives it away as the object it is. */
  private static final class Opener extends VerticleBase {
    private final Talker talker;

    Opener(Talker talker) {
      this.talker = talker;
    }

    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, Neighbours.LEFT)
          .compose(adapter -> adapter.connect(7))
          .onSuccess(
              stream -> {
                stream.pause(); // nothing is delivered before the new owner listens
                talker.take(stream);
              });
    }
  }

  /** Knows nothing of adapters. */
  private static final class Talker extends VerticleBase {
    final Promise<String> answer = Promise.promise();
    private final StringBuilder heard = new StringBuilder(); // this verticle's context only

    /** Any thread. */
    void take(StreamHandle stream) {
      context.runOnContext(v -> talk(stream));
    }

    private void talk(StreamHandle stream) {
      stream
          .handler(data -> context.runOnContext(v -> onData(data)))
          .endHandler(end -> context.runOnContext(v -> answer.complete(heard.toString())))
          .exceptionHandler(answer::tryFail)
          .resume();
      stream.write(Buffer.buffer("hello, ")); // in this order, whatever the thread
      stream.end(Buffer.buffer("from elsewhere"));
    }

    private void onData(Buffer data) {
      heard.append(data);
    }
  }
}
