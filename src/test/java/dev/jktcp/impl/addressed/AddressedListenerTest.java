package dev.jktcp.impl.addressed;

import static dev.jktcp.impl.addressed.AddressedLab.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listening with nothing but the event bus. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AddressedListenerTest {
  private static final int PORT = 7;

  private AddressedLab net;
  private List<Message<JsonObject>> heard;
  private JsonObject listener;
  private String control;

  @BeforeEach
  void listen(Vertx vertx) throws Exception {
    net = new AddressedLab(vertx);
    heard = net.hear("mine");
    JsonObject wanted = order("listen").put("port", PORT).put("to", "mine").put("backlog", 2);
    listener = net.ask(net.adapter, wanted);
    control = listener.getString("control");
  }

  private TcpStream connect() throws Exception {
    return net.lab.result(net.right.connect(PORT));
  }

  @Test
  void listener_saysWhereItListens() throws Exception {
    assertEquals(PORT, listener.getInteger("port"));
    assertEquals(
        "jktcp.listener." + listener.getString("server") + ".control",
        listener.getString("control"));
    JsonObject any = net.ask(net.adapter, order("listen").put("to", "mine"));
    assertEquals(
        any.getInteger("port"), any.getJsonObject("local").getInteger("port"), any::encode);
  }

  @Test
  void acceptedConnection_isToldOf_andUsedLikeAnother() throws Exception {
    TcpStream client = connect();
    Recorder atClient = net.lab.call(() -> Recorder.of(client));
    client.write(Buffer.buffer("ping"));
    net.lab.settle();
    JsonObject told = heard.get(0).body();
    assertEquals(listener.getString("server"), told.getString("server"));
    AddressedLab.User user = net.new User(told).reading(1000);
    net.lab.settle();
    assertEquals("ping", user.bytes.toString());
    user.write("pong");
    assertEquals("pong", atClient.bytes().toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_isNoSilence(long stopMs) throws Exception {
    net.lab.stopMs(stopMs);
    net.lab.advanceMs(AddressedLab.LEASE_MS / 2 - 1);
    net.ask(control, order("alive"));
    net.lab.advanceMs(AddressedLab.LEASE_MS - 1);
    connect();
    net.lab.stopMs(stopMs);
    net.lab.advanceMs(AddressedLab.LEASE_MS / 2);
    Throwable gone = net.lab.failure(net.asking(control, order("alive")));
    assertTrue(gone.getMessage().startsWith("No handlers"), "its owner died meanwhile");
  }

  @Test
  void connectionNobodyHearsOf_isReset(Vertx vertx) throws Exception {
    net.ask(net.adapter, order("listen").put("port", 8).put("to", "nobody"));
    TcpStream client = net.lab.result(net.right.connect(8));
    net.lab.settle();
    assertEquals(CloseReason.RESET, client.closeReason());
  }

  @Test
  void connectionNobodySpeaksTo_isResetAfterTheLease() throws Exception {
    TcpStream client = connect();
    net.lab.advanceMs(AddressedLab.LEASE_MS / 2);
    net.ask(control, order("alive"));
    net.lab.advanceMs(AddressedLab.LEASE_MS / 2);
    assertEquals(CloseReason.RESET, client.closeReason());
    net.ask(control, order("alive")); // the listener lives on
  }

  @Test
  void connectionsBeyondTheBacklog_waitUntilTheOthersAreSpokenTo() throws Exception {
    connect();
    connect();
    Future<TcpStream> third = net.right.connect(PORT);
    net.lab.advanceMs(100);
    assertFalse(third.isComplete());
    net.new User(heard.get(0).body()).tell("alive");
    net.lab.advanceMs(1000); // until the SYN comes again
    assertTrue(third.succeeded());
  }

  @Test
  void close_closesTheListener_andNotItsConnections() throws Exception {
    TcpStream client = connect();
    net.lab.settle();
    assertEquals(
        listener.getString("server"), net.ask(control, order("close")).getString("server"));
    net.nobodyAt(control);
    net.new User(heard.get(0).body()).write("still here");
    assertNull(client.closeReason());
    TcpException refused = (TcpException) net.lab.failure(net.right.connect(PORT));
    assertEquals(CloseReason.REFUSED, refused.reason());
  }

  @Test
  void silence_closesTheListener_andLeavesNothing() throws Exception {
    net.lab.advanceMs(AddressedLab.LEASE_MS);
    net.nobodyAt(control);
    net.ask(net.adapter, order("listen").put("port", PORT).put("to", "mine"));
    net.lab.advanceMs(AddressedLab.LEASE_MS);
    assertEquals(0, net.lab.timers());
  }

  @Test
  void takenPort_isRefused() throws Exception {
    ReplyException refused =
        net.refusal(net.adapter, order("listen").put("port", PORT).put("to", "mine"));
    assertEquals(3, refused.failureCode());
    net.ask(control, order("alive"));
  }

  @Test
  void wrongOrders_areRefused() throws Exception {
    assertEquals(
        "do: 'credit'; known are close, alive",
        net.refusal(control, order("credit").put("upTo", 5)).getMessage());
    assertEquals(
        "unknown key 'id'; known are server, do, replyTo",
        net.refusal(control, order("close").put("id", "x")).getMessage());
    assertEquals(
        "JSON with a \"do\" is taken here, got a Buffer",
        net.refusal(control, Buffer.buffer("x")).getMessage());
  }
}
