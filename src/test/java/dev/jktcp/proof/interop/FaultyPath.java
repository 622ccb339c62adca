package dev.jktcp.proof.interop;

import static dev.jktcp.proof.interop.KernelLab.await;
import static dev.jktcp.proof.interop.KernelLab.literal;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.CapturingTransport;
import dev.jktcp.transport.FaultCounts;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * A faulty link between two ends, and one bulk transfer over it. One end is the kernel's, in a
 * namespace; the other is an adapter of ours, or the kernel's in a second namespace.
 */
final class FaultyPath implements AutoCloseable {
  /** Which way the data goes, and between which ends. */
  enum Way {
    TO_KERNEL,
    FROM_KERNEL,
    KERNEL_TO_KERNEL
  }

  private static final int OUR_PORT = 7_000;
  private static final int OUR_LAST_BYTE = 2;

  private final Vertx vertx;
  private final ExecutorService threads;
  private final Family family;
  private final FaultSpec spec;
  private final String congestion;
  private final String[] settings;
  private final Context context;
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final TunLab tun;
  private Namespace kernel;
  private FaultyTransport faulty;
  private long skipMs;

  /**
   * @param congestion control of the kernel's ends
   * @param settings of them, as {@code sysctl} reads them
   */
  FaultyPath(
      Vertx vertx,
      ExecutorService threads,
      Family family,
      FaultSpec spec,
      String congestion,
      String... settings) {
    this.vertx = vertx;
    this.threads = threads;
    this.family = family;
    this.spec = spec;
    this.congestion = congestion;
    this.settings = settings;
    context = onThread(vertx::getOrCreateContext);
    tun = TunLab.orSkip();
    closing.push(tun::remove);
  }

  private <T> T onThread(KernelEnd.Call<T> call) {
    return await(KernelEnd.onThread(threads, call));
  }

  /** What comes by then does not count, if both ends are the kernel's. */
  FaultyPath skip(long ms) {
    skipMs = ms;
    return this;
  }

  /** The transfer, from the making of the link on. */
  Bulk run(Way way, long bytes) throws Exception {
    TunTransport device = await(TunTransport.open(vertx, tun.name()));
    kernel = Namespace.of(tun);
    closing.push(kernel);
    kernel.take(tun.kernelV4(), tun.kernelV6(), congestion, settings);
    faulty = new FaultyTransport(device, spec, Clock.of(vertx));
    return switch (way) {
      case TO_KERNEL -> toKernel(bytes);
      case FROM_KERNEL -> fromKernel(bytes);
      case KERNEL_TO_KERNEL -> kernelToKernel(bytes);
    };
  }

  // --- an end of ours

  private CapturingTransport capturing;

  private Adapter adapter() {
    capturing = new CapturingTransport(faulty);
    AdapterOptions options =
        new AdapterOptions()
            .setProfile(TcpProfile.INTERNET)
            .addLocalAddress(tun.peerV4())
            .addLocalAddress(tun.peerV6());
    Adapter adapter = onContext(() -> Adapter.create(vertx, capturing, options));
    closing.push(() -> await(adapter.close()));
    await(adapter.opened());
    return adapter;
  }

  private SeenOnWire look() {
    SeenOnWire seen = new SeenOnWire(OUR_LAST_BYTE);
    return onContext(
        () -> {
          capturing.capture(seen);
          return seen;
        });
  }

  private Bulk toKernel(long bytes) throws Exception {
    Adapter adapter = adapter();
    SeenOnWire seen = look();
    ServerSocketChannel server = listen(kernel, kernelAddress());
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    Future<TcpStream> connecting = adapter.connect(kernelAddress(), port);
    SocketChannel channel = onThread(server::accept);
    closing.push(channel);
    Pattern data = new Pattern(5);
    Pattern nothing = new Pattern(0);
    StackEnd ours = new StackEnd(context, await(connecting), data, nothing);
    KernelEnd kernels = new KernelEnd(threads, channel, nothing, data);
    double rate = timed(bytes, () -> ours.send(bytes), kernels.received(bytes));
    TcpInfo info = await(ours.stream().info());
    SocketFacts facts = kernel.socket();
    ours.stream().end();
    await(kernels.ended(bytes));
    kernels.shutdownOutput();
    await(ours.ended(0));
    await(ours.closed());
    return new Bulk(rate, counts(FaultyTransport::outbound), facts, info, seen);
  }

  private Bulk fromKernel(long bytes) throws Exception {
    Adapter adapter = adapter();
    SeenOnWire seen = look();
    Promise<TcpStream> accepted = Promise.promise();
    await(adapter.listen(OUR_PORT, accepted::complete));
    SocketChannel channel = connect(kernel, peerAddress(), OUR_PORT);
    Pattern data = new Pattern(5);
    Pattern nothing = new Pattern(0);
    StackEnd ours = new StackEnd(context, await(accepted.future()), nothing, data);
    KernelEnd kernels = new KernelEnd(threads, channel, data, nothing);
    double rate = timed(bytes, () -> kernels.send(bytes), ours.received(bytes));
    TcpInfo info = await(ours.stream().info());
    SocketFacts facts = kernel.socket();
    kernels.shutdownOutput();
    await(ours.ended(bytes));
    ours.stream().end();
    await(kernels.ended(0));
    await(ours.closed());
    return new Bulk(rate, counts(FaultyTransport::inbound), facts, info, seen);
  }

  // --- both ends the kernel's

  private Bulk kernelToKernel(long bytes) throws Exception {
    TunLab otherTun = TunLab.orSkip();
    closing.push(otherTun::remove);
    TunTransport otherDevice = await(TunTransport.open(vertx, otherTun.name()));
    Namespace other = Namespace.of(otherTun);
    closing.push(other);
    other.take(tun.peerV4(), tun.peerV6(), congestion, settings);
    PacketBridge bridge = new PacketBridge(context, faulty, otherDevice);
    closing.push(() -> await(bridge.close()));
    await(onContext(bridge::open));

    ServerSocketChannel server = listen(kernel, kernelAddress());
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    SocketChannel from = connect(other, kernelAddress(), port);
    SocketChannel to = onThread(server::accept);
    closing.push(to);
    Pattern data = new Pattern(5);
    Pattern nothing = new Pattern(0);
    KernelEnd sender = new KernelEnd(threads, from, data, nothing);
    KernelEnd receiver = new KernelEnd(threads, to, nothing, data);
    double rate = fromThenOn(receiver, bytes, sender.send(bytes), receiver.received(bytes));
    SocketFacts facts = other.socket();
    sender.shutdownOutput();
    await(receiver.ended(bytes));
    return new Bulk(rate, counts(FaultyTransport::outbound), facts, null, null);
  }

  // --- common

  private interface Sending {
    Future<Void> begin();
  }

  private static double timed(long bytes, Sending sending, Future<Void> received) {
    long startNs = System.nanoTime();
    Future<Void> sent = sending.begin();
    await(received);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    await(sent);
    return bytes / seconds;
  }

  /** Without the first time, in which a slow start may carry more than all that follows. */
  private double fromThenOn(
      KernelEnd receiver, long bytes, Future<Void> sent, Future<Void> received) {
    Promise<Long> begun = Promise.promise();
    vertx.setTimer(Math.max(1, skipMs), timer -> begun.complete(receiver.soFar()));
    long before = await(begun.future());
    long startNs = System.nanoTime();
    await(received);
    double seconds = (System.nanoTime() - startNs) / 1e9;
    await(sent);
    return (bytes - before) / seconds;
  }

  private ServerSocketChannel listen(Namespace in, String address) throws IOException {
    ServerSocketChannel server = in.within(ServerSocketChannel::open);
    closing.push(server);
    return server.bind(new InetSocketAddress(literal(address), 0));
  }

  private SocketChannel connect(Namespace in, String address, int port) throws IOException {
    SocketChannel channel = in.within(SocketChannel::open);
    closing.push(channel);
    onThread(() -> channel.connect(new InetSocketAddress(literal(address), port)));
    return channel;
  }

  private String kernelAddress() {
    return family == Family.V4 ? tun.kernelV4() : tun.kernelV6();
  }

  private String peerAddress() {
    return family == Family.V4 ? tun.peerV4() : tun.peerV6();
  }

  private FaultCounts counts(Function<FaultyTransport, FaultCounts> direction) {
    return onContext(() -> direction.apply(faulty));
  }

  private interface Made<T> {
    T make();
  }

  private <T> T onContext(Made<T> made) {
    Promise<T> result = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            result.complete(made.make());
          } catch (RuntimeException | Error e) {
            result.fail(e);
          }
        });
    return await(result.future());
  }

  @Override
  public void close() throws IOException {
    for (AutoCloseable each : closing) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
