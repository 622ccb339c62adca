package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/** A test of one's own program: its server and its client are joined by a link that misbehaves. */
public final class TriedOnABadLink {
  private static final TcpTuning IMPATIENT =
      TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofSeconds(2)));

  private TriedOnABadLink() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "loss=0.1,reorder=0.1,delay=5ms,seed=7")
        .onSuccess(echo -> System.out.println("echo: " + echo))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  // tag::link[]
  /** Runs server and client over a link with these faults; a seed makes them the same each time. */
  static Future<String> run(Vertx vertx, String faults) {
    PipeTransport.Pair pipe = PipeTransport.pair();
    PacketTransport bad =
        new FaultyTransport(pipe.left(), FaultSpec.parse(faults), Clock.of(vertx));
    Adapter near =
        Adapter.create(
            vertx,
            bad,
            new AdapterOptions().addLocalAddress("10.0.0.1").addPeerAddress("10.0.0.2"));
    Adapter far =
        Adapter.create(vertx, pipe.right(), new AdapterOptions().addLocalAddress("10.0.0.2"));
    return far.listen(7, TriedOnABadLink::serve)
        .compose(server -> ask(near, "hello"))
        .eventually(near::close)
        .eventually(far::close);
  }

  // end::link[]

  /** The server that is tested. */
  private static void serve(TcpStream stream) {
    Pump.pump(stream, stream).start();
  }

  /** The client that is tested. */
  private static Future<String> ask(Adapter adapter, String text) {
    Promise<String> answer = Promise.promise();
    adapter
        .connect(new TcpConnectOptions().setPort(7).setTuning(IMPATIENT))
        .onSuccess(
            stream -> {
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.endHandler(fin -> answer.tryComplete(heard.toString()));
              stream.exceptionHandler(answer::tryFail);
              stream.end(Buffer.buffer(text));
            })
        .onFailure(answer::tryFail);
    return answer.future();
  }
}
