package dev.jktcp.proof.interop;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.testkit.ClosedPort;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import dev.jktcp.transport.StreamTransportOptions;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * An adapter of ours and the Linux kernel's TCP on one link, a listener on each side, and
 * connections between them.
 */
public final class KernelLab {
  /** Where our side listens. */
  static final int OUR_PORT = 7_000;

  private static final int LIMIT_S = 280;

  private final TunLab tun;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "kernel-side");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<Family, ServerSocketChannel> kernelServers = new EnumMap<>(Family.class);
  private final Meeting<TcpStream> accepted = new Meeting<>();
  private final Meeting<SocketChannel> acceptedByKernel = new Meeting<>();
  private final AtomicInteger links = new AtomicInteger();
  private final List<AutoCloseable> closing = new ArrayList<>();
  private Adapter adapter;
  private Context users = context; // of our ends
  private AdapterHandle handle; // null: they are the adapter's
  private TcpServer listening;

  private KernelLab() {
    tun = TunLab.orSkip();
  }

  /** Our adapter on a TUN device, behind what the function wraps around it. */
  public static KernelLab onTun(
      AdapterOptions options, BiFunction<Vertx, PacketTransport, PacketTransport> around)
      throws Exception {
    return set(new KernelLab(), lab -> lab.start(around.apply(lab.vertx, lab.openTun()), options));
  }

  static KernelLab onTun() throws Exception {
    return onTun(new AdapterOptions(), (vertx, tun) -> tun);
  }

  /** Our adapter on a TUN device of that MTU. */
  static KernelLab onTun(int mtu, AdapterOptions options) throws Exception {
    return set(
        new KernelLab(),
        lab -> {
          lab.tun.persistent().ip("link", "set", lab.tun.name(), "mtu", "" + mtu);
          lab.start(lab.openTun(), options);
        });
  }

  /** Our adapter on a Unix socket, whose other end is bridged to a TUN device. */
  static KernelLab onUnixSocket() throws Exception {
    return set(new KernelLab(), KernelLab::startOnUnixSocket);
  }

  private interface Start {
    void start(KernelLab lab) throws Exception;
  }

  private static KernelLab set(KernelLab lab, Start start) throws Exception {
    try {
      start.start(lab);
      return lab;
    } catch (Exception | Error e) {
      lab.close();
      throw e;
    }
  }

  private TunTransport openTun() {
    return await(TunTransport.open(vertx, tun.name()));
  }

  private void startOnUnixSocket() throws Exception {
    Path directory = Files.createTempDirectory("jktcp");
    Path path = directory.resolve("packets");
    closing.add(() -> Files.deleteIfExists(directory));
    SocketAddress address = SocketAddress.domainSocketAddress(path.toString());
    // Room for the windows of the test's connections: this link cannot hold the kernel up.
    SocketTransportOptions options =
        new SocketTransportOptions()
            .setStream(new StreamTransportOptions().setMtu(1500).setMaxOutstandingBytes(4 << 20));
    SocketTransport listening = SocketTransport.listen(vertx, address, options);
    Context wire = ownContext();
    PacketBridge bridge = new PacketBridge(wire, listening, openTun());
    closing.add(() -> await(bridge.close()));
    Promise<Void> bridged = Promise.promise();
    wire.runOnContext(v -> bridge.open().onComplete(bridged));
    await(listening.bound());
    start(SocketTransport.connect(vertx, address, options), new AdapterOptions());
    await(bridged.future());
  }

  private Context ownContext() {
    Promise<Context> made = Promise.promise();
    threads.execute(() -> made.complete(vertx.getOrCreateContext()));
    return await(made.future());
  }

  private void start(PacketTransport transport, AdapterOptions options) throws Exception {
    tun.up();
    options.addLocalAddress(tun.peerV4()).addLocalAddress(tun.peerV6());
    options.addPeerAddress(tun.kernelV4()).addPeerAddress(tun.kernelV6());
    Promise<Adapter> made = Promise.promise();
    context.runOnContext(v -> made.complete(Adapter.create(vertx, transport, options)));
    adapter = await(made.future());
    await(adapter.opened());
    listening = await(adapter.listen(OUR_PORT, this::onAccepted));
    for (Family family : Family.values()) listenInKernel(family);
  }

  /** From now on our ends are those of a handle, on a context of its own. */
  KernelLab throughHandle() {
    await(listening.close());
    users = ownContext();
    Promise<AdapterHandle> got = Promise.promise();
    users.runOnContext(v -> adapter.toHandle().onComplete(got));
    handle = await(got.future());
    Promise<TcpServer> listens = Promise.promise();
    users.runOnContext(v -> handle.listen(OUR_PORT, this::onAccepted).onComplete(listens));
    listening = await(listens.future());
    return this;
  }

  /** Connects with the adapter, or with the handle. */
  Future<TcpStream> dial(TcpConnectOptions options) {
    return handle == null ? adapter.connect(options) : handle.connect(options).map(made -> made);
  }

  private void onAccepted(TcpStream stream) {
    Family family = stream.remoteAddress().host().contains(":") ? Family.V6 : Family.V4;
    accepted.bring(key(family, stream.remoteAddress().port()), stream);
  }

  private void listenInKernel(Family family) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    closing.add(server);
    server.bind(new InetSocketAddress(literal(kernel(family)), 0), 512);
    kernelServers.put(family, server);
    KernelEnd.onThread(threads, () -> acceptUntilClosed(family, server));
  }

  private Void acceptUntilClosed(Family family, ServerSocketChannel server) throws IOException {
    while (true) {
      SocketChannel channel = server.accept();
      acceptedByKernel.bring(key(family, channel.socket().getPort()), channel);
    }
  }

  private static String key(Family family, int clientPort) {
    return family + " " + clientPort;
  }

  public Adapter adapter() {
    return adapter;
  }

  public Vertx vertx() {
    return vertx;
  }

  /** The adapter's. */
  public Context context() {
    return context;
  }

  /** The kernel's address on the link. */
  public String kernel(Family family) {
    return family == Family.V4 ? tun.kernelV4() : tun.kernelV6();
  }

  /** Our address on the link. */
  String peer(Family family) {
    return family == Family.V4 ? tun.peerV4() : tun.peerV6();
  }

  public static InetAddress literal(String address) throws IOException {
    return InetAddress.getByName(address);
  }

  /** A port of the kernel's on which nobody listens while the lab is open. */
  public int closedKernelPort(Family family) throws IOException {
    ClosedPort closed = new ClosedPort(kernel(family));
    closing.add(closed);
    return closed.number();
  }

  Future<Link> connect(Family family, Role ourRole) {
    return connect(family, ourRole, new TcpConnectOptions());
  }

  /**
   * @param options the profile, if we are the client
   */
  Future<Link> connect(Family family, Role ourRole, TcpConnectOptions options) {
    return ourRole == Role.CLIENT ? connectOut(family, options) : connectIn(family);
  }

  private Future<Link> connectOut(Family family, TcpConnectOptions options) {
    int port = kernelServers.get(family).socket().getLocalPort();
    return dial(new TcpConnectOptions(options).setHost(kernel(family)).setPort(port))
        .compose(
            stream ->
                acceptedByKernel
                    .take(key(family, stream.localAddress().port()))
                    .map(channel -> link(stream, channel)));
  }

  private Future<Link> connectIn(Family family) {
    return KernelEnd.onThread(threads, () -> connectFromKernel(family))
        .compose(
            channel ->
                accepted
                    .take(key(family, channel.socket().getLocalPort()))
                    .map(stream -> link(stream, channel)));
  }

  private SocketChannel connectFromKernel(Family family) throws IOException {
    return SocketChannel.open(new InetSocketAddress(literal(peer(family)), OUR_PORT));
  }

  private Link link(TcpStream stream, SocketChannel channel) {
    int number = links.incrementAndGet();
    Pattern forth = new Pattern(2 * number);
    Pattern back = new Pattern(2 * number + 1);
    return new Link(
        new StackEnd(users, stream, forth, back), new KernelEnd(threads, channel, back, forth));
  }

  /** Waits until the adapter holds no connection but those in TIME-WAIT, and not a byte. */
  public void awaitIdle() {
    Promise<Void> idle = Promise.promise();
    look(idle);
    await(idle.future());
  }

  private void look(Promise<Void> idle) {
    adapter
        .stats()
        .onFailure(idle::fail)
        .onSuccess(
            stats -> {
              if (stats.connections() == 0 && stats.bytesHeld() == 0) idle.complete();
              else vertx.setTimer(2, timer -> look(idle));
            });
  }

  public AdapterStats stats() {
    return await(adapter.stats());
  }

  /** The result; an AssertionError for a failure, so that a test shows what is behind it. */
  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("nothing after " + LIMIT_S + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  static Throwable awaitFailure(Future<?> future) {
    return await(future.map((Throwable) new AssertionError("did not fail")).otherwise(e -> e));
  }

  /** Whatever the test left. */
  public void close() throws Exception {
    try {
      if (adapter != null) await(adapter.close());
      for (AutoCloseable each : closing) each.close();
    } finally {
      threads.shutdownNow();
      await(vertx.close());
      tun.remove();
    }
  }
}
