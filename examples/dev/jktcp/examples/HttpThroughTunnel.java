package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.Pump;
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
    SocketAddress address = SocketAddress.domainSocketAddress(path);
    NetClient kernel = vertx.createNetClient();
    SocketTransport farEnd = SocketTransport.listen(vertx, address, new SocketTransportOptions());
    Adapter far = Adapter.create(vertx, farEnd, new AdapterOptions().addLocalAddress("fd00::1"));

    return page(vertx)
        .compose(
            http -> {
              far.listen(80, stream -> expose(stream, kernel, http.actualPort()));
              return farEnd.bound();
            })
        .compose(
            bound -> {
              SocketTransport nearEnd =
                  SocketTransport.connect(vertx, address, new SocketTransportOptions());
              AdapterOptions options =
                  new AdapterOptions().addLocalAddress("fd00::2").addPeerAddress("fd00::1");
              Adapter near = Adapter.create(vertx, nearEnd, options);
              return near.connect(80).compose(HttpThroughTunnel::get).eventually(near::close);
            })
        .eventually(far::close)
        .eventually(kernel::close);
  }

  private static Future<HttpServer> page(Vertx vertx) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().end("hello from " + request.path()))
        .listen(0, "127.0.0.1");
  }

  private static void expose(TcpStream stream, NetClient kernel, int port) {
    kernel
        .connect(port, "127.0.0.1")
        .onSuccess(socket -> Pump.between(stream, socket).start())
        .onFailure(refused -> stream.reset());
  }

  private static Future<String> get(TcpStream stream) {
    Promise<String> answer = Promise.promise();
    Buffer heard = Buffer.buffer();
    stream.handler(heard::appendBuffer);
    stream.endHandler(end -> answer.tryComplete(heard.toString()));
    stream.exceptionHandler(answer::tryFail);
    stream.write(Buffer.buffer("GET /page HTTP/1.0\r\n\r\n"));
    return answer.future().onSuccess(done -> stream.end());
  }
}
