package dev.jktcp.impl.addressed;

import static dev.jktcp.impl.addressed.AddressedLab.PORT;
import static dev.jktcp.impl.addressed.AddressedLab.order;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a connection may have of its own, asked for in a message or by the adapter's options. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AddressedTuningTest {
  private static final String NOBODY = "10.0.0.77";

  private static JsonObject connect(String host) {
    return order("connect").put("host", host).put("port", PORT);
  }

  private static void timesOutAfter(long ms, AddressedLab net, JsonObject connect)
      throws Exception {
    Future<JsonObject> unanswered = net.asking(net.adapter, connect);
    net.lab.settle();
    net.lab.advanceMs(ms - 1);
    assertFalse(unanswered.isComplete());
    net.lab.advanceMs(2);
    assertEquals(
        "connection timed out: no answer from " + NOBODY + ":" + PORT,
        net.refusal(unanswered).getMessage());
  }

  @Test
  void connectTimeout_isTheMessagesOrTheAdapters(Vertx vertx) throws Exception {
    TcpTuning impatient = TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofNanos(SECOND)));
    AddressedLab net =
        new AddressedLab(vertx, new AdapterOptions().setTuning(impatient), new AdapterOptions());
    timesOutAfter(1_000, net, connect(NOBODY));
    JsonObject tuning = new JsonObject().put("connectTimeoutMs", 3_000);
    timesOutAfter(3_000, net, connect(NOBODY).put("tuning", tuning));
  }

  private static long sent(AddressedLab net) throws Exception {
    return net.lab.result(net.left.stats()).counters().get("packetsSent");
  }

  @Test
  void acceptedConnections_haveTheirListenersKeepAlive(Vertx vertx) throws Exception {
    AddressedLab net = new AddressedLab(vertx);
    JsonObject tuning = new JsonObject().put("keepAlive", true).put("keepAliveMs", 2_000);
    net.hear("mine");
    net.ask(net.adapter, order("listen").put("port", 7).put("to", "mine").put("tuning", tuning));
    net.lab.result(net.right.connect(7));
    net.lab.settle();
    long before = sent(net);
    net.lab.advanceMs(1_990);
    assertEquals(before, sent(net));
    net.lab.advanceMs(20);
    assertEquals(before + 1, sent(net));
  }

  @Test
  void idleConnection_isClosedAfterTheMessagesTimeout(Vertx vertx) throws Exception {
    AddressedLab net = new AddressedLab(vertx);
    net.ask(net.adapter, order("connect").put("port", PORT).put("idleTimeoutMs", 2_000));
    net.lab.settle();
    endsAfterTwoSeconds(net, net.peer());
    net.hear("mine");
    net.ask(
        net.adapter, order("listen").put("port", 7).put("to", "mine").put("idleTimeoutMs", 2_000));
    endsAfterTwoSeconds(net, net.lab.result(net.right.connect(7)));
  }

  private static void endsAfterTwoSeconds(AddressedLab net, TcpStream atPeer) throws Exception {
    Recorder recorder = net.lab.call(() -> Recorder.of(atPeer));
    net.lab.advanceMs(1_900);
    assertEquals(List.of(), recorder.events());
    net.lab.advanceMs(200);
    assertEquals(List.of("end"), recorder.events());
  }

  @Test
  void wrongIdleTimeout_isRefusedInOneLine(Vertx vertx) throws Exception {
    AddressedLab net = new AddressedLab(vertx);
    String range = " is not from 0 to 2147483647";
    for (JsonObject order : List.of(connect(NOBODY), order("listen").put("to", "mine"))) {
      assertEquals(
          "idleTimeoutMs: -1" + range,
          net.refusal(net.adapter, order.copy().put("idleTimeoutMs", -1)).getMessage());
      assertEquals(
          "idleTimeoutMs: expected a whole number, got \"1s\"",
          net.refusal(net.adapter, order.copy().put("idleTimeoutMs", "1s")).getMessage());
    }
  }

  @Test
  void wrongTuning_isRefusedInOneLine(Vertx vertx) throws Exception {
    AddressedLab net = new AddressedLab(vertx);
    JsonObject misspelt = new JsonObject().put("keepalive", true);
    assertEquals(
        "tuning: unknown key 'keepalive'; did you mean 'keepAlive'?",
        net.refusal(net.adapter, connect(NOBODY).put("tuning", misspelt)).getMessage());
    JsonObject wide = new JsonObject().put("x\n" + "y".repeat(1_000), 1);
    assertEquals(
        "tuning: unknown key 'x?"
            + "y".repeat(38)
            + "…'; known are noDelay, keepAlive, keepAliveMs, keepAliveRetryMs,"
            + " keepAliveProbes, userTimeoutMs, connectTimeoutMs, ttl, trafficClass, maxSegment,"
            + " lingerMs, requireTimestamps",
        net.refusal(net.adapter, connect(NOBODY).put("tuning", wide)).getMessage());
    assertEquals(
        "tuning: expected an object, got 7",
        net.refusal(net.adapter, order("listen").put("to", "mine").put("tuning", 7)).getMessage());
  }
}
