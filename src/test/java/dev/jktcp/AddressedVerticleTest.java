package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.jktcp.testkit.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployed adapters, and users of the event bus on other threads, in real time. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AddressedVerticleTest {
  private static final int LENGTH = 8 << 20;
  private static final int PIECE = 100_000;
  private static final int WINDOW = 256 * 1024;

  private EventBus bus;
  private String left;

  @BeforeEach
  void deploy(Vertx vertx) throws Exception {
    bus = vertx.eventBus();
    left = Await.result(deploy(vertx, "left", "to.left", "to.right", "10.0.0.1", "10.0.0.2"));
    Await.result(deploy(vertx, "right", "to.right", "to.left", "10.0.0.2", "10.0.0.1"));
  }

  /** Each other's bridge. */
  private static Future<String> deploy(
      Vertx vertx, String name, String to, String from, String local, String peer) {
    JsonObject config =
        new JsonObject()
            .put("name", name)
            .put("toAdapter", to)
            .put("fromAdapter", from)
            .put("mtu", 1400)
            .put("localAddresses", new JsonArray().add(local))
            .put("peerAddresses", new JsonArray().add(peer));
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    return vertx.deployVerticle("dev.jktcp.AdapterVerticle", options);
  }

  private static JsonObject order(String what) {
    return new JsonObject().put("do", what);
  }

  private Future<JsonObject> ask(String address, JsonObject order) {
    return bus.<JsonObject>request(address, order).map(Message::body);
  }

  /** Both ends of a connection, left's first. */
  private JsonObject[] connect() throws Exception {
    Promise<JsonObject> accepted = Promise.promise();
    bus.<JsonObject>consumer("door", message -> accepted.tryComplete(message.body()));
    JsonObject listen = order("listen").put("port", 80).put("to", "door");
    Await.result(ask("jktcp.adapter.right", listen));
    JsonObject connect = order("connect").put("port", 80);
    JsonObject client = Await.result(ask("jktcp.adapter.left", connect));
    return new JsonObject[] {client, Await.result(accepted.future())};
  }

  /** Completes with all that comes, up to its end. */
  private Future<Buffer> read(JsonObject connection) {
    Promise<Buffer> all = Promise.promise();
    Buffer heard = Buffer.buffer();
    String control = connection.getString("control");
    bus.<Buffer>consumer(
        connection.getString("read"),
        message -> {
          heard.appendBuffer(message.body());
          String end = message.headers().get("jktcp-end");
          if (end == null) {
            bus.send(control, order("credit").put("upTo", heard.length() + WINDOW));
          } else if (end.equals("error")) {
            all.tryFail(message.headers().get("jktcp-reason"));
          } else {
            all.tryComplete(heard);
          }
        });
    bus.send(control, order("credit").put("upTo", WINDOW));
    return all.future();
  }

  /** The next piece once the one before is taken. */
  private Future<?> write(JsonObject connection, Buffer data, int offset) {
    int end = Math.min(data.length(), offset + PIECE);
    DeliveryOptions options =
        new DeliveryOptions().addHeader("jktcp-offset", String.valueOf(offset));
    if (end == data.length()) options.addHeader("jktcp-end", "end");
    return bus.request(connection.getString("write"), data.getBuffer(offset, end), options)
        .compose(
            taken ->
                end == data.length() ? Future.succeededFuture() : write(connection, data, end));
  }

  private static Buffer random(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  @Test
  void bytesGoBothWays() throws Exception {
    JsonObject[] ends = connect();
    Future<Buffer> atLeft = read(ends[0]);
    Future<Buffer> atRight = read(ends[1]);
    Buffer there = random(1);
    Buffer back = random(2);
    Await.result(Future.all(write(ends[0], there, 0), write(ends[1], back, 0)));
    assertEquals(there, Await.result(atRight));
    assertEquals(back, Await.result(atLeft));
  }

  @Test
  void undeployment_isToldToBothEnds_andTakesTheAddresses(Vertx vertx) throws Exception {
    JsonObject[] ends = connect();
    Future<Buffer> atLeft = read(ends[0]);
    Future<Buffer> atRight = read(ends[1]);
    Await.result(vertx.undeploy(left));
    assertEquals("adapter closed", Await.failure(atLeft).getMessage());
    assertEquals(0, Await.result(atRight).length()); // a FIN behind all that was written
    for (String which : new String[] {"write", "control"}) {
      Throwable failure = Await.failure(ask(ends[0].getString(which), order("alive")));
      ReplyException nobody = assertInstanceOf(ReplyException.class, failure);
      assertEquals(ReplyFailure.NO_HANDLERS, nobody.failureType());
    }
  }
}
