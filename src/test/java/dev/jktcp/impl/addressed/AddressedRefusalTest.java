package dev.jktcp.impl.addressed;

import static dev.jktcp.impl.addressed.AddressedLab.PORT;
import static dev.jktcp.impl.addressed.AddressedLab.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jktcp.AdapterOptions;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every wrong message is refused with a line that says what is wrong, and changes nothing. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AddressedRefusalTest {
  private AddressedLab net;
  private AddressedLab.User user;
  private Recorder atPeer;

  @BeforeEach
  void connect(Vertx vertx) throws Exception {
    net = new AddressedLab(vertx);
    user = net.connect().reading(100);
    atPeer = net.recordPeer();
    user.write("hello");
  }

  private void refused(int code, String line, ReplyException refusal) throws Exception {
    assertEquals(line, refusal.getMessage());
    assertEquals(code, refusal.failureCode());
    assertEquals("hello", atPeer.bytes().toString());
    assertNull(net.peer().closeReason());
    JsonObject progress = user.tell("alive");
    assertEquals(5, progress.getLong("written"));
    assertEquals(100, progress.getLong("credit"));
    assertEquals(1, net.lab.result(net.left.stats()).connections());
  }

  private void wrongWrite(int code, String line, Object body) throws Exception {
    refused(code, line, net.refusal(user.write, body));
  }

  private void wrongHeader(int code, String line, String name, String value) throws Exception {
    DeliveryOptions options = new DeliveryOptions().addHeader(name, value);
    refused(code, line, net.refusal(net.asking(user.write, Buffer.buffer("more"), options)));
  }

  private void wrongControl(int code, String line, Object body) throws Exception {
    refused(code, line, net.refusal(user.control, body));
  }

  private void wrongRequest(int code, String line, JsonObject body) throws Exception {
    refused(code, line, net.refusal(net.adapter, body));
  }

  @Test
  void writeOfAnotherType() throws Exception {
    wrongWrite(1, "a Buffer is written here, got a String", "text");
    wrongWrite(1, "a Buffer is written here, got a JsonObject", order("alive"));
    wrongWrite(1, "a Buffer is written here, got nothing", null);
    wrongWrite(1, "size: an empty Buffer writes nothing", Buffer.buffer());
  }

  @Test
  void writeThatCanNeverFit(Vertx vertx) throws Exception {
    AdapterOptions small = new AdapterOptions().setSendBuffer(1000).setMaxPendingWrites(0);
    AddressedLab net = new AddressedLab(vertx, small, new AdapterOptions());
    AddressedLab.User user = net.connect();
    ReplyException refusal = net.refusal(user.write, Buffer.buffer(new byte[1001]));
    assertEquals("size: 1001 bytes in one message, 1000 at most", refusal.getMessage());
    assertEquals(1, refusal.failureCode());
    net.lab.result(net.asking(user.write, Buffer.buffer(new byte[1000])));
  }

  @Test
  void writeAtAnotherOffset() throws Exception {
    wrongHeader(2, "offset: 6, but 5 bytes were written so far", "jktcp-offset", "6");
    wrongHeader(2, "offset: 4, but 5 bytes were written so far", "jktcp-offset", "4");
    wrongHeader(2, "offset: 0, but 5 bytes were written so far", "jktcp-offset", "0"); // no repeat
    String expected = "jktcp-offset: expected a number, 0 or more, got ";
    wrongHeader(1, expected + "\"-1\"", "jktcp-offset", "-1");
    wrongHeader(1, expected + "\"five\"", "jktcp-offset", "five");
    wrongHeader(1, expected + "\"9223372036854775808\"", "jktcp-offset", "9223372036854775808");
  }

  @Test
  void writeWithOtherHeaders() throws Exception {
    String nearest = "unknown header 'jktcp-ofset'; did you mean 'jktcp-offset'?";
    wrongHeader(1, nearest, "jktcp-ofset", "5");
    wrongHeader(1, "jktcp-end: expected \"end\", got \"yes\"", "jktcp-end", "yes");
  }

  @Test
  void controlOfAnotherType() throws Exception {
    wrongControl(1, "JSON with a \"do\" is taken here, got a Buffer", Buffer.buffer("{}"));
    wrongControl(1, "JSON with a \"do\" is taken here, got a String", "{\"do\":\"alive\"}");
    wrongControl(1, "JSON with a \"do\" is taken here, got nothing", null);
    wrongControl(1, "do: is missing", new JsonObject());
    wrongControl(1, "do: expected a string, got 5", new JsonObject().put("do", 5));
    wrongControl(1, "do: 'cerdit'; did you mean 'credit'?", order("cerdit").put("upTo", 200));
  }

  @Test
  void creditThatIsNone() throws Exception {
    wrongControl(1, "upTo: is missing", order("credit"));
    wrongControl(1, "upTo: -1 is less than 0", order("credit").put("upTo", -1));
    String expected = "upTo: expected a whole number, got ";
    wrongControl(1, expected + "200.5", order("credit").put("upTo", 200.5));
    wrongControl(1, expected + "\"200\"", order("credit").put("upTo", "200"));
    wrongControl(1, expected + "[200]", order("credit").put("upTo", new JsonArray().add(200)));
    String nearest = "unknown key 'upto'; did you mean 'upTo'?";
    wrongControl(1, nearest, order("credit").put("upto", 200));
  }

  @Test
  void orderWithAnothersKey() throws Exception {
    for (String what : new String[] {"pause", "reset", "alive", "info"}) {
      wrongControl(1, "unknown key 'at'; known are id, do, replyTo", order(what).put("at", 5));
    }
    wrongControl(
        1, "unknown key 'upTo'; known are id, at, do, replyTo", order("close").put("upTo", 5));
  }

  @Test
  void endElsewhereThanWritten() throws Exception {
    String line = "at: 6, but 5 bytes were written so far";
    wrongControl(2, line, order("end").put("at", 6));
    wrongControl(2, line, order("close").put("at", 6));
    wrongControl(1, "at: -1 is less than 0", order("end").put("at", -1));
  }

  @Test
  void anothersConnection() throws Exception {
    JsonObject listener = net.ask(net.adapter, order("listen").put("to", "mine"));
    AddressedLab.User other = net.connect();
    String line = "id: is another's, not of the connection controlled here";
    for (String id : new String[] {other.id, listener.getString("server"), "", "guess"}) {
      ReplyException refusal = net.refusal(user.control, order("reset").put("id", id));
      assertEquals(line, refusal.getMessage());
    }
    assertEquals(user.id, user.tell(order("alive").put("id", user.id)).getString("id"));
    assertEquals(other.id, other.tell("alive").getString("id"));
    ReplyException refusal =
        net.refusal(listener.getString("control"), order("close").put("server", user.id));
    assertEquals("server: is another's, not of the one controlled here", refusal.getMessage());
    net.ask(listener.getString("control"), order("alive"));
  }

  @Test
  void unknownId_hasNoAddresses() throws Exception {
    net.nobodyAt("jktcp.connection." + "0".repeat(32) + ".write");
    net.nobodyAt("jktcp.connection." + "0".repeat(32) + ".control");
  }

  @Test
  void replyTo_isAnAddress() throws Exception {
    wrongControl(1, "replyTo: expected a string, got 5", order("reset").put("replyTo", 5));
    wrongControl(
        1,
        "replyTo: is empty; give an address of the event bus",
        order("reset").put("replyTo", ""));
    wrongHeader(1, "replyTo: is empty; give an address of the event bus", "jktcp-reply-to", "");
  }

  @Test
  void longValues_areCut() throws Exception {
    String line =
        "do: '" + "x".repeat(40) + "…'; known are credit, pause, end, close, reset, alive, info";
    wrongControl(1, line, order("x".repeat(1_000_000)));
    wrongControl(
        1, "do: 'a?b'; known are credit, pause, end, close, reset, alive, info", order("a\nb"));
  }

  @Test
  void connectThatIsWrong() throws Exception {
    wrongRequest(1, "port: is missing", order("connect"));
    wrongRequest(1, "port: 0 is not from 1 to 65535", order("connect").put("port", 0));
    JsonObject connect = order("connect").put("port", PORT);
    wrongRequest(1, "host: expected a string, got 7", connect.copy().put("host", 7));
    wrongRequest(
        1, "unknown key 'hots'; did you mean 'host'?", connect.copy().put("hots", "10.0.0.2"));
    wrongRequest(1, "leaseMs: 99 is not from 100 to 3600000", connect.copy().put("leaseMs", 99));
    wrongRequest(
        1,
        "profile 'fast' is unknown: choose one of stop-and-wait, reliable-link, internet",
        connect.copy().put("profile", "fast"));
    wrongRequest(
        1,
        "localAddress: 10.0.0.7 is not one of [10.0.0.1, fd00::1]",
        connect.copy().put("localAddress", "10.0.0.7"));
    wrongRequest(3, "connection refused by 10.0.0.2:81", order("connect").put("port", 81));
  }

  @Test
  void listenThatIsWrong() throws Exception {
    wrongRequest(1, "to: is missing", order("listen"));
    wrongRequest(
        1, "to: is empty; give an address of the event bus", order("listen").put("to", ""));
    wrongRequest(
        1,
        "port: 65536 is not from 0 to 65535",
        order("listen").put("to", "x").put("port", 65_536));
    wrongRequest(
        1,
        "unknown key 'host'; known are port, localAddress, backlog, tuning, idleTimeoutMs, to,"
            + " leaseMs, do, replyTo",
        order("listen").put("to", "x").put("host", ""));
  }

  @Test
  void requestThatNobodyKnows() throws Exception {
    wrongRequest(1, "do: 'conect'; did you mean 'connect'?", order("conect"));
  }

  @Test
  void connectsBeyondTheLimit(Vertx vertx) throws Exception {
    AdapterOptions one = new AdapterOptions().setMaxConnections(1);
    AddressedLab net = new AddressedLab(vertx, one, new AdapterOptions());
    JsonObject silent = order("connect").put("host", "10.0.0.9").put("port", 1);
    net.asking(net.adapter, silent);
    ReplyException refusal = net.refusal(net.adapter, order("connect").put("port", PORT));
    assertEquals("full: 1 connections are its limit; raise maxConnections", refusal.getMessage());
    assertEquals(4, refusal.failureCode());
  }
}
