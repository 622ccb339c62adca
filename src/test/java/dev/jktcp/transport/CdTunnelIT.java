package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.bench.MemoryStream;
import dev.jktcp.bench.StandInDevice;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.testkit.OnContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and calls through a CDTunnel to a device that is as awkward as real ones. */
@Timeout(600)
class CdTunnelIT {
  private static final int PORT = 5_000;
  private static final int MIB = 1 << 20;

  private Vertx vertx;
  private Context hostContext;
  private Context deviceContext;
  private MemoryStream toDevice;
  private MemoryStream toHost;
  private StandInDevice device;
  private Adapter host;
  private TunLab lab;
  private ExecutorService threads;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    hostContext = ((VertxInternal) vertx).createEventLoopContext();
    deviceContext = ((VertxInternal) vertx).createEventLoopContext();
    toDevice = new MemoryStream(deviceContext);
    toHost = new MemoryStream(hostContext);
    threads = Executors.newCachedThreadPool();
  }

  @AfterEach
  void close() throws Exception {
    if (host != null) await(host.close());
    await(vertx.close());
    threads.shutdownNow();
    if (lab != null) lab.remove();
  }

  /** Our own stack behind the device. */
  private Adapter ownDevice() throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    device = new StandInDevice(deviceContext, toDevice, toHost, pipe.left(), 7);
    OnContext.run(deviceContext, device::start);
    return OnContext.call(
        deviceContext,
        () -> Adapter.create(vertx, pipe.right(), new AdapterOptions().addLocalAddress("fd66::1")));
  }

  /** The Linux kernel's TCP behind the device. */
  private void kernelDevice() throws Exception {
    lab = TunLab.orSkip();
    TunTransport tun = await(TunTransport.open(vertx, lab.name()));
    lab.up();
    device =
        new StandInDevice(deviceContext, toDevice, toHost, tun, 7)
            .addresses(lab.peerV6(), lab.kernelV6());
    OnContext.run(deviceContext, device::start);
  }

  private void plugIn() throws Exception {
    plugIn(new CdTunnelOptions(), new AdapterOptions());
  }

  private void plugIn(CdTunnelOptions options, AdapterOptions adapterOptions) throws Exception {
    CompletableFuture<CdTunnel> shaken = new CompletableFuture<>();
    hostContext.runOnContext(
        v ->
            CdTunnel.handshake(toHost, toDevice, options)
                .onSuccess(
                    tunnel -> {
                      host =
                          Adapter.create(
                              vertx,
                              tunnel.transport(),
                              adapterOptions
                                  .addLocalAddress(tunnel.clientAddress())
                                  .addPeerAddress(tunnel.serverAddress()));
                      shaken.complete(tunnel);
                    })
                .onFailure(shaken::completeExceptionally));
    shaken.get(120, TimeUnit.SECONDS);
    await(host.opened());
  }

  private void assertNothingTheDeviceCannotBear() {
    assertEquals(0, device.droppedBehindFirst, "packets merged into one write");
    assertEquals(0, device.droppedTooLarge, "packets above 8192 bytes");
  }

  @Test
  void ownListener_filesMoveBothWaysAtOnce_byteExact() throws Exception {
    int size = 8 * MIB;
    CompletableFuture<Integer> received = new CompletableFuture<>();
    Adapter own = ownDevice();
    await(
        own.listen(
            PORT,
            stream -> {
              send(stream, 2, size);
              complete(received, receive(stream, 1));
            }));
    plugIn();
    Both both = onHost(() -> host.connect(PORT).map(stream -> both(stream, size)));
    assertEquals(size, await(both.received()));
    await(both.sent());
    assertEquals(size, received.get(120, TimeUnit.SECONDS));
    assertNothingTheDeviceCannotBear();
    assertTrue(device.reports > 1, "no multicast reports between the data");
    await(own.close());
  }

  @Test
  void ownListener_thirtyConnectionsAtOnce() throws Exception {
    int size = 200_000;
    Adapter own = ownDevice();
    await(
        own.listen(
            PORT,
            stream -> {
              send(stream, 2, size);
              receive(stream, 1);
            }));
    plugIn();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(
          OnContext.call(
              hostContext,
              () ->
                  host.connect(PORT)
                      .map(stream -> both(stream, size))
                      .compose(both -> both.sent().compose(v -> both.received()))
                      .map(received -> assertAll(size, received))));
    }
    await(Future.all(all));
    assertNothingTheDeviceCannotBear();
    await(own.close());
  }

  /** What passes alone and dies under load is withdrawn; what the device bears is found. */
  @ParameterizedTest
  @CsvSource({"2000, 1400", "4000, 2740", "8192, 8192"})
  void searchForTheMtu_findsWhatTheDeviceBears_andTheFileArrives(int bearable, int found)
      throws Exception {
    int size = 16 * MIB;
    CompletableFuture<Integer> received = new CompletableFuture<>();
    Adapter own = ownDevice();
    device.diesUnderLoadAbove(bearable);
    await(own.listen(PORT, stream -> complete(received, receive(stream, 1))));
    plugIn(
        new CdTunnelOptions().setSendMtu(CdTunnelOptions.MOST_SEND_MTU),
        new AdapterOptions().setPathMtuProbing(true));
    TcpStream stream = await(OnContext.call(hostContext, () -> host.connect(PORT)));
    Future<TcpInfo> sent =
        OnContext.call(
            hostContext,
            () -> {
              Future<Void> all = send(stream, 1, size);
              return all.compose(v -> stream.info());
            });
    TcpInfo info = await(sent);
    await(stream.end());
    assertEquals(size, received.get(120, TimeUnit.SECONDS));
    assertNothingTheDeviceCannotBear();
    assertTrue(device.largestForwarded > 2_000, "nothing larger was tried");
    assertEquals(found, info.pathMtu(), info.toString());
    assertTrue(info.timeouts() <= 1, info.toString());
    await(own.close());
  }

  @Test
  void kernel_filesMoveBothWaysAtOnce_byteExact() throws Exception {
    int size = 8 * MIB;
    kernelDevice();
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(lab.kernelV6(), PORT));
      plugIn();
      CompletableFuture<Socket> accepting = inThread(server::accept);
      Both both = onHost(() -> host.connect(PORT).map(stream -> both(stream, size)));
      Socket socket = accepting.get(120, TimeUnit.SECONDS);
      CompletableFuture<Integer> read = inThread(() -> read(socket, 1));
      CompletableFuture<Integer> written = inThread(() -> write(socket, 2, size));
      assertEquals(size, await(both.received()));
      await(both.sent());
      assertEquals(size, read.get(120, TimeUnit.SECONDS));
      assertEquals(size, written.get(120, TimeUnit.SECONDS));
      socket.close();
    }
    assertNothingTheDeviceCannotBear();
  }

  /** Linux ignores the ACK of a segment beyond its closed window, where a probe has taken us. */
  @Test
  void kernelThatReadsNothing_andIsProbed_canStillSend() throws Exception {
    int size = 2 * MIB;
    kernelDevice();
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(lab.kernelV6(), PORT));
      plugIn();
      CompletableFuture<Socket> accepting = inThread(server::accept);
      CompletableFuture<Void> probing = new CompletableFuture<>();
      Both both =
          onHost(
              () ->
                  host.connect(PORT)
                      .map(
                          stream -> {
                            whenProbed(stream, probing);
                            return both(stream, size);
                          }));
      try (Socket socket = accepting.get(120, TimeUnit.SECONDS)) {
        probing.get(120, TimeUnit.SECONDS);
        CompletableFuture<Integer> written = inThread(() -> write(socket, 2, size));
        assertEquals(size, await(both.received()));
        assertEquals(size, written.get(120, TimeUnit.SECONDS));
        assertEquals(size, inThread(() -> read(socket, 1)).get(120, TimeUnit.SECONDS));
        await(both.sent());
      }
    }
  }

  private void whenProbed(TcpStream stream, CompletableFuture<Void> probed) {
    vertx.setPeriodic(
        20,
        timer ->
            stream
                .info()
                .onSuccess(
                    info -> {
                      if (info.sendWindow() == 0 && info.inFlight() == 1) probed.complete(null);
                      if (probed.isDone()) vertx.cancelTimer(timer);
                    }));
  }

  @Test
  void kernelAsClient_reachesAListenerOnTheHost() throws Exception {
    int size = MIB;
    kernelDevice();
    plugIn();
    CompletableFuture<Integer> received = new CompletableFuture<>();
    await(
        host.listen(
            PORT,
            stream -> {
              send(stream, 2, size);
              complete(received, receive(stream, 1));
            }));
    try (Socket socket = new Socket(lab.peerV6(), PORT)) {
      CompletableFuture<Integer> read = inThread(() -> read(socket, 2));
      assertEquals(size, write(socket, 1, size));
      assertEquals(size, read.get(120, TimeUnit.SECONDS));
    }
    assertEquals(size, received.get(120, TimeUnit.SECONDS));
    assertNothingTheDeviceCannotBear();
  }

  /** The kernel holds the second write of a reply until the first is acknowledged (Nagle). */
  @Test
  void kernelWithNagle_repliesInTwoWrites_doNotWaitForADelayedAck() throws Exception {
    int calls = 50;
    kernelDevice();
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(lab.kernelV6(), PORT));
      plugIn();
      CompletableFuture<Socket> accepting = inThread(server::accept);
      TcpStream stream = onHost(() -> host.connect(PORT));
      Socket socket = accepting.get(120, TimeUnit.SECONDS);
      CompletableFuture<Integer> served =
          inThread(
              () -> {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                for (int i = 0; i < calls; i++) {
                  in.readNBytes(10);
                  out.write(new byte[20]);
                  out.write(new byte[30]);
                }
                return calls;
              });
      List<Long> took =
          OnContext.call(hostContext, () -> call(stream, calls)).get(120, TimeUnit.SECONDS);
      // A delayed ACK holds up every call, a busy machine not the fastest quarter.
      Collections.sort(took);
      assertTrue(took.get(calls / 4) < MAX_MS_PER_CALL, () -> took + " ms");
      assertEquals(calls, served.get(120, TimeUnit.SECONDS));
      socket.close();
    }
  }

  private static final long MAX_MS_PER_CALL = 30;

  /** Completes with the milliseconds of each. */
  private static CompletableFuture<List<Long>> call(TcpStream stream, int calls) {
    CompletableFuture<List<Long>> done = new CompletableFuture<>();
    List<Long> took = new ArrayList<>();
    int[] received = {0};
    long[] since = {System.nanoTime()};
    stream.exceptionHandler(done::completeExceptionally);
    stream.handler(
        bytes -> {
          received[0] += bytes.length();
          if (received[0] < 50) return;
          received[0] -= 50;
          long now = System.nanoTime();
          took.add(TimeUnit.NANOSECONDS.toMillis(now - since[0]));
          since[0] = now;
          if (took.size() == calls) {
            done.complete(took);
          } else {
            stream.write(Buffer.buffer(new byte[10]));
          }
        });
    stream.write(Buffer.buffer(new byte[10]));
    return done;
  }

  @Test
  void deviceThatVanishes_endsEveryStreamWithTheReason() throws Exception {
    Adapter own = ownDevice();
    await(own.listen(PORT, stream -> stream.handler(bytes -> {})));
    plugIn();
    TcpStream stream = await(host.connect(PORT));
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    stream.exceptionHandler(failure::complete);
    toHost.end();
    TcpException cause = (TcpException) failure.get(120, TimeUnit.SECONDS);
    assertEquals(CloseReason.TRANSPORT_LOST, cause.reason());
    await(own.close());
  }

  private static <T> void complete(CompletableFuture<T> future, Future<T> with) {
    with.onSuccess(future::complete).onFailure(future::completeExceptionally);
  }

  private record Both(Future<Void> sent, Future<Integer> received) {}

  /** Sends and receives at once; on the stream's context. */
  private static Both both(TcpStream stream, int size) {
    return new Both(send(stream, 1, size), receive(stream, 2));
  }

  private static int assertAll(int size, int received) {
    assertEquals(size, received);
    return received;
  }

  private <T> T onHost(Callable<Future<T>> step) throws Exception {
    return await(OnContext.call(hostContext, step));
  }

  /** Writes the stream of bytes that belongs to the seed, as fast as is asked for, then ends. */
  private static Future<Void> send(TcpStream stream, long seed, int size) {
    Promise<Void> ended = Promise.promise();
    Pattern pattern = new Pattern(seed);
    int[] left = {size};
    Runnable fill =
        () -> {
          while (left[0] > 0 && !stream.writeQueueFull()) {
            int n = Math.min(left[0], 16_000);
            left[0] -= n;
            stream.write(Buffer.buffer(pattern.next(n)));
          }
          if (left[0] == 0) {
            left[0] = -1;
            stream.end().onComplete(ended);
          }
        };
    stream.drainHandler(v -> fill.run());
    fill.run();
    return ended.future();
  }

  /** Compares with the stream of bytes that belongs to the seed; completes with their number. */
  private static Future<Integer> receive(TcpStream stream, long seed) {
    Promise<Integer> ended = Promise.promise();
    Pattern pattern = new Pattern(seed);
    int[] received = {0};
    stream.exceptionHandler(ended::tryFail);
    stream.endHandler(v -> ended.tryComplete(received[0]));
    stream.handler(
        bytes -> {
          try {
            assertArrayEquals(pattern.next(bytes.length()), bytes.getBytes());
            received[0] += bytes.length();
          } catch (AssertionError e) {
            ended.tryFail(new AssertionError("after " + received[0] + " bytes: " + e, e));
          }
        });
    return ended.future();
  }

  private static int write(Socket socket, long seed, int size) throws IOException {
    Pattern pattern = new Pattern(seed);
    for (int left = size; left > 0; left -= 16_000) {
      socket.getOutputStream().write(pattern.next(Math.min(left, 16_000)));
    }
    socket.shutdownOutput();
    return size;
  }

  private static int read(Socket socket, long seed) throws IOException {
    Pattern pattern = new Pattern(seed);
    byte[] chunk = new byte[16_000];
    int received = 0;
    int n;
    while ((n = socket.getInputStream().readNBytes(chunk, 0, chunk.length)) > 0) {
      assertArrayEquals(pattern.next(n), Arrays.copyOf(chunk, n), "at " + received);
      received += n;
    }
    return received;
  }

  private <T> CompletableFuture<T> inThread(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            done.complete(work.call());
          } catch (Throwable t) {
            done.completeExceptionally(t);
          }
        });
    return done;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  /** An endless sequence of bytes that tells one stream and one place from any other. */
  private static final class Pattern {
    private final SplittableRandom random;
    private final byte[] block = new byte[4096];
    private int used = block.length;

    Pattern(long seed) {
      random = new SplittableRandom(seed);
    }

    byte[] next(int length) {
      byte[] bytes = new byte[length];
      for (int done = 0; done < length; ) {
        if (used == block.length) {
          random.nextBytes(block);
          used = 0;
        }
        int n = Math.min(length - done, block.length - used);
        System.arraycopy(block, used, bytes, done, n);
        used += n;
        done += n;
      }
      return bytes;
    }
  }
}
