package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.StreamTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketClient;

/** A tunnel in a WebSocket: its binary messages carry IP packets, one each. */
public final class PacketsInWebSocket {
  private PacketsInWebSocket() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "hello")
        .onSuccess(echo -> System.out.println("echo: " + echo))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  // tag::transport[]
  static PacketTransport transport(WebSocketBase webSocket) {
    return PacketTransport.of(
        webSocket, webSocket, new StreamTransportOptions().setByteStream(false).setMtu(1400));
  }

  // end::transport[]

  /** Completes with the echo. */
  public static Future<String> run(Vertx vertx, String text) {
    WebSocketClient client = vertx.createWebSocketClient(); // one that is collected closes its own
    return vertx
        .createHttpServer()
        .webSocketHandler(webSocket -> echo(vertx, webSocket))
        .listen(0, "127.0.0.1")
        .compose(server -> client.connect(server.actualPort(), "127.0.0.1", "/"))
        .compose(webSocket -> ask(vertx, webSocket, text))
        .eventually(client::close);
  }

  private static void echo(Vertx vertx, WebSocketBase webSocket) {
    adapter(vertx, webSocket, "10.0.0.2").listen(7, stream -> stream.pipeTo(stream));
  }

  private static Adapter adapter(Vertx vertx, WebSocketBase webSocket, String address) {
    return Adapter.create(
        vertx, transport(webSocket), new AdapterOptions().addLocalAddress(address));
  }

  private static Future<String> ask(Vertx vertx, WebSocketBase webSocket, String text) {
    Promise<String> echo = Promise.promise();
    Adapter adapter = adapter(vertx, webSocket, "10.0.0.1");
    adapter
        .connect("10.0.0.2", 7)
        .onSuccess(
            stream -> {
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.endHandler(end -> echo.complete(heard.toString()));
              stream.exceptionHandler(echo::tryFail);
              stream.end(Buffer.buffer(text));
            })
        .onFailure(echo::fail);
    return echo.future().eventually(adapter::close);
  }
}
