package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** Two stacks in one process: one echoes, the other says something and ends its side first. */
public final class EchoOverPipe {
  private EchoOverPipe() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "hello")
        .onSuccess(echo -> System.out.println("echo: " + echo))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /** Completes with the echo. */
  public static Future<String> run(Vertx vertx, String text) {
    PipeTransport.Pair pipe = PipeTransport.pair();
    Adapter server =
        Adapter.create(vertx, pipe.left(), new AdapterOptions().addLocalAddress("10.0.0.1"));
    Adapter client =
        Adapter.create(
            vertx,
            pipe.right(),
            new AdapterOptions().addLocalAddress("10.0.0.2").addPeerAddress("10.0.0.1"));

    Promise<String> echo = Promise.promise();
    server
        .listen(7, stream -> stream.pipeTo(stream))
        .compose(listening -> client.connect(7))
        .onSuccess(
            stream -> {
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.endHandler(end -> echo.complete(heard.toString()));
              stream.exceptionHandler(echo::tryFail);
              stream.end(Buffer.buffer(text)); // a half-close: reading goes on
            })
        .onFailure(echo::fail);
    return echo.future().eventually(client::close).eventually(server::close);
  }
}
