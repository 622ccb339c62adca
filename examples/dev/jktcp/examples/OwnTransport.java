package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A transport this library knows nothing of: IP packets in a WebSocket. All it takes is two
 * event-bus addresses and Buffers of whole packets; see {@link #carry}.
 */
public final class OwnTransport {
  private OwnTransport() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "hello")
        .onSuccess(echo -> System.out.println("echo: " + echo))
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  // tag::carry[]
  /** The transport. One message of the WebSocket is one or more whole packets, as on the bus. */
  static void carry(EventBus bus, WebSocketBase webSocket, String name) {
    MessageConsumer<Buffer> packets =
        bus.localConsumer(
            name + ".out",
            message -> {
              if (!webSocket.writeQueueFull()) { // a packet may be lost, as on any link
                webSocket.writeBinaryMessage(message.body());
              }
            });
    webSocket.binaryMessageHandler(data -> bus.send(name + ".in", data));
    webSocket.closeHandler(v -> packets.unregister());
  }

  // end::carry[]

  /** Completes with the echo. */
  public static Future<String> run(Vertx vertx, String text) {
    EventBus bus = vertx.eventBus();
    WebSocketClient client = vertx.createWebSocketClient(); // one that is collected closes its own
    return Future.all(deploy(vertx, "near", "10.0.0.1"), deploy(vertx, "far", "10.0.0.2"))
        .compose(
            both ->
                vertx
                    .createHttpServer()
                    .webSocketHandler(webSocket -> carry(bus, webSocket, "far"))
                    .listen(0, "127.0.0.1"))
        .compose(server -> client.connect(server.actualPort(), "127.0.0.1", "/"))
        .onSuccess(webSocket -> carry(bus, webSocket, "near"))
        .compose(joined -> echo(vertx, text))
        .eventually(client::close);
  }

  /** An adapter without a transport of its own; {@code .in} is to it, {@code .out} from it. */
  private static Future<String> deploy(Vertx vertx, String name, String address) {
    JsonObject config =
        new JsonObject()
            .put("name", name)
            .put("toAdapter", name + ".in")
            .put("fromAdapter", name + ".out")
            .put("localAddresses", new JsonArray().add(address))
            .put("mtu", 1400);
    return vertx.deployVerticle(
        "dev.jktcp.AdapterVerticle", new DeploymentOptions().setConfig(config));
  }

  private static Future<String> echo(Vertx vertx, String text) {
    Promise<String> echo = Promise.promise();
    AdapterHandle.of(vertx, "far")
        .compose(far -> far.listen(7, stream -> stream.pipeTo(stream)))
        .compose(listening -> AdapterHandle.of(vertx, "near"))
        .compose(near -> near.connect("10.0.0.2", 7))
        .onSuccess(
            stream -> {
              Buffer heard = Buffer.buffer();
              stream.handler(heard::appendBuffer);
              stream.endHandler(end -> echo.complete(heard.toString()));
              stream.exceptionHandler(echo::tryFail);
              stream.end(Buffer.buffer(text));
            })
        .onFailure(echo::fail);
    return echo.future();
  }
}
