package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdapterUdpTest {
  private Vertx vertx;
  private AdapterPair pair;

  @BeforeEach
  void begin() {
    vertx = Vertx.vertx();
    pair = AdapterPair.create(vertx);
  }

  @AfterEach
  void end() throws Exception {
    Await.result(vertx.close());
  }

  private static Future<DatagramPacket> next(DatagramSocket socket) {
    Promise<DatagramPacket> promise = Promise.promise();
    socket.handler(promise::tryComplete);
    return promise.future();
  }

  /** Answers each datagram in upper case. */
  private DatagramSocket answering(int port) throws Exception {
    DatagramSocket server = pair.right().udp();
    server.handler(
        packet ->
            server.send(
                Buffer.buffer(packet.data().toString().toUpperCase()),
                packet.sender().port(),
                packet.sender().host()));
    Await.result(server.listen(port, "0.0.0.0"));
    return server;
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "fd00::2"})
  void datagram_isAnswered(String host) throws Exception {
    DatagramSocket server = answering(53);
    assertEquals(53, server.localAddress().port());
    DatagramSocket client = pair.left().udp();
    Future<DatagramPacket> answer = next(client);
    Await.result(client.send("question", 53, host));
    DatagramPacket packet = Await.result(answer);
    assertEquals("QUESTION", packet.data().toString());
    assertEquals(host, packet.sender().host());
    assertEquals(53, packet.sender().port());
    packet.data().appendString("!"); // a user may
    assertTrue(client.localAddress().port() >= 49_152);
    Await.result(client.close());
    Await.result(server.close());
  }

  @Test
  void fromAnyThread_eachDatagramArrivesInOrder() throws Exception {
    List<Integer> arrived = new CopyOnWriteArrayList<>();
    Promise<Void> all = Promise.promise();
    DatagramSocket server = pair.right().udp();
    server.handler(
        packet -> {
          arrived.add(packet.data().getInt(0));
          if (arrived.size() == 200) all.complete();
        });
    Await.result(server.listen(53, "10.0.0.2"));
    DatagramSocket client = pair.left().udp();
    List<Future<?>> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(client.sender(53, "10.0.0.2").write(Buffer.buffer().appendInt(i)));
    }
    Await.result(Future.all(sent));
    Await.result(all.future());
    for (int i = 0; i < 200; i++) assertEquals(i, arrived.get(i));
  }

  @Test
  void whatComesBeforeTheHandler_waits() throws Exception {
    DatagramSocket server = Await.result(pair.right().udp().listen(53, "::"));
    DatagramSocket client = pair.left().udp();
    Await.result(client.send("early", 53, "fd00::2"));
    Await.result(pair.left().ping("fd00::2")); // it is behind the datagram
    assertEquals("early", Await.result(next(server)).data().toString());
  }

  @Test
  void portThatNobodyReads_isToldToTheExceptionHandler() throws Exception {
    Promise<Throwable> told = Promise.promise();
    DatagramSocket client = pair.left().udp().exceptionHandler(told::tryComplete);
    Await.result(client.send("x", 53, "10.0.0.2"));
    TcpException failure = (TcpException) Await.result(told.future());
    assertEquals(CloseReason.UNREACHABLE, failure.reason());
    assertEquals("destination unreachable: 10.0.0.2:53 (port unreachable)", failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2000|53|10.0.0.2|a datagram of 2000 bytes to 10.0.0.2: at most 1472 fit into the path's"
            + " MTU, and none is sent in fragments",
        "1|0|10.0.0.2|port 0: must be 1 to 65535",
        "1|53|example.org|host: not an IP address: \"example.org\" (names are not resolved)",
        "1|53|224.0.0.1|host: 224.0.0.1 is not one host's address"
      })
  void badDatagram_failsInOneLine(int length, int port, String host, String why) throws Exception {
    pair =
        AdapterPair.create(
            vertx, new AdapterOptions().setMtu(1500), new AdapterOptions().setMtu(1500));
    DatagramSocket client = pair.left().udp();
    Throwable failure = Await.failure(client.send(Buffer.buffer(new byte[length]), port, host));
    assertEquals(why, failure.getMessage());
  }

  @Test
  void takenPort_andForeignAddress_failInOneLine() throws Exception {
    Await.result(pair.right().udp().listen(53, "10.0.0.2"));
    assertEquals(
        "port 53 is already listened on",
        Await.failure(pair.right().udp().listen(53, "10.0.0.2")).getMessage());
    Throwable foreign = Await.failure(pair.right().udp().listen(53, "10.9.9.9"));
    assertTrue(foreign.getMessage().startsWith("localAddress: 10.9.9.9 is not one of"));
  }

  @Test
  void groups_areNotJoined() throws Exception {
    Throwable failure = Await.failure(pair.left().udp().listenMulticastGroup("230.0.0.1"));
    assertTrue(failure.getMessage().startsWith("multicast: an adapter has one link"));
  }

  @Test
  void closedSocket_takesAndSendsNoMore() throws Exception {
    DatagramSocket socket = Await.result(pair.left().udp().listen(4_000, "10.0.0.1"));
    Await.result(socket.close());
    assertEquals(
        "the socket is closed", Await.failure(socket.send("x", 1, "10.0.0.2")).getMessage());
    Await.result(pair.left().udp().listen(4_000, "10.0.0.1")); // the port is free
  }

  @Test
  void handlerThatThrows_hearsTheNextDatagram() throws Exception {
    Promise<String> second = Promise.promise();
    DatagramSocket server = pair.right().udp();
    server.handler(
        packet -> {
          if (packet.data().toString().equals("first")) {
            throw new IllegalStateException("thrown by the test's handler");
          }
          second.complete(packet.data().toString());
        });
    Await.result(server.listen(53, "0.0.0.0"));
    DatagramSocket client = pair.left().udp();
    client.send("first", 53, "10.0.0.2");
    client.send("second", 53, "10.0.0.2");
    assertEquals("second", Await.result(second.future()));
  }

  @Test
  void adaptersEnd_reachesSocketsAndPings() throws Exception {
    Promise<Throwable> told = Promise.promise();
    DatagramSocket socket = pair.left().udp().exceptionHandler(told::tryComplete);
    Await.result(socket.listen(0, "0.0.0.0"));
    Future<Duration> ping = pair.left().ping("10.0.0.99", Duration.ofHours(1));
    Await.result(pair.left().ping("10.0.0.2"));
    Await.result(pair.left().close());
    assertEquals(CloseReason.ADAPTER_CLOSED, ((TcpException) Await.result(told.future())).reason());
    assertEquals(CloseReason.ADAPTER_CLOSED, ((TcpException) Await.failure(ping)).reason());
    assertEquals("adapter closed", Await.failure(socket.send("x", 1, "10.0.0.2")).getMessage());
    Throwable late = Await.failure(pair.left().udp().send("x", 1, "10.0.0.2"));
    assertEquals(CloseReason.ADAPTER_CLOSED, ((TcpException) late).reason());
  }

  @Test
  void whatWasSent_leavesBeforeTheAdapterEnds() throws Exception {
    Promise<String> arrived = Promise.promise();
    DatagramSocket server = pair.right().udp();
    server.handler(packet -> arrived.complete(packet.data().toString()));
    Await.result(server.listen(53, "0.0.0.0"));
    Await.result(pair.left().udp().send("last", 53, "10.0.0.2"));
    Await.result(pair.left().shutdown(Duration.ofSeconds(5)));
    assertEquals("last", Await.result(arrived.future()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "fd00::2", "10.0.0.1"})
  void ping_takesTime(String host) throws Exception {
    Duration roundTrip = Await.result(pair.left().ping(host));
    assertNotNull(roundTrip);
    assertTrue(!roundTrip.isNegative() && roundTrip.compareTo(Duration.ofSeconds(5)) < 0);
  }

  @Test
  void pingWithoutAnswer_isTimedOut() throws Exception {
    Throwable failure = Await.failure(pair.left().ping("10.0.0.99", Duration.ofMillis(20)));
    assertEquals(CloseReason.TIMED_OUT, ((TcpException) failure).reason());
    assertTrue(failure.getMessage().endsWith("no echo from 10.0.0.99"), failure.getMessage());
    assertThrows(IllegalArgumentException.class, () -> pair.left().ping("10.0.0.2", Duration.ZERO));
  }

  @Test
  void counters_areInTheStatistics() throws Exception {
    answering(53);
    DatagramSocket client = pair.left().udp();
    Future<DatagramPacket> answer = next(client);
    Await.result(client.send("x", 53, "10.0.0.2"));
    Await.result(answer);
    AdapterStats stats = Await.result(pair.left().stats());
    assertEquals(1, stats.counters().get("datagramsSent"));
    assertEquals(1, stats.counters().get("datagramsReceived"));
    assertEquals(0, stats.counters().get("fragmentsReceived"));
  }
}
