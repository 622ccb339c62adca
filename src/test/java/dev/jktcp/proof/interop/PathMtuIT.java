package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;
import static dev.jktcp.proof.interop.KernelLab.literal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.TunTransport;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel routes our packets over a link that takes less than 1500 bytes, which no SYN tells:
 * what its ICMP says must be enough.
 */
@Timeout(300)
class PathMtuIT {
  private static final int NARROW = 1300;

  private final BulkToKernel bulk = new BulkToKernel();
  private TunLab tun;
  private NarrowPath path;

  @BeforeEach
  void build() throws Exception {
    tun = TunLab.orSkip();
    path = new NarrowPath(tun);
    TunTransport transport = await(TunTransport.open(bulk.vertx, tun.name()));
    path.build(NARROW);
    bulk.open(transport, tun);
  }

  @AfterEach
  void close() {
    try {
      bulk.close();
    } finally {
      if (path != null) path.close();
      if (tun != null) tun.remove();
    }
  }

  @ParameterizedTest
  @EnumSource
  void pathNarrowsBehindARouter_everyByteArrives(Family family) throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(literal(path.host(family)), 0));
      assertEquals(NARROW, pathMtuAfterSending(server, path.host(family)));
      // The next connection over the path knows it: nothing more is learnt.
      TcpInfo next = bulk.send(server, path.host(family), new Pattern(7));
      assertEquals(NARROW, next.pathMtu());
    }
    assertEquals(1, bulk.counter("pathMtusLowered"));
  }

  private int pathMtuAfterSending(ServerSocketChannel server, String host) throws Exception {
    TcpInfo first = bulk.send(server, host, new Pattern(5));
    assertTrue(first.retransmits() > 0, "nothing was too big");
    return first.pathMtu();
  }
}
