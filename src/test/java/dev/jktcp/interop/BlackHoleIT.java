package dev.jktcp.interop;

import static dev.jktcp.interop.KernelLab.await;
import static dev.jktcp.interop.KernelLab.literal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportClock;
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

/** Bulk to the kernel over a path that takes less from some time on, and nobody says so. */
@Timeout(60)
class BlackHoleIT {
  private static final int BYTES = 3 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TunLab tun;
  private Adapter adapter;

  @BeforeEach
  void build() throws Exception {
    tun = TunLab.orSkip();
    TunTransport device = await(TunTransport.open(vertx, tun.name()));
    tun.up();
    PacketTransport path =
        new FaultyTransport(
            device,
            FaultSpec.parse("mtu=1300,narrow=50ms,rate=50mbit,delay=5ms,seed=1"),
            TransportClock.of(vertx));
    AdapterOptions options =
        new AdapterOptions().addLocalAddress(tun.peerV4()).addLocalAddress(tun.peerV6());
    Promise<Adapter> made = Promise.promise();
    context.runOnContext(v -> made.complete(Adapter.create(vertx, path, options)));
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
      if (tun != null) tun.remove();
    }
  }

  @ParameterizedTest
  @EnumSource
  void pathThatShrinksInMidFlow_carriesEveryByte(Family family) throws Exception {
    String host = family == Family.V4 ? tun.kernelV4() : tun.kernelV6();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(literal(host), 0));
      TcpInfo first = send(server, host, new Pattern(5));
      assertEquals(1_280, first.pathMtu(), first.toString());
      assertTrue(first.timeouts() <= 6, first.toString());
      TcpInfo next = send(server, host, new Pattern(7));
      assertEquals(1_280, next.pathMtu(), "the next connection knows the path");
    }
    assertEquals(1, await(adapter.stats()).counters().get("blackHoles"));
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
