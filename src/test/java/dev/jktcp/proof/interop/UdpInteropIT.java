package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our UDP, fragments and pings, and the Linux kernel's, joined by a TUN device. */
@Timeout(120)
class UdpInteropIT {
  private static final int LIMIT_MS = 20_000;

  private TunLab tun;
  private Vertx vertx;
  private Adapter adapter;

  @BeforeEach
  void open() throws Exception {
    tun = TunLab.orSkip();
    vertx = Vertx.vertx();
    TunTransport transport = Await.result(TunTransport.open(vertx, tun.name()));
    adapter =
        Adapter.create(
            vertx,
            transport,
            new AdapterOptions()
                .setLocalAddresses(List.of(tun.peerV4(), tun.peerV6()))
                .setPeerAddresses(List.of(tun.kernelV4(), tun.kernelV6())));
    Await.result(adapter.opened());
    tun.up();
  }

  @AfterEach
  void close() throws Exception {
    if (adapter != null) Await.result(adapter.close());
    if (vertx != null) Await.result(vertx.close());
    if (tun != null) tun.remove();
  }

  private String ours(boolean v6) {
    return v6 ? tun.peerV6() : tun.peerV4();
  }

  private String kernels(boolean v6) {
    return v6 ? tun.kernelV6() : tun.kernelV4();
  }

  private java.net.DatagramSocket kernelSocket(boolean v6) throws Exception {
    InetSocketAddress local = new InetSocketAddress(InetAddress.getByName(kernels(v6)), 0);
    java.net.DatagramSocket socket = new java.net.DatagramSocket(local);
    socket.setSoTimeout(LIMIT_MS);
    return socket;
  }

  private static byte[] data(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }

  /** The large ones leave the kernel in fragments, and are answered with their length. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void kernelsDatagrams_arriveWholeHoweverLarge(boolean v6) throws Exception {
    DatagramSocket echo = adapter.udp();
    Promise<Buffer> last = Promise.promise();
    echo.handler(
        packet -> {
          if (packet.data().length() == 60_000) last.tryComplete(packet.data());
          echo.send(
              Buffer.buffer().appendInt(packet.data().length()),
              packet.sender().port(),
              packet.sender().host());
        });
    Await.result(echo.listen(7_000, "0.0.0.0"));
    try (java.net.DatagramSocket kernel = kernelSocket(v6)) {
      for (int length : new int[] {0, 1, 1_400, 1_500, 9_000, 60_000}) {
        byte[] data = data(length);
        kernel.send(new DatagramPacket(data, length, InetAddress.getByName(ours(v6)), 7_000));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        kernel.receive(answer);
        assertEquals(length, Buffer.buffer(answer.getData()).getInt(0));
      }
    }
    assertArrayEquals(data(60_000), Await.result(last.future()).getBytes());
    var counters = Await.result(adapter.stats()).counters();
    assertEquals(3, counters.get("packetsReassembled"));
    assertTrue(counters.get("fragmentsReceived") > 40, counters.toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ourDatagrams_reachTheKernel(boolean v6) throws Exception {
    try (java.net.DatagramSocket kernel = kernelSocket(v6)) {
      Await.result(adapter.udp().send("hello", kernel.getLocalPort(), kernels(v6)));
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      kernel.receive(packet);
      assertEquals("hello", new String(packet.getData(), 0, packet.getLength()));
      assertEquals(InetAddress.getByName(ours(v6)), packet.getAddress());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void portsThatNobodyReads_areToldBothWays(boolean v6) throws Exception {
    Promise<Throwable> told = Promise.promise();
    DatagramSocket socket = adapter.udp().exceptionHandler(told::tryComplete);
    Await.result(socket.send("x", 9, kernels(v6)));
    assertEquals(CloseReason.UNREACHABLE, ((TcpException) Await.result(told.future())).reason());
    try (java.net.DatagramSocket kernel = kernelSocket(v6)) {
      kernel.connect(InetAddress.getByName(ours(v6)), 9);
      kernel.send(new DatagramPacket(new byte[1], 1));
      assertThrows(
          PortUnreachableException.class, () -> kernel.receive(new DatagramPacket(new byte[1], 1)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void kernel_answersOurPing(boolean v6) throws Exception {
    assertTrue(Await.result(adapter.ping(kernels(v6))).toMillis() < 5_000);
  }

  /** As root Java asks by ICMP. */
  @Test
  void kernelsPing_isAnswered() throws Exception {
    for (boolean v6 : new boolean[] {false, true}) {
      assertTrue(InetAddress.getByName(ours(v6)).isReachable(LIMIT_MS), "no echo from " + ours(v6));
    }
  }
}
