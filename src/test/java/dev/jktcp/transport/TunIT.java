package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.UdpPackets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets between this process and the Linux kernel. */
@Timeout(300)
class TunIT {
  private static final int PORT = 7_007;
  private static final int PATIENCE_MS = 60_000;

  private TunLab lab;
  private Set<String> descriptorsBefore;
  private Vertx vertx;
  private Context context;
  private TunTransport tun;
  private final Inbox inbox = new Inbox();

  @BeforeEach
  void open() throws Exception {
    lab = TunLab.orSkip();
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    descriptorsBefore = descriptors();
  }

  @AfterEach
  void close() throws Exception {
    if (vertx == null) return;
    if (tun != null) await(tun.close());
    await(vertx.close());
    lab.remove();
  }

  @Test
  void kernelDatagrams_arriveAsPackets_bothFamilies() throws Exception {
    attachUp();
    for (String peer : new String[] {lab.peerV4(), lab.peerV6()}) {
      try (DatagramSocket socket = new DatagramSocket()) {
        for (int size = 1; size <= 1400; size += 233) {
          byte[] payload = numbered(size, size);
          socket.send(new DatagramPacket(payload, size, TunLab.literal(peer), PORT));
          assertArrayEquals(payload, inbox.nextUdp());
        }
      }
    }
  }

  @Test
  void sentPackets_reachKernelSockets_bothFamilies() throws Exception {
    attachUp();
    deliver(lab.peerV4(), lab.kernelV4());
    deliver(lab.peerV6(), lab.kernelV6());
    assertEquals(0, droppedCount());
  }

  private void deliver(String from, String to) throws Exception {
    InetAddress src = TunLab.literal(from);
    InetAddress dst = TunLab.literal(to);
    try (DatagramSocket socket = new DatagramSocket(0, dst)) {
      socket.setSoTimeout(PATIENCE_MS);
      PacketBatch batch = new PacketBatchPool().acquire();
      for (int i = 0; i < 3; i++) {
        byte[] packet =
            UdpPackets.packet(src, PORT, dst, socket.getLocalPort(), numbered(i, 100 + i));
        batch.append(packet, 0, packet.length);
      }
      context.runOnContext(v -> tun.send(batch));
      for (int i = 0; i < 3; i++) {
        DatagramPacket received = new DatagramPacket(new byte[2000], 2000);
        receive(socket, received);
        assertEquals(src, received.getAddress());
        byte[] payload = new byte[received.getLength()];
        System.arraycopy(received.getData(), 0, payload, 0, payload.length);
        assertArrayEquals(numbered(i, 100 + i), payload);
      }
    }
  }

  private void receive(DatagramSocket socket, DatagramPacket into) throws Exception {
    try {
      socket.receive(into);
    } catch (SocketTimeoutException e) {
      throw new AssertionError(
          tun.counters() + ", closed " + inbox.closed + ", exists " + lab.exists(), e);
    }
  }

  @Test
  void packetsThatWaitForTheContext_comeInOrder_inFewBatches() throws Exception {
    attachUp(new TunOptions().setMaxInFlight(2));
    CountDownLatch stalled = new CountDownLatch(1);
    context.runOnContext(v -> awaitUninterruptibly(stalled));
    int packets = 400; // The kernel's queue alone holds 500.
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < packets; i++) {
        socket.send(
            new DatagramPacket(numbered(i, 1000), 1000, TunLab.literal(lab.peerV4()), PORT));
      }
    }
    stalled.countDown();
    for (int i = 0; i < packets; i++) assertArrayEquals(numbered(i, 1000), inbox.nextUdp());
    // The batches made while nobody listened may hold a packet each; those after are full ones.
    assertTrue(inbox.batches < packets / 10, inbox.batches + " batches");
  }

  @Test
  void packetOfTheLargestSize_passesBothWays() throws Exception {
    lab.persistent().ip("link", "set", lab.name(), "mtu", "65535");
    attachUp();
    assertEquals(65_535, tun.capabilities().mtu());
    InetAddress src = TunLab.literal(lab.peerV4());
    InetAddress dst = TunLab.literal(lab.kernelV4());
    byte[] payload = numbered(1, 65_535 - 28);
    try (DatagramSocket socket = new DatagramSocket(0, dst)) {
      socket.setSoTimeout(PATIENCE_MS);
      byte[] packet = UdpPackets.packet(src, PORT, dst, socket.getLocalPort(), payload);
      PacketBatch batch = new PacketBatchPool().acquire();
      batch.append(packet, 0, packet.length);
      context.runOnContext(v -> tun.send(batch));
      DatagramPacket received = new DatagramPacket(new byte[70_000], 70_000);
      socket.receive(received);
      assertEquals(payload.length, received.getLength());
      for (int i = 0; i < 3; i++) {
        socket.send(new DatagramPacket(payload, payload.length, src, PORT));
        assertArrayEquals(payload, inbox.nextUdp());
      }
    }
  }

  @Test
  void mtu_isTheDevices_unlessGiven() throws Exception {
    lab.persistent().ip("link", "set", lab.name(), "mtu", "1300");
    attach(new TunOptions());
    assertEquals(
        new TransportCapabilities("tun:" + lab.name(), 1300, 1300, false, false),
        tun.capabilities());
    await(tun.close());
    attach(new TunOptions().setMtu(1280));
    assertEquals(1280, tun.capabilities().mtu());
  }

  @Test
  void interfaceDown_packetsSentAreCountedAsDropped_andUpAgainPass() throws Exception {
    attachUp();
    lab.ip("link", "set", lab.name(), "down");
    byte[] packet =
        UdpPackets.packet(
            TunLab.literal(lab.peerV4()), 1, TunLab.literal(lab.kernelV4()), 2, new byte[9]);
    PacketBatch batch = PacketBatch.over(packet, 0);
    batch.commit(packet.length);
    context.runOnContext(v -> tun.send(batch));
    assertEquals(1, droppedCount());
    lab.ip("link", "set", lab.name(), "up");
    deliver(lab.peerV4(), lab.kernelV4());
  }

  @Test
  void deviceRemoved_endsTheTransportWithTheReason_andFreesEverything() throws Exception {
    attachUp();
    lab.ip("link", "del", lab.name());
    Throwable cause = inbox.closed.get(120, TimeUnit.SECONDS);
    assertEquals("tun:" + lab.name() + ": the device was removed", cause.getMessage());
    await(tun.close());
    assertNothingLeft();
  }

  @Test
  void close_leavesNoThreadNoDescriptorNoDevice_andIsSilent() throws Exception {
    attachUp();
    assertNotNull(readerThread());
    Future<Void> first = tun.close();
    assertEquals(first, tun.close());
    await(first);
    assertNothingLeft();
    assertFalse(inbox.closed.isDone());
    assertFalse(lab.exists());
    assertTrue(tun.open(context, inbox).failed());
  }

  @Test
  void close_whileTheReaderWaitsForTheContext_endsIt() throws Exception {
    attachUp(new TunOptions().setMaxInFlight(1));
    CountDownLatch stalled = new CountDownLatch(1);
    context.runOnContext(v -> awaitUninterruptibly(stalled));
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < 50; i++) {
        socket.send(new DatagramPacket(new byte[9], 9, TunLab.literal(lab.peerV4()), PORT));
      }
    }
    Thread reader = readerThread();
    Future<Void> closed = tun.close();
    reader.join(PATIENCE_MS);
    assertFalse(reader.isAlive());
    stalled.countDown();
    await(closed);
    assertNothingLeft();
    assertNull(inbox.udp.poll());
  }

  @Test
  void closeBeforeOpen_freesTheDevice() throws Exception {
    tun = await(TunTransport.open(vertx, lab.name()));
    assertTrue(lab.exists());
    await(tun.close());
    assertFalse(lab.exists());
    assertNothingLeft();
  }

  @Test
  void openTwice_fails() throws Exception {
    attach(new TunOptions());
    Throwable cause = tun.open(context, inbox).cause();
    assertEquals("tun:" + lab.name() + " was opened before", cause.getMessage());
  }

  @Test
  void vertxClosed_readerEndsAtTheNextPacket() throws Exception {
    Vertx other = Vertx.vertx();
    tun = await(TunTransport.open(vertx, lab.name()));
    await(tun.open(other.getOrCreateContext(), inbox));
    lab.up();
    Thread reader = readerThread();
    await(other.close());
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[9], 9, TunLab.literal(lab.peerV4()), PORT));
    }
    reader.join(PATIENCE_MS);
    assertFalse(reader.isAlive());
    await(tun.close());
    assertNothingLeft();
  }

  /** As where a command that could not start closes its Vert.x at once. */
  @Test
  void vertxClosed_whileAnotherWaitsForTheEnd_printsNothing() throws Exception {
    Vertx other = Vertx.vertx();
    Context home = other.getOrCreateContext();
    tun = awaitOn(home, () -> TunTransport.open(other, lab.name()));
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    await(tun.open(holding(home, held, closed), inbox));
    lab.up();
    Thread reader = readerThread();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    reader.setUncaughtExceptionHandler((thread, e) -> thrown.complete(e));
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[9], 9, TunLab.literal(lab.peerV4()), PORT));
    }
    held.await();
    tun.close().onComplete(end -> {});
    await(other.close());
    closed.countDown();
    reader.join(PATIENCE_MS);
    assertFalse(reader.isAlive());
    assertNull(thrown.getNow(null));
    assertNothingLeft();
    tun = null;
  }

  private static <T> T awaitOn(Context home, Supplier<Future<T>> call) throws Exception {
    CompletableFuture<Future<T>> called = new CompletableFuture<>();
    home.runOnContext(v -> called.complete(call.get()));
    return await(called.get(120, TimeUnit.SECONDS));
  }

  /** A context that holds the reader in its first hand-over until it may go on. */
  private static Context holding(Context home, CountDownLatch held, CountDownLatch mayGoOn) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("runOnContext")) {
            held.countDown();
            awaitUninterruptibly(mayGoOn);
          }
          try {
            return method.invoke(home, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(), new Class<?>[] {Context.class}, handler);
  }

  @Test
  void deviceHeldByAnother_isRefused() throws Exception {
    attach(new TunOptions());
    assertEquals(
        "tun:"
            + lab.name()
            + ": the device is in use, in this process or another; end its user or take another"
            + " name",
        refusal());
  }

  @Test
  void deviceOfAnotherKind_isRefused() throws Exception {
    lab.ip("tuntap", "add", "dev", lab.name(), "mode", "tap");
    assertEquals(
        "tun:" + lab.name() + ": the name belongs to a device of another kind; take another name",
        refusal());
    assertNothingLeft();
  }

  private String refusal() {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> await(TunTransport.open(vertx, lab.name())));
    return e.getCause().getMessage();
  }

  private void attachUp() throws Exception {
    attachUp(new TunOptions());
  }

  private void attachUp(TunOptions options) throws Exception {
    attach(options);
    lab.up();
  }

  private void attach(TunOptions options) throws Exception {
    tun = await(TunTransport.open(vertx, lab.name(), options));
    await(tun.open(context, inbox));
  }

  private long droppedCount() throws Exception {
    CompletableFuture<Long> dropped = new CompletableFuture<>();
    context.runOnContext(v -> dropped.complete(tun.counters().droppedOut()));
    return dropped.get(120, TimeUnit.SECONDS);
  }

  private Thread readerThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("jktcp-tun:" + lab.name()))
        .findAny()
        .orElse(null);
  }

  private void assertNothingLeft() throws Exception {
    Thread reader = readerThread();
    if (reader != null) {
      reader.join(PATIENCE_MS); // It frees the device as the last thing it does.
      assertFalse(reader.isAlive());
    }
    Set<String> left = descriptors();
    left.removeAll(descriptorsBefore);
    assertEquals(Set.of(), left);
  }

  /**
   * This process' of the kinds a transport has, each told from a later one of the same number: what
   * tests before this one left to the collector may go at any time.
   */
  private static Set<String> descriptors() throws IOException {
    Set<String> found = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : all) {
        try {
          String target = Files.readSymbolicLink(link).toString();
          if (!target.equals("anon_inode:[eventfd]") && !target.equals("/dev/net/tun")) continue;
          Path about = Path.of("/proc/self/fdinfo").resolve(link.getFileName());
          String which =
              Files.readAllLines(about).stream()
                  .filter(line -> line.matches("(eventfd-id|iff):.*"))
                  .collect(Collectors.joining());
          found.add(link.getFileName() + " " + target + " " + which);
        } catch (NoSuchFileException e) {
          // Gone meanwhile, or the listing's own descriptor.
        }
      }
    }
    return found;
  }

  private static byte[] numbered(int number, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) bytes[i] = (byte) (number * 31 + i);
    if (size >= 4) ByteBuffer.wrap(bytes).putInt(number);
    return bytes;
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  /** Keeps the payloads of our datagrams; the kernel sends packets of its own accord as well. */
  private static final class Inbox implements PacketTransport.Receiver {
    final BlockingQueue<byte[]> udp = new LinkedBlockingQueue<>();
    final CompletableFuture<Throwable> closed = new CompletableFuture<>();
    volatile int batches;

    @Override
    public void onBatch(PacketBatch batch) {
      int wanted = 0;
      for (int i = 0; i < batch.count(); i++) {
        int payload = UdpPackets.payloadOffset(batch.bytes(), batch.offset(i));
        if (payload < 0) continue;
        int port = ByteBuffer.wrap(batch.bytes()).getShort(payload - 6) & 0xffff;
        if (port != PORT) continue;
        byte[] copy = new byte[batch.offset(i) + batch.length(i) - payload];
        System.arraycopy(batch.bytes(), payload, copy, 0, copy.length);
        udp.add(copy);
        wanted++;
      }
      if (wanted > 0) batches++;
      batch.release();
    }

    byte[] nextUdp() throws InterruptedException {
      byte[] next = udp.poll(120, TimeUnit.SECONDS);
      assertNotNull(next, "no datagram arrived");
      return next;
    }

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(Throwable cause) {
      assertFalse(closed.isDone(), "closed twice");
      closed.complete(cause);
    }
  }
}
