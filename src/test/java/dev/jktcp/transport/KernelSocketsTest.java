package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets of the kernel as the library makes them. */
@Timeout(60)
class KernelSocketsTest {
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
