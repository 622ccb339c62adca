package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterVerticle;
import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.util.UUID;

/**
 * A page of an HTTP server beyond a userspace TCP stack, fetched by code that knows only the event
 * bus: {@link Request} sends messages and consumes them, and has not one class of this library.
 */
public final class HttpOverTheBus {
  private HttpOverTheBus() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    run(vertx, "/tmp/jktcp-example")
        .onSuccess(System.out::println)
        .onFailure(e -> System.err.println(e.getMessage()))
        .onComplete(done -> vertx.close());
  }

  /** One GET. To wait for more than the lease it would say {@code alive} meanwhile. */
  private static final class Request {
    /** Bytes that may be on their way to us. */
    private static final long WINDOW = 64 * 1024;

    private final EventBus bus;
    private final String path;
    private final Promise<String> answer = Promise.promise();
    private final Buffer heard = Buffer.buffer();
    private final String inbox = "inbox." + UUID.randomUUID();
    private MessageConsumer<JsonObject> opened;
    private MessageConsumer<Buffer> reading;
    private JsonObject connection;

    Request(EventBus bus, String path) {
      this.bus = bus;
      this.path = path;
    }

    Future<String> send(String adapter, int port) {
      opened = bus.consumer(inbox, this::onOpened);
      bus.send(
          "jktcp.adapter." + adapter,
          new JsonObject().put("do", "connect").put("port", port).put("replyTo", inbox));
      return answer.future();
    }

    private void onOpened(Message<JsonObject> message) {
      opened.unregister();
      connection = message.body();
      if (connection.containsKey("error")) {
        answer.fail(connection.getString("error"));
        return;
      }
      reading = bus.consumer(connection.getString("read"), this::onRead);
      giveCredit();
      String request = "GET " + path + " HTTP/1.0\r\n\r\n";
      bus.send(connection.getString("write"), Buffer.buffer(request));
    }

    private void onRead(Message<Buffer> message) {
      if (Long.parseLong(message.headers().get("jktcp-offset")) != heard.length()) {
        finish("reset");
        answer.fail("the event bus lost a message");
        return;
      }
      heard.appendBuffer(message.body());
      String end = message.headers().get("jktcp-end");
      if (end == null) {
        giveCredit();
      } else if (end.equals("error")) {
        reading.unregister(); // and the connection is gone
        answer.fail(message.headers().get("jktcp-reason"));
      } else {
        finish("close");
        answer.complete(heard.toString());
      }
    }

    private void giveCredit() {
      control(new JsonObject().put("do", "credit").put("upTo", heard.length() + WINDOW));
    }

    private void finish(String how) {
      reading.unregister();
      control(new JsonObject().put("do", how));
    }

    private void control(JsonObject order) {
      bus.send(connection.getString("control"), order);
    }
  }

  /**
   * Completes with the answer, head and body.
   *
   * @param path where to make a Unix socket
   */
  public static Future<String> run(Vertx vertx, String path) {
    NetClient kernel = vertx.createNetClient();
    return deploy(vertx, "far", "unix-listen:" + path, "10.9.0.1", "10.9.0.2")
        .compose(far -> deploy(vertx, "near", "unix:" + path, "10.9.0.2", "10.9.0.1"))
        .compose(near -> page(vertx))
        .compose(http -> expose(vertx, kernel, http.actualPort()))
        .compose(listening -> new Request(vertx.eventBus(), "/page").send("near", 80))
        .eventually(kernel::close);
  }

  private static Future<String> deploy(
      Vertx vertx, String name, String transport, String local, String peer) {
    JsonObject config =
        new JsonObject()
            .put("name", name)
            .put("transport", transport)
            .put("localAddresses", new JsonArray().add(local))
            .put("peerAddresses", new JsonArray().add(peer));
    return vertx.deployVerticle(
        AdapterVerticle.class.getName(), new DeploymentOptions().setConfig(config));
  }

  private static Future<HttpServer> page(Vertx vertx) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().end("hello from " + request.path()))
        .listen(0, "127.0.0.1");
  }

  /** The far side's port 80 is the server's port in the kernel. */
  private static Future<?> expose(Vertx vertx, NetClient kernel, int port) {
    return AdapterHandle.of(vertx, "far")
        .compose(far -> far.listen(80, stream -> join(stream, kernel, port)));
  }

  private static void join(TcpStream stream, NetClient kernel, int port) {
    stream.pause();
    kernel
        .connect(port, "127.0.0.1")
        .onSuccess(socket -> Pump.between(stream, socket).start())
        .onFailure(refused -> stream.reset());
  }
}
