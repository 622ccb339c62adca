package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.SocketAddress;

/**
 * A page of an ordinary HTTP server, fetched through a Unix socket that carries nothing but IP
 * packets. On the far side a pump joins each userspace connection to the server's kernel socket.
 */
public final class HttpThroughTunnel {
  private HttpThroughTunnel() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-example")
        .onSuccess(System.out::println)
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /**
   * Completes with the answer, head and body.
   *
   * @param path where to make the Unix socket
   */
  public static Future<String> run(Vertx vertx, String path) {
    NetClient kernel = vertx.createNetClient();
    SocketTransport farEnd =
        SocketTransport.listen(
            vertx, SocketAddress.domainSocketAddress(path), new SocketTransportOptions());
    Adapter far = Adapter.create(vertx, farEnd, new AdapterOptions().addLocalAddress("fd66::1"));

    return page(vertx)
        .compose(
            http -> {
              expose(far, kernel, http.actualPort()); // listens once the near end has come
              return farEnd.bound();
            })
        .compose(bound -> fetch(vertx, path))
        .map(Buffer::toString)
        .eventually(far::close)
        .eventually(kernel::close);
  }

  private static Future<HttpServer> page(Vertx vertx) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().end("hello from " + request.path()))
        .listen(0, "127.0.0.1");
  }

  // tag::listen[]
  /** Joins each connection to port 8000 to a new one to a server of the kernel. */
  static Future<TcpServer> expose(Adapter adapter, NetClient kernel, int kernelPort) {
    return adapter.listen(
        8000,
        stream ->
            kernel
                .connect(kernelPort, "127.0.0.1")
                .onSuccess(socket -> Pump.between(stream, socket).start()) // ends and resets, too
                .onFailure(refused -> stream.reset()));
  }

  // end::listen[]

  // tag::connect[]
  /** Fetches a page from the peer at the other end of a Unix socket that carries IP packets. */
  static Future<Buffer> fetch(Vertx vertx, String path) {
    SocketAddress tunnel = SocketAddress.domainSocketAddress(path);
    Adapter adapter =
        Adapter.create(
            vertx,
            SocketTransport.connect(vertx, tunnel, new SocketTransportOptions()),
            new AdapterOptions().addLocalAddress("fd66::2").addPeerAddress("fd66::1"));
    return adapter.connect(8000).compose(HttpThroughTunnel::get).eventually(adapter::close);
  }

  static Future<Buffer> get(TcpStream stream) {
    Promise<Buffer> answer = Promise.promise();
    Buffer heard = Buffer.buffer();
    stream.handler(heard::appendBuffer);
    stream.endHandler(fin -> answer.tryComplete(heard));
    stream.exceptionHandler(answer::tryFail); // reset, timed out: one line says which
    stream.end(Buffer.buffer("GET /page HTTP/1.0\r\n\r\n")); // and a FIN; reading goes on
    return answer.future();
  }
  // end::connect[]
}
