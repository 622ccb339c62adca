package dev.jktcp.interop;

import static dev.jktcp.interop.KernelLab.await;
import static dev.jktcp.interop.KernelLab.literal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
  private static final int BYTES = 3 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TunLab tun;
  private NarrowPath path;
  private Adapter adapter;

  @BeforeEach
  void build() throws Exception {
    tun = TunLab.orSkip();
    path = new NarrowPath(tun);
    TunTransport transport = await(TunTransport.open(vertx, tun.name()));
    path.build(NARROW);
    AdapterOptions options =
        new AdapterOptions().addLocalAddress(tun.peerV4()).addLocalAddress(tun.peerV6());
    Promise<Adapter> made = Promise.promise();
    context.runOnContext(v -> made.complete(Adapter.create(vertx, transport, options)));
    adapter = await(made.future());
    await(adapter.opened());
  }

  @AfterEach
  void close() {
    try {
      if (adapter != null) await(adapter.close());
    } finally {
      threads.shutdownNow();
      await(vertx.close());
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
      TcpInfo next = send(server, path.host(family), new Pattern(7));
      assertEquals(NARROW, next.pathMtu());
    }
    assertEquals(1, await(adapter.stats()).counters().get("pathMtusLowered"));
  }

  private int pathMtuAfterSending(ServerSocketChannel server, String host) throws Exception {
    TcpInfo first = send(server, host, new Pattern(5));
    assertTrue(first.retransmits() > 0, "nothing was too big");
    return first.pathMtu();
  }

  private TcpInfo send(ServerSocketChannel server, String host, Pattern pattern) throws Exception {
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    Future<TcpStream> connecting = adapter.connect(host, port);
    SocketChannel channel = server.accept();
    TcpStream stream = await(connecting);
    Pattern nothing = new Pattern(0);
    StackEnd ours = new StackEnd(context, stream, pattern, nothing);
    KernelEnd kernels = new KernelEnd(threads, channel, nothing, pattern);
    Future<Void> received = kernels.received(BYTES);
    await(ours.send(BYTES));
    await(received);
    TcpInfo info = await(stream.info());
    ours.stream().end();
    await(kernels.ended(BYTES));
    kernels.shutdownOutput();
    await(ours.ended(0));
    await(ours.closed());
    return info;
  }
}
