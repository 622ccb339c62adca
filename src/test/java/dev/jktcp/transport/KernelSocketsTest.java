package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets of the kernel as the library makes them. */
@Timeout(60)
class KernelSocketsTest {
  @Test
  void zone_isToldByItsNumber_whichIsAllThatVertxKnows() throws Exception {
    NetworkInterface any = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
    String named = "fe80::1%" + any.getName();
    assertEquals("fe80::1%" + any.getIndex(), KernelSockets.host(named).result());
    for (String host : List.of("fe80::1%7", "::1", "127.0.0.1", "localhost", "a%b.example")) {
      assertEquals(host, KernelSockets.host(host).result());
    }
    assertEquals(
        "this machine has no interface 'none0'",
        KernelSockets.host("fe80::1%none0").cause().getMessage());
  }

  @Test
  void largestDatagram_comesWhole() throws Exception {
    byte[] sent = new byte[65_507];
    new Random(1).nextBytes(sent);
    Vertx vertx = Vertx.vertx();
    try (java.net.DatagramSocket sender = new java.net.DatagramSocket()) {
      DatagramSocket socket = KernelSockets.datagramSocket(vertx, new DatagramSocketOptions());
      Promise<Buffer> heard = Promise.promise();
      socket.handler(packet -> heard.tryComplete(packet.data()));
      socket.listen(0, "127.0.0.1").await(20, TimeUnit.SECONDS);
      int port = socket.localAddress().port();
      sender.send(new DatagramPacket(sent, sent.length, InetAddress.getByName("127.0.0.1"), port));
      assertArrayEquals(sent, heard.future().await(20, TimeUnit.SECONDS).getBytes());
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }
}
