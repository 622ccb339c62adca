package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;
import static dev.jktcp.proof.interop.KernelLab.literal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.TunTransport;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bulk to the kernel over a path that takes less from some time on, and nobody says so. */
@Timeout(60)
class BlackHoleIT {
  private final BulkToKernel bulk = new BulkToKernel();
  private TunLab tun;

  @BeforeEach
  void build() throws Exception {
    tun = TunLab.orSkip();
    TunTransport device = await(TunTransport.open(bulk.vertx, tun.name()));
    tun.up();
    PacketTransport path =
        new FaultyTransport(
            device,
            FaultSpec.parse("mtu=1300,narrow=50ms,rate=50mbit,delay=5ms,seed=1"),
            Clock.of(bulk.vertx));
    bulk.open(path, tun);
  }

  @AfterEach
  void close() {
    try {
      bulk.close();
    } finally {
      if (tun != null) tun.remove();
    }
  }

  @ParameterizedTest
  @EnumSource
  void pathThatShrinksInMidFlow_carriesEveryByte(Family family) throws Exception {
    String host = family == Family.V4 ? tun.kernelV4() : tun.kernelV6();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(literal(host), 0));
      TcpInfo first = bulk.send(server, host, new Pattern(5));
      assertEquals(1_280, first.pathMtu(), first.toString());
      assertTrue(first.timeouts() <= 6, first.toString());
      TcpInfo next = bulk.send(server, host, new Pattern(7));
      assertEquals(1_280, next.pathMtu(), "the next connection knows the path");
    }
    assertEquals(1, bulk.counter("blackHoles"));
  }
}
