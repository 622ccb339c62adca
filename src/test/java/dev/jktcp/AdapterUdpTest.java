package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Datagram sockets and pings of an adapter in hand; the contract of both kinds is in {@link
 * UdpSocketContract}.
 */
class AdapterUdpTest extends UdpSocketContract {
  private AdapterPair pair;

  @Override
  void join() {
    pair = AdapterPair.create(vertx);
  }

  @Override
  DatagramSocket left() {
    return pair.left().udp();
  }

  @Override
  DatagramSocket right() {
    return pair.right().udp();
  }

  @Test
  void whatComesBeforeTheHandler_waits() throws Exception {
    DatagramSocket server = Await.result(pair.right().udp().listen(53, "::"));
    DatagramSocket client = pair.left().udp();
    Await.result(client.send("early", 53, "fd00::2"));
    Await.result(pair.left().ping("fd00::2")); // it is behind the datagram
    assertEquals("early", Await.result(next(server)).data().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2000|53|10.0.0.2|a datagram of 2000 bytes to 10.0.0.2: at most 1472 fit into the path's"
            + " MTU, and none is sent in fragments",
        "1|0|10.0.0.2|port 0: must be 1 to 65535",
        "1|53|example.org|host: 'example.org' is a name, and this adapter resolves none: set"
            + " dnsServers or hosts, or give an IP address",
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

  /** While the adapter's loop is busy, other threads cannot fill its queue of tasks. */
  @Test
  void datagramsOfOtherThreads_areBoundedOnTheirWayToTheAdapter() throws Exception {
    AdapterOptions options = new AdapterOptions().setUdpSendBuffer(10_000);
    pair = AdapterPair.create(vertx, options, new AdapterOptions());
    DatagramSocket client = Await.result(pair.left().udp().listen(0, "10.0.0.1"));
    CountDownLatch busy = new CountDownLatch(1);
    ((AdapterInternal) pair.left())
        .context()
        .runOnContext(
            v -> {
              try {
                busy.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    List<Future<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sent.add(client.send(Buffer.buffer(new byte[1_000]), 53, "10.0.0.2"));
    }
    long refused = sent.stream().filter(Future::failed).count();
    busy.countDown();
    assertTrue(refused > 80 && refused < 100, refused + " refused");
    assertEquals(
        "too many datagrams wait for the adapter's event loop: send fewer at once, or raise"
            + " udpSendBuffer",
        Await.failure(sent.get(99)).getMessage());
    Await.result(sent.get(0));
    Await.result(client.send(Buffer.buffer(new byte[1_000]), 53, "10.0.0.2"));
  }

  @Test
  void datagramToAName_waitsForAddressAndPort_andIsCountedOnce() throws Exception {
    pair =
        AdapterPair.create(
            vertx,
            new AdapterOptions().setUdpSendBuffer(1_000).addHost("near", "10.0.0.2"),
            new AdapterOptions());
    Await.result(pair.left().udp().send(Buffer.buffer(new byte[600]), 53, "near"));
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
