package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;

/**
 * Two verticles, each on its own event loop, with a connection each through one adapter at the same
 * time. The server proves it: it introduces the two to each other.
 */
public final class TwoVerticlesOneAdapter {
  private TwoVerticlesOneAdapter() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-example")
        .onSuccess(heard -> heard.forEach(System.out::println))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /**
   * Completes with what both heard.
   *
   * @param path where to make the Unix socket between the adapters
   */
  public static Future<List<String>> run(Vertx vertx, String path) {
    Guest ann = new Guest("Ann");
    Guest bob = new Guest("Bob");
    return Neighbours.deploy(vertx, path)
        .compose(there -> vertx.deployVerticle(new Host()))
        .compose(id -> Future.all(vertx.deployVerticle(ann), vertx.deployVerticle(bob)))
        .compose(ids -> Future.all(ann.heard.future(), bob.heard.future()))
        .map(all -> all.list());
  }

  /** Opens a connection, says its name and hears the other's. */
  private static final class Guest extends VerticleBase {
    final Promise<String> heard = Promise.promise();
    private final String name;

    Guest(String name) {
      this.name = name;
    }

    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, Neighbours.LEFT)
          .compose(adapter -> adapter.connect(1000))
          .onSuccess(
              stream -> {
                stream.exceptionHandler(heard::tryFail);
                lines(stream, line -> heard.tryComplete(name + " heard of " + line));
                stream.write(Buffer.buffer(name + "\n"));
              });
    }
  }

  /** Answers nobody before both have spoken. */
  private static final class Host extends VerticleBase {
    private final List<TcpStream> guests = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, Neighbours.RIGHT)
          .compose(adapter -> adapter.listen(1000, this::welcome));
    }

    private void welcome(TcpStream guest) {
      lines(
          guest,
          name -> {
            guests.add(guest);
            names.add(name);
            if (guests.size() == 2) {
              guests.get(0).end(Buffer.buffer(names.get(1) + "\n"));
              guests.get(1).end(Buffer.buffer(names.get(0) + "\n"));
            }
          });
    }
  }

  private interface LineHandler {
    void onLine(String line);
  }

  /** A connection is bytes: what was one write may arrive as two Buffers. */
  private static void lines(TcpStream stream, LineHandler handler) {
    RecordParser parser = RecordParser.newDelimited("\n");
    parser.handler(line -> handler.onLine(line.toString()));
    stream.handler(parser);
  }
}
