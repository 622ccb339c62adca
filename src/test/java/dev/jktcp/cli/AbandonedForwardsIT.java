package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.proof.interop.Family;
import dev.jktcp.proof.interop.KernelLab;
import dev.jktcp.proof.progress.Figures;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of {@code forward} that leave in every way but the good one, and servers that do. */
@Timeout(300)
class AbandonedForwardsIT {
  private static final int FORWARDS = 10_000;
  private static final int FORWARDS_BEFORE = 1_000; // by which caches and pools are what they get
  private static final int CLIENTS_AT_ONCE = 16;
  private static final long HALF_CLOSE_TIMEOUT_MS = 300;
  private static final long STALL_TIMEOUT_MS = 600_000;
  private static final long TIME_WAIT_MS = 500;

  /** Pools and what is about to go; a leak in one of the ways would be a thousand. */
  private static final int SLACK = 16;

  /** The adapter may keep 4 MiB of idle buffers, and each pool half a MiB of batches. */
  private static final long SLACK_BYTES = 6 << 20;

  /** What is used again, and where it was used last; their bytes count. */
  private static final Set<String> POOLED =
      Set.of(
          "dev.jktcp.tcp.connection.Chunk",
          "dev.jktcp.wire.OutSegment",
          "dev.jktcp.wire.IpAddress");

  /** What the kernel's server does behind the tunnel. */
  private enum Server {
    ENDS_AFTER_CLIENT,
    ENDS_FIRST,
    NEVER_ENDS,
    FLOODS,
    REFUSES
  }

  /** How the client goes, and what it met. */
  private enum Way {
    RESETS_AT_ONCE(Server.ENDS_AFTER_CLIENT),
    SENDS_AND_RESETS(Server.ENDS_AFTER_CLIENT),
    CLOSES_AT_ONCE(Server.ENDS_AFTER_CLIENT),
    SENDS_AND_CLOSES(Server.ENDS_AFTER_CLIENT),
    CLOSES_ON_A_FLOOD(Server.FLOODS),
    RESETS_ON_A_FLOOD(Server.FLOODS),
    ENDS_AND_WAITS_FOR_EVER(Server.NEVER_ENDS),
    NEVER_ENDS(Server.ENDS_FIRST),
    SENDS_MUCH_AND_RESETS(Server.NEVER_ENDS),
    IS_REFUSED(Server.REFUSES);

    final Server server;

    Way(Server server) {
      this.server = server;
    }
  }

  private final Vertx kernelSide = Vertx.vertx();
  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS_AT_ONCE);
  private final Map<Server, Integer> ports = new EnumMap<>(Server.class);
  private final Queue<SocketChannel> lingering = new ConcurrentLinkedQueue<>();
  private final Queue<NetSocket> served = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pairs = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private KernelLab lab;

  @BeforeEach
  void open() throws Exception {
    lab =
        KernelLab.onTun(
            new AdapterOptions().setTimeWait(Duration.ofMillis(TIME_WAIT_MS)),
            (vertx, transport) -> transport);
    for (Server server : Server.values()) {
      int port =
          server == Server.REFUSES ? lab.closedKernelPort(Family.V4) : listenInKernel(server);
      ports.put(server, forward(port));
    }
  }

  @AfterEach
  void close() throws Exception {
    threads.shutdownNow();
    KernelLab.await(kernelSide.close());
    if (lab != null) lab.close();
  }

  private int forward(int kernelPort) {
    Promise<NetServer> listening = Promise.promise();
    lab.context()
        .runOnContext(
            v -> {
              Forwarder forwarder =
                  new Forwarder(
                      lab.vertx(),
                      Future.succeededFuture(new DirectAdapter(lab.adapter())),
                      new TcpConnectOptions().setHost(lab.kernel(Family.V4)).setPort(kernelPort),
                      new PairLimits(HALF_CLOSE_TIMEOUT_MS, STALL_TIMEOUT_MS),
                      new Counts());
              lab.vertx()
                  .createNetServer()
                  .connectHandler(forwarder::take)
                  .listen(0, "127.0.0.1")
                  .onComplete(listening);
            });
    return KernelLab.await(listening.future()).actualPort();
  }

  private final class Counts implements PairLog {
    @Override
    public void holds(Future<?> over, Consumer<Throwable> cut) {}

    @Override
    public void begins(TcpStream stream, Pump pump) {}

    @Override
    public void begins(Transfer client) {}

    @Override
    public void report(TcpStream stream, Throwable failure) {
      pairs.incrementAndGet();
    }

    @Override
    public void gaveWay(String who, long times) {}

    @Override
    public void complain(String who, Throwable cause) {
      refusals.incrementAndGet();
    }
  }

  @Test
  void tenThousandAbandonedForwards_leaveNothing() throws Exception {
    abandon(FORWARDS_BEFORE);
    final Heap before = Heap.now();
    abandon(FORWARDS);
    assertEquals(FORWARDS_BEFORE + FORWARDS, pairs.get() + refusals.get());
    try {
      Await.until(
          lab.vertx(), () -> lab.vertx().executeBlocking(() -> grownSince(before).isEmpty()));
    } catch (TimeoutException stillMore) {
      assertEquals(Map.of(), grownSince(before));
    }
    Heap after = Heap.now();
    assertEquals(Map.of(), grownSince(before, after));
    long more = after.bytes() - before.bytes();
    Figures.note("heap after " + FORWARDS + " abandoned forwards: " + more + " bytes more");
    assertTrue(more < SLACK_BYTES, more + " bytes more");
  }

  private static Map<String, Long> grownSince(Heap before) {
    return grownSince(before, Heap.now());
  }

  private static Map<String, Long> grownSince(Heap before, Heap after) {
    return after.grownSince(
        before,
        name ->
            name.startsWith("dev.jktcp.") && !POOLED.contains(name)
                || name.contains("Timer")
                || name.contains("Socket"),
        SLACK);
  }

  /** Returns when the adapter is idle again. */
  private void abandon(int forwards) throws Exception {
    int target = pairs.get() + refusals.get() + forwards;
    AtomicInteger next = new AtomicInteger();
    List<Callable<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS_AT_ONCE; i++) {
      clients.add(
          () -> {
            for (int n = next.getAndIncrement(); n < forwards; n = next.getAndIncrement()) {
              abandon(Way.values()[n % Way.values().length]);
            }
            return null;
          });
    }
    for (java.util.concurrent.Future<Void> client : threads.invokeAll(clients)) client.get();
    Await.until(lab.vertx(), () -> Future.succeededFuture(pairs.get() + refusals.get() == target));
    Await.until(lab.vertx(), () -> lab.adapter().stats().map(AbandonedForwardsIT::isIdle));
    for (SocketChannel client : lingering) assertTrue(isOver(client));
    lingering.clear();
    served.forEach(NetSocket::close);
    served.clear();
  }

  private static boolean isIdle(AdapterStats stats) {
    return stats.connections() == 0 && stats.timeWaits() == 0 && stats.bytesHeld() == 0;
  }

  /** The forward has let go of it: what comes is the end or a reset. */
  private static boolean isOver(SocketChannel client) throws IOException {
    try (client) {
      return client.read(ByteBuffer.allocate(1)) < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  private void abandon(Way way) throws IOException {
    SocketChannel client = SocketChannel.open();
    client.connect(new InetSocketAddress(KernelLab.literal("127.0.0.1"), ports.get(way.server)));
    try {
      switch (way) {
        case RESETS_AT_ONCE -> reset(client);
        case SENDS_AND_RESETS -> {
          client.write(ByteBuffer.allocate(1_000));
          reset(client);
        }
        case CLOSES_AT_ONCE -> client.close();
        case SENDS_AND_CLOSES -> {
          client.write(ByteBuffer.allocate(1_000));
          client.close();
        }
        case CLOSES_ON_A_FLOOD -> {
          client.read(ByteBuffer.allocate(1));
          client.close();
        }
        case RESETS_ON_A_FLOOD -> {
          client.read(ByteBuffer.allocate(1));
          reset(client);
        }
        case ENDS_AND_WAITS_FOR_EVER -> {
          client.write(ByteBuffer.allocate(100));
          client.shutdownOutput();
          lingering.add(client);
        }
        case SENDS_MUCH_AND_RESETS -> {
          client.write(ByteBuffer.allocate(100_000)); // less than the send buffer inside
          reset(client);
        }
        case NEVER_ENDS, IS_REFUSED -> lingering.add(client);
      }
    } catch (IOException resetByForward) {
      client.close();
    }
  }

  private static void reset(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  private int listenInKernel(Server behaviour) {
    NetServer server =
        kernelSide
            .createNetServer(new NetServerOptions().setAcceptBacklog(4_096))
            .connectHandler(socket -> serve(behaviour, socket));
    return KernelLab.await(server.listen(0, lab.kernel(Family.V4))).actualPort();
  }

  private void serve(Server behaviour, NetSocket socket) {
    socket.exceptionHandler(reset -> {});
    switch (behaviour) {
      case ENDS_FIRST -> socket.end();
      case NEVER_ENDS -> served.add(Pump.keepHalfOpen(socket));
      case FLOODS -> flood(socket, Buffer.buffer(new byte[64 * 1024]));
      default -> {} // A socket that nobody told otherwise closes when its client does.
    }
  }

  private static void flood(NetSocket socket, Buffer bytes) {
    socket.drainHandler(v -> flood(socket, bytes));
    while (!socket.writeQueueFull()) {
      if (socket.write(bytes).failed()) return;
    }
  }
}
