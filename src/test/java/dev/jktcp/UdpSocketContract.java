package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a UDP socket does, be it an adapter's own or a handle's. */
@Timeout(60)
abstract class UdpSocketContract {
  Vertx vertx;

  /** Makes two ends, 10.0.0.1 and 10.0.0.2, of which each can give a new socket. */
  abstract void join() throws Exception;

  abstract DatagramSocket left();

  abstract DatagramSocket right();

  @BeforeEach
  final void begin() throws Exception {
    vertx = Vertx.vertx();
    join();
  }

  @AfterEach
  final void end() throws Exception {
    Await.result(vertx.close());
  }

  static Future<DatagramPacket> next(DatagramSocket socket) {
    Promise<DatagramPacket> promise = Promise.promise();
    socket.handler(promise::tryComplete);
    return promise.future();
  }

  /** At the right end; answers each datagram in upper case. */
  final DatagramSocket answering(int port) throws Exception {
    DatagramSocket server = right();
    server.handler(
        packet ->
            server.send(
                Buffer.buffer(packet.data().toString().toUpperCase()),
                packet.sender().port(),
                packet.sender().host()));
    return Await.result(server.listen(port, "0.0.0.0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "fd00::2"})
  void datagram_isAnswered(String host) throws Exception {
    DatagramSocket server = answering(53);
    assertEquals(53, server.localAddress().port());
    DatagramSocket client = left();
    Future<DatagramPacket> answer = next(client);
    Buffer question = Buffer.buffer("question");
    Future<Void> sent = client.send(question, 53, host);
    question.setString(0, "changed!"); // a user may, at once
    Await.result(sent);
    DatagramPacket packet = Await.result(answer);
    assertEquals("QUESTION", packet.data().toString());
    assertEquals(host, packet.sender().host());
    assertEquals(53, packet.sender().port());
    packet.data().appendString("!"); // a user may
    assertTrue(client.localAddress().port() >= 49_152);
    Await.result(client.close());
    assertEquals(
        "the socket is closed", Await.failure(client.send("x", 53, "10.0.0.2")).getMessage());
    Await.result(server.close());
  }

  @Test
  void manyFromAnyThread_arriveInOrder() throws Exception {
    List<Integer> arrived = new CopyOnWriteArrayList<>();
    Promise<Void> all = Promise.promise();
    DatagramSocket server = right();
    server.handler(
        packet -> {
          arrived.add(packet.data().getInt(0));
          if (arrived.size() == 200) all.complete();
        });
    Await.result(server.listen(53, "10.0.0.2"));
    DatagramSocket client = left();
    List<Future<?>> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(client.sender(53, "10.0.0.2").write(Buffer.buffer().appendInt(i)));
    }
    Await.result(Future.all(sent));
    Await.result(all.future());
    for (int i = 0; i < 200; i++) assertEquals(i, arrived.get(i));
  }

  @Test
  void portThatNobodyReads_isToldToTheExceptionHandler() throws Exception {
    Promise<Throwable> told = Promise.promise();
    DatagramSocket client = left().exceptionHandler(told::tryComplete);
    Await.result(client.send("x", 53, "10.0.0.2"));
    TcpException failure = (TcpException) Await.result(told.future());
    assertEquals(CloseReason.UNREACHABLE, failure.reason());
    assertEquals("destination unreachable: 10.0.0.2:53 (port unreachable)", failure.getMessage());
  }

  @Test
  void takenPort_andForeignAddress_failInOneLine_andAFreedOneIsFree() throws Exception {
    DatagramSocket first = Await.result(right().listen(53, "10.0.0.2"));
    assertEquals(
        "port 53 is already listened on: choose another",
        Await.failure(right().listen(53, "10.0.0.2")).getMessage());
    Throwable foreign = Await.failure(right().listen(53, "10.9.9.9"));
    assertTrue(foreign.getMessage().startsWith("localAddress: 10.9.9.9 is not one of"));
    assertEquals(
        "the socket is bound, or closed, already",
        Await.failure(first.listen(54, "10.0.0.2")).getMessage());
    Await.result(first.close());
    Await.result(right().listen(53, "10.0.0.2"));
  }

  @Test
  void groups_areNotJoined() throws Exception {
    Throwable failure = Await.failure(left().listenMulticastGroup("230.0.0.1"));
    assertInstanceOf(UnsupportedOperationException.class, failure);
    assertTrue(failure.getMessage().startsWith("multicast: an adapter has one link"));
  }
}
