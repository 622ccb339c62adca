package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;

/** A file read by one pump and written by another, over a link that loses packets. */
public final class FileToFile {
  private FileToFile() {}

  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: FileToFile SOURCE TARGET");
      return;
    }
    Vertx vertx = Vertx.vertx();
    run(vertx, args[0], args[1])
        .onSuccess(bytes -> System.out.println(bytes + " bytes"))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /** Completes with the number of bytes once the target is written and closed. */
  public static Future<Long> run(Vertx vertx, String source, String target) {
    // tag::lossy[]
    PipeTransport.Pair pipe = PipeTransport.pair();
    PacketTransport lossy =
        new FaultyTransport(pipe.left(), FaultSpec.parse("loss=0.01,seed=7"), Clock.of(vertx));
    // end::lossy[]
    AdapterOptions left =
        new AdapterOptions().addLocalAddress("10.0.0.1").addPeerAddress("10.0.0.2").setMtu(1500);
    AdapterOptions right = new AdapterOptions().addLocalAddress("10.0.0.2").setMtu(1500);
    Adapter sender = Adapter.create(vertx, lossy, left);
    Adapter receiver = Adapter.create(vertx, pipe.right(), right);

    Promise<Long> received = Promise.promise();
    return receiver
        .listen(9000, stream -> receive(vertx, stream, target).onComplete(received))
        .compose(listening -> sender.connect(9000))
        .compose(stream -> send(vertx, source, stream))
        .compose(sent -> received.future())
        .eventually(sender::close)
        .eventually(receiver::close);
  }

  // tag::pump[]
  /** The end of the file becomes a FIN; completes when the peer has acknowledged it. */
  private static Future<Void> send(Vertx vertx, String source, TcpStream stream) {
    return vertx
        .fileSystem()
        .open(source, new OpenOptions().setWrite(false))
        .compose(file -> Pump.pump(file, stream).start().completion().eventually(file::close));
  }

  /** The FIN becomes the end of the file. */
  private static Future<Long> receive(Vertx vertx, TcpStream stream, String target) {
    stream.pause();
    return vertx
        .fileSystem()
        .open(target, new OpenOptions().setTruncateExisting(true))
        .compose(
            file -> {
              Pump pump = Pump.pump(stream, file).start();
              return pump.completion().map(done -> pump.bytes());
            });
  }
  // end::pump[]
}
