package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.ClosedPort;
import dev.jktcp.testkit.Logged;
import dev.jktcp.testkit.OnContext;
import dev.jktcp.testkit.RecordingReceiver;
import dev.jktcp.testkit.TestPackets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transports over real TCP and Unix sockets: opening, refusals, endings. */
@Timeout(300)
class SocketTransportIT {
  private static final int ATTEMPTS = 20;
  private static final int STORMS = 100;
  private static final long CLOSE_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final SocketAddress ANY_PORT = SocketAddress.inetSocketAddress(0, "127.0.0.1");

  @TempDir Path dir;
  private Vertx vertx;
  private final PacketBatchPool pool = new PacketBatchPool();
  private Context near;
  private Context far;
  private RecordingReceiver atNear;
  private RecordingReceiver atFar;
  private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    near = ((VertxInternal) vertx).createEventLoopContext();
    far = ((VertxInternal) vertx).createEventLoopContext();
    atNear = new RecordingReceiver(near);
    atFar = new RecordingReceiver(far);
    atNear.onChange = () -> changes.add("near");
    atFar.onChange = () -> changes.add("far");
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
    assertEquals(List.of(), atNear.faults);
    assertEquals(List.of(), atFar.faults);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  private static String failure(Future<?> future) {
    return assertThrows(ExecutionException.class, () -> await(future)).getCause().getMessage();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits for a receiver to be told something until the condition holds. */
  private void until(Condition condition) throws Exception {
    while (!condition.holds()) {
      changes.poll(10, TimeUnit.MILLISECONDS);
    }
  }

  private Future<Void> open(PacketTransport t, Context on, RecordingReceiver r) throws Exception {
    return OnContext.call(on, () -> t.open(on, r));
  }

  private void send(PacketTransport t, Context on, byte[]... packets) throws Exception {
    OnContext.run(on, () -> t.send(TestPackets.batch(pool, packets)));
  }

  private SocketAddress path(String name) {
    return SocketAddress.domainSocketAddress(dir.resolve(name).toString());
  }

  private static SocketTransportOptions options() {
    return new SocketTransportOptions();
  }

  @Test
  void packetsPassBothWays_overTcp() throws Exception {
    SocketTransport server = SocketTransport.listen(vertx, ANY_PORT, options());
    Future<Void> accepted = open(server, far, atFar);
    SocketTransport client = SocketTransport.connect(vertx, await(server.bound()), options());
    await(open(client, near, atNear));
    await(accepted);
    exchange(client, server);
    await(client.close());
    until(() -> !atFar.closed.isEmpty());
    assertEquals("clean", atFar.onlyCause());
    await(server.close());
  }

  @Test
  void packetsPassBothWays_overAUnixSocket_whosePathIsGoneAfterTheConnection() throws Exception {
    SocketTransport server = SocketTransport.listen(vertx, path("a"), options());
    Future<Void> accepted = open(server, far, atFar);
    await(server.bound());
    assertTrue(Files.exists(dir.resolve("a")));
    SocketTransport client = SocketTransport.connect(vertx, path("a"), options());
    await(open(client, near, atNear));
    await(accepted);
    exchange(client, server);
    until(() -> !Files.exists(dir.resolve("a")));
    await(server.close());
    until(() -> !atNear.closed.isEmpty());
    assertEquals("clean", atNear.onlyCause());
  }

  @Test
  void garbageIsCollected_beforeTheTransportIsOpened_itConnects() throws Exception {
    try (RawPeer peer = new RawPeer()) {
      SocketTransport client = SocketTransport.connect(vertx, peer.address, options());
      WeakReference<Object> garbage = new WeakReference<>(new Object());
      while (garbage.get() != null) System.gc();
      await(open(client, near, atNear));
      peer.accept();
      await(client.close());
    }
  }

  private void exchange(PacketTransport client, PacketTransport server) throws Exception {
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      byte[] packet = i % 2 == 0 ? TestPackets.v4(20 + i, i) : TestPackets.v6(40 + i, i);
      sent.add(packet);
      until(() -> !OnContext.call(near, client::isFull));
      send(client, near, packet);
      until(() -> !OnContext.call(far, server::isFull));
      send(server, far, packet);
    }
    until(() -> atNear.packets.size() == sent.size() && atFar.packets.size() == sent.size());
    for (int i = 0; i < sent.size(); i++) {
      assertArrayEquals(sent.get(i), atNear.packets.get(i));
      assertArrayEquals(sent.get(i), atFar.packets.get(i));
    }
    assertEquals(3000, OnContext.call(near, client::counters).packetsIn());
    assertEquals(0, OnContext.call(near, client::counters).droppedOut());
  }

  @Test
  void openedFromANeighbourOnTheSameEventLoop_theReceiverIsStillCalledOnItsContext()
      throws Exception {
    Context neighbour =
        ((VertxInternal) vertx)
            .contextBuilder()
            .withEventLoop(((ContextInternal) near).nettyEventLoop())
            .build();
    try (RawPeer peer = new RawPeer()) {
      SocketTransport client = SocketTransport.connect(vertx, peer.address, options());
      await(OnContext.call(neighbour, () -> client.open(near, atNear)));
      peer.accept();
      peer.channel.write(ByteBuffer.wrap(TestPackets.v6(77, 1)));
      until(() -> atNear.packets.size() == 1);
      send(client, neighbour, TestPackets.v6(60, 2));
      ByteBuffer got = ByteBuffer.allocate(60);
      while (got.hasRemaining()) assertTrue(peer.channel.read(got) > 0);
      assertArrayEquals(TestPackets.v6(60, 2), got.array());
      await(client.close());
    }
  }

  @Test
  void listener_takesOneConnection_andRefusesTheNext() throws Exception {
    SocketTransport server = SocketTransport.listen(vertx, ANY_PORT, options());
    Future<Void> accepted = open(server, far, atFar);
    SocketAddress address = await(server.bound());
    try (SocketChannel first = tcp(address)) {
      await(accepted);
      assertTrue(first.isConnected());
      until(() -> refused(address));
    }
    until(() -> !atFar.closed.isEmpty());
  }

  /** Clients that come while the listener takes the first, or just behind it. */
  @Test
  void stormOfClients_leavesNothingInTheLog() throws Exception {
    try (Logged log = new Logged();
        Storm storm = new Storm(dir.resolve("storm"))) {
      for (int i = 0; i < STORMS; i++) {
        SocketTransport server = SocketTransport.listen(vertx, path("storm"), options());
        await(open(server, far, new RecordingReceiver(far)));
        storm.awaitAnotherTry();
        await(server.close());
      }
      log.assertNothing();
    }
  }

  /** Connects to a path again and again, from two threads. */
  private static final class Storm implements AutoCloseable {
    private final UnixDomainSocketAddress address;
    private final AtomicLong tries = new AtomicLong();
    private final List<Thread> threads = List.of(new Thread(this::run), new Thread(this::run));
    private volatile boolean over;

    Storm(Path path) {
      address = UnixDomainSocketAddress.of(path);
      threads.forEach(Thread::start);
    }

    private void run() {
      while (!over) {
        try (SocketChannel client = SocketChannel.open(address)) {
          client.configureBlocking(false);
        } catch (IOException nobodyListens) {
          Thread.yield();
        }
        tries.incrementAndGet();
      }
    }

    void awaitAnotherTry() {
      long then = tries.get();
      while (tries.get() < then + 2) Thread.onSpinWait();
    }

    @Override
    public void close() {
      over = true;
    }
  }

  private static SocketChannel tcp(SocketAddress address) throws IOException {
    return SocketChannel.open(new InetSocketAddress(address.host(), address.port()));
  }

  /** The listener closes a moment after it accepted; a connection in between ends at once. */
  private static boolean refused(SocketAddress address) {
    try (SocketChannel second = tcp(address)) {
      second.read(ByteBuffer.allocate(1));
      return false;
    } catch (ConnectException refusedNow) {
      return true;
    } catch (IOException endedAtOnce) {
      return false;
    }
  }

  @Test
  void everyConnection_becomesATransport_thatMayBeOpenedElsewhere() throws Exception {
    BlockingQueue<PacketTransport> served = new LinkedBlockingQueue<>();
    NetServer server = await(SocketTransport.serve(vertx, path("s"), options(), served::add));
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(dir.resolve("s"));
    try (SocketChannel a = SocketChannel.open(address);
        SocketChannel b = SocketChannel.open(address)) {
      a.write(ByteBuffer.wrap(TestPackets.v4(40, 1)));
      b.write(ByteBuffer.wrap(TestPackets.v4(41, 1)));
      PacketTransport first = served.poll(120, TimeUnit.SECONDS);
      PacketTransport second = served.poll(120, TimeUnit.SECONDS);
      await(open(first, far, atFar));
      await(open(second, near, atNear));
      until(() -> atFar.packets.size() == 1 && atNear.packets.size() == 1);
      assertEquals(81, atFar.packets.get(0).length + atNear.packets.get(0).length);
      await(server.close());
      until(() -> atFar.closed.size() == 1 && atNear.closed.size() == 1);
    }
    assertFalse(Files.exists(dir.resolve("s")));
  }

  @Test
  void peerThatIsNotThere_isNamedInOneLine() throws Exception {
    String gone =
        failure(open(SocketTransport.connect(vertx, path("no"), options()), near, atNear));
    assertTrue(gone.startsWith("cannot connect to unix:" + dir.resolve("no") + ": "), gone);
    try (ClosedPort closed = new ClosedPort("127.0.0.1")) {
      SocketAddress there = SocketAddress.inetSocketAddress(closed.number(), "127.0.0.1");
      String refused =
          failure(open(SocketTransport.connect(vertx, there, options()), near, atNear));
      assertTrue(refused.startsWith("cannot connect to tcp:" + there + ": Connection refused"));
    }
  }

  @Test
  void addressInUse_failsTheOpening() throws Exception {
    Files.createFile(dir.resolve("taken"));
    SocketTransport server = SocketTransport.listen(vertx, path("taken"), options());
    String message = failure(open(server, far, atFar));
    assertEquals(
        "cannot listen on unix:"
            + dir.resolve("taken")
            + ": Address already in use; the file there is not a socket: choose another path",
        message);
    assertEquals(message, failure(server.bound()));
    assertTrue(Files.exists(dir.resolve("taken")), "not ours to remove");
  }

  /** Such as a document, which the reader of the line must not delete. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pathOfAnotherKind_isNotNamedAsLeftOver(boolean directory) throws Exception {
    Path other = dir.resolve("other");
    if (directory) {
      Files.createDirectory(other);
    } else {
      Files.createFile(other);
    }
    assertEquals(
        "cannot connect to unix:"
            + other
            + ": Connection refused: "
            + other
            + "; the file there is not a socket: choose another path",
        failure(open(SocketTransport.connect(vertx, path("other"), options()), near, atNear)));
  }

  /** What kill -9 leaves. */
  @Test
  void pathThatNobodyListensOn_isNamedAsLeftOver_toBothSides() throws Exception {
    Path left = dir.resolve("left");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(left))
        .close();
    assertTrue(Files.exists(left));
    assertEquals(
        "cannot listen on unix:"
            + left
            + ": Address already in use; if no process listens there, one that was killed left the"
            + " file: remove it",
        failure(open(SocketTransport.listen(vertx, path("left"), options()), far, atFar)));
    assertEquals(
        "cannot connect to unix:"
            + left
            + ": Connection refused: "
            + left
            + "; no process listens there, one that was killed left the file: remove it",
        failure(open(SocketTransport.connect(vertx, path("left"), options()), near, atNear)));
  }

  @Test
  void closeWhileListening_failsTheOpening_andRemovesThePath() throws Exception {
    SocketTransport server = SocketTransport.listen(vertx, path("b"), options());
    Future<Void> accepted = open(server, far, atFar);
    await(server.bound());
    await(server.close());
    assertEquals("unix-listen:" + dir.resolve("b") + " was closed", failure(accepted));
    assertFalse(Files.exists(dir.resolve("b")));
    assertEquals(List.of(), atFar.closed);
  }

  @Test
  void garbageFromThePeer_losesTheFraming_andClosesTheSocket() throws Exception {
    try (RawPeer peer = new RawPeer()) {
      SocketTransport client = SocketTransport.connect(vertx, peer.address, options());
      await(open(client, near, atNear));
      peer.accept();
      peer.channel.write(ByteBuffer.wrap(TestPackets.v6(77, 1)));
      peer.channel.write(ByteBuffer.wrap("SSH-2.0-x\r\n".getBytes("US-ASCII")));
      until(() -> !atNear.closed.isEmpty());
      assertEquals(
          "framing lost at byte 77: a packet begins with IP version 4 or 6, not 5",
          atNear.onlyCause());
      assertEquals(-1, peer.channel.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void peerThatEndsInMidPacket_isTold() throws Exception {
    try (RawPeer peer = new RawPeer()) {
      SocketTransport client = SocketTransport.connect(vertx, peer.address, options());
      await(open(client, near, atNear));
      peer.accept();
      peer.channel.write(ByteBuffer.wrap(TestPackets.v4(300, 1), 0, 299));
      peer.channel.close();
      until(() -> !atNear.closed.isEmpty());
      assertEquals("transport ended in the middle of a packet", atNear.onlyCause());
    }
  }

  @Test
  void peerThatStopsReading_fillsTheTransport_andCloseDoesNotWaitForIt() throws Exception {
    try (RawPeer peer = new RawPeer()) {
      SocketTransportOptions options = options();
      options
          .getStream()
          .setMaxOutstandingBytes(128 * 1024)
          .setCloseTimeout(Duration.ofMillis(100));
      SocketTransport client = SocketTransport.connect(vertx, peer.address, options);
      await(open(client, near, atNear));
      peer.accept();
      byte[][] packets = new byte[40][];
      Arrays.setAll(packets, i -> TestPackets.v4(1400, i));
      int batches = 0;
      // The kernel's two buffers take some megabytes before the transport is full for good.
      int idleRounds = 0;
      while (idleRounds < 20) {
        if (OnContext.call(near, client::isFull)) {
          changes.poll(10, TimeUnit.MILLISECONDS);
          idleRounds++;
        } else {
          send(client, near, packets);
          batches++;
          idleRounds = 0;
        }
      }
      assertTrue(batches < 2000, "an unbounded queue: " + batches);
      await(client.close());
    }
  }

  /** It may have packets of its own under way: they must not cost it what it has not read yet. */
  @Test
  void closed_waitsForThePeersEnd_whichMaySendMeanwhile() throws Exception {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (peerSendsBeforeItEnds()) return;
    }
    throw new AssertionError("closed before the peer was, " + ATTEMPTS + " times");
  }

  /** False if it took longer than a closed transport waits: then nothing was seen. */
  private boolean peerSendsBeforeItEnds() throws Exception {
    try (RawPeer peer = new RawPeer()) {
      SocketTransport client = SocketTransport.connect(vertx, peer.address, options());
      await(open(client, near, atNear));
      peer.accept();
      byte[] last = TestPackets.v4(40, 1);
      send(client, near, last);
      long before = System.nanoTime();
      Future<Void> closed = client.close();
      ByteBuffer read = ByteBuffer.allocate(100);
      while (peer.channel.read(read) >= 0) {}
      assertArrayEquals(last, Arrays.copyOf(read.array(), read.position()));
      try {
        for (int i = 0; i < 3000; i++) peer.channel.write(ByteBuffer.wrap(TestPackets.v4(40, i)));
        assertFalse(closed.isComplete());
      } catch (IOException | AssertionError e) {
        if (System.nanoTime() - before < CLOSE_PATIENCE_NS) throw e;
        return false;
      }
      peer.channel.close();
      await(closed);
      return true;
    }
  }

  /** Vert.x writes what a read handler wrote in one system call; each event here is one call. */
  @Test
  void unmergedPackets_leaveInOneSystemCallEach_evenFromAReadHandler_evenBackedUp()
      throws Exception {
    List<Long> merged = writeSizes(true);
    assertTrue(merged.stream().anyMatch(size -> size > 1400), "the control merges: " + merged);
    List<Long> apart = writeSizes(false);
    assertEquals(List.of(), apart.stream().filter(size -> size > 1400).toList());
    assertTrue(apart.stream().filter(size -> size == 1400).count() > 1000, "" + apart.size());
  }

  /** The bytes of each write(2) of a transport whose peer first stalls, then reads all. */
  private List<Long> writeSizes(boolean mayMerge) throws Exception {
    int batches = 120;
    Path file = dir.resolve("writes-" + mayMerge + ".jfr");
    int peerPort;
    try (Recording recording = new Recording();
        RawPeer peer = new RawPeer()) {
      recording.enable("jdk.SocketWrite").withoutThreshold();
      recording.start();
      SocketTransportOptions options = options();
      options.getStream().setMayMerge(mayMerge).setMaxOutstandingBytes(64 << 20);
      RecordingReceiver answering = new RecordingReceiver(near);
      SocketTransport client = SocketTransport.connect(vertx, peer.address, options);
      byte[][] packets = new byte[40][];
      for (int i = 0; i < packets.length; i++) packets[i] = TestPackets.v4(1400, i);
      answering.onChange =
          () -> {
            // Inside the socket's read handler.
            for (int i = 0; i < batches; i++) client.send(TestPackets.batch(pool, packets));
          };
      await(open(client, near, answering));
      peer.accept();
      peerPort = peer.address.port();
      peer.channel.write(ByteBuffer.wrap(TestPackets.v4(20, 0)));
      byte[] expected = TestPackets.concat(List.of(packets));
      ByteBuffer got = ByteBuffer.allocate(expected.length);
      for (int i = 0; i < batches; i++) {
        got.clear();
        while (got.hasRemaining()) assertTrue(peer.channel.read(got) > 0);
        assertArrayEquals(expected, got.array());
      }
      answering.onChange = () -> {};
      await(client.close());
      recording.stop();
      recording.dump(file);
    }
    List<Long> sizes = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().equals("jdk.SocketWrite")
          && event.getInt("port") == peerPort) {
        sizes.add(event.getLong("bytesWritten"));
      }
    }
    assertFalse(sizes.isEmpty(), "no system call was recorded");
    return sizes;
  }

  /** A kernel socket without any of our code. */
  private static final class RawPeer implements AutoCloseable {
    final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
    final SocketAddress address;
    SocketChannel channel;

    RawPeer() throws IOException {
      // Small, so that a sender of megabytes backs up.
      listener.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
      listener.bind(new InetSocketAddress("127.0.0.1", 0));
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      address = SocketAddress.inetSocketAddress(port, "127.0.0.1");
    }

    void accept() throws IOException {
      channel = listener.accept();
    }

    @Override
    public void close() throws IOException {
      if (channel != null) channel.close();
      listener.close();
    }
  }
}
