package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import dev.jktcp.Pump;
import dev.jktcp.StreamHandle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

/**
 * A file on its way through both stacks to an ordinary server: file to stream, stream to kernel
 * socket, socket to file, a pump each. What reads slowly slows all before it.
 */
public final class PumpThroughHandles {
  private PumpThroughHandles() {}

  public static void main(String[] args) {
    if (args.length != 2) {
      System.err.println("usage: PumpThroughHandles SOURCE TARGET");
      return;
    }
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-example", args[0], args[1])
        .onSuccess(bytes -> System.out.println(bytes + " bytes"))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /**
   * Completes with the number of bytes once the target is written and closed.
   *
   * @param path where to make the Unix socket between the adapters
   */
  public static Future<Long> run(Vertx vertx, String path, String source, String target) {
    Promise<Long> written = Promise.promise();
    return Neighbours.deploy(vertx, path)
        .compose(there -> kernelServer(vertx, target, written))
        .compose(server -> vertx.deployVerticle(new Exposer(server.actualPort())))
        .compose(id -> vertx.deployVerticle(new Sender(source)))
        .compose(id -> written.future());
  }

  /** Writes what comes to the file. */
  private static Future<NetServer> kernelServer(Vertx vertx, String target, Promise<Long> written) {
    return vertx
        .createNetServer()
        .connectHandler(
            socket -> {
              socket.pause();
              vertx
                  .fileSystem()
                  .open(target, new OpenOptions().setTruncateExisting(true))
                  .compose(file -> save(socket, file))
                  .onComplete(written);
            })
        .listen(0, "127.0.0.1");
  }

  /** The end of the socket becomes that of the file. */
  private static Future<Long> save(NetSocket socket, AsyncFile file) {
    Pump pump = Pump.pump(socket, file).start();
    return pump.completion().map(done -> pump.bytes()).eventually(socket::close);
  }

  /** Joins each userspace connection to port 80 to one of the kernel's. */
  private static final class Exposer extends VerticleBase {
    private final int kernelPort;
    private NetClient client;

    Exposer(int kernelPort) {
      this.kernelPort = kernelPort;
    }

    @Override
    public Future<?> start() {
      client = vertx.createNetClient();
      return AdapterHandle.of(vertx, Neighbours.RIGHT)
          .compose(adapter -> adapter.listen(80, this::expose));
    }

    private void expose(StreamHandle stream) {
      client
          .connect(kernelPort, "127.0.0.1")
          .onSuccess(socket -> Pump.between(stream, socket).start())
          .onFailure(refused -> stream.reset());
    }
  }

  /** The end of the file becomes a FIN. */
  private static final class Sender extends VerticleBase {
    private final String source;

    Sender(String source) {
      this.source = source;
    }

    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, Neighbours.LEFT)
          .compose(adapter -> adapter.connect(80))
          .onSuccess(this::send);
    }

    private void send(StreamHandle stream) {
      vertx
          .fileSystem()
          .open(source, new OpenOptions().setWrite(false))
          .compose(file -> Pump.pump(file, stream).start().completion().eventually(file::close))
          .onFailure(e -> stream.reset());
    }
  }
}
