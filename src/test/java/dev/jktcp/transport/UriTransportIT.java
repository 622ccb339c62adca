package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Logged;
import dev.jktcp.testkit.RecordingReceiver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transports opened by their URI over real sockets. */
@Timeout(300)
class UriTransportIT {
  /** The log of tasks for an event loop that has ended. */
  private static final String REJECTED =
      "io.netty.util.concurrent.DefaultPromise.rejectedExecution";

  @TempDir Path dir;
  private Vertx vertx;
  private Logged logged;
  private NetClient client; // one that is collected closes its sockets
  private String path;

  @BeforeEach
  void start() {
    logged = new Logged();
    vertx = Vertx.vertx();
    client = vertx.createNetClient();
    path = dir.resolve("link").toString();
  }

  /** A transport that its owner did not close ends with Vert.x and asks it for nothing. */
  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
    logged.close();
    assertEquals(List.of(), logged.of(REJECTED));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  private static String failure(Future<?> future) {
    return assertThrows(ExecutionException.class, () -> await(future)).getCause().getMessage();
  }

  private UriTransport make(String uri, UriTransportOptions options) throws Exception {
    return await(UriTransport.make(vertx, TransportUri.parse(uri), options));
  }

  private UriTransport make(String uri) throws Exception {
    return make(uri, new UriTransportOptions());
  }

  private Future<Void> open(UriTransport made) {
    Context context = ((VertxInternal) vertx).createEventLoopContext();
    Promise<Void> opened = Promise.promise();
    RecordingReceiver receiver = new RecordingReceiver(context);
    context.runOnContext(v -> made.transport().open(context, receiver).onComplete(opened));
    return opened.future();
  }

  @Test
  void listeningUri_isBoundWithThePortThatWasPicked_andOpenOnceAPeerIsThere() throws Exception {
    UriTransport server = make("tcp-listen:127.0.0.1:0");
    assertFalse(server.bound().isComplete());
    Future<Void> opened = open(server);
    TransportUri bound = await(server.bound());
    assertTrue(bound.port() > 0);
    assertFalse(opened.isComplete());
    UriTransport client = make("tcp:127.0.0.1:" + bound.port());
    await(open(client));
    await(opened);
    assertEquals(List.of(), server.localAddresses());
    assertEquals(0, server.rsdPort());
  }

  @Test
  void handshake_bringsAddresses_mtu_andTheRsdPort() throws Exception {
    UriTransportOptions options = new UriTransportOptions().setMtu(3000);
    options.getDevice().setServerAddress("fd77::1").setClientAddress("fd77::2").setRsdPort(7);
    UriTransport device = make("cdtunnel-listen+unix:" + path, options);
    Future<Void> opened = open(device);
    assertEquals("cdtunnel-listen+unix:" + path, await(device.bound()).toString());
    UriTransport host = make("cdtunnel+unix:" + path);
    await(opened);
    assertEquals(List.of("fd77::2"), host.localAddresses());
    assertEquals(List.of("fd77::1"), host.peerAddresses());
    assertEquals(List.of("fd77::1"), device.localAddresses());
    assertEquals(List.of("fd77::2"), device.peerAddresses());
    assertEquals(7, host.rsdPort());
    assertEquals(1400, host.transport().capabilities().mtu());
    assertEquals(3000, host.transport().capabilities().receiveMtu());
    assertEquals(3000, device.transport().capabilities().mtu());
    await(host.transport().close());
    await(device.transport().close());
    assertFalse(Files.exists(Path.of(path)));
  }

  @Test
  void deviceWhoseHostTalksNonsense_failsToOpen_andListensNoMore() throws Exception {
    UriTransport device = make("cdtunnel-listen+unix:" + path);
    Future<Void> opened = open(device);
    await(device.bound());
    NetSocket socket = await(client.connect(SocketAddress.domainSocketAddress(path)));
    socket.write(Buffer.buffer("GET / HTTP/1.0\r\n\r\n"));
    assertTrue(failure(opened).startsWith("cdtunnel: "), failure(opened));
    await(device.transport().close());
    assertFalse(Files.exists(Path.of(path)));
  }

  @Test
  void deviceClosedInMidHandshake_failsToOpen() throws Exception {
    UriTransport device = make("cdtunnel-listen+unix:" + path);
    Future<Void> opened = open(device);
    await(device.bound());
    NetSocket socket = await(client.connect(SocketAddress.domainSocketAddress(path)));
    Promise<Void> hungUp = Promise.promise();
    socket.endHandler(v -> hungUp.complete());
    await(device.transport().close());
    assertEquals("cdtunnel-listen+unix:" + path + " was closed", failure(opened));
    await(hungUp.future());
  }

  @Test
  void noPeer_failsInOneLine() throws Exception {
    String expected = "cannot connect to unix:" + path + ": ";
    assertTrue(failure(open(make("unix:" + path))).startsWith(expected));
    Future<?> host =
        UriTransport.make(
            vertx, TransportUri.parse("cdtunnel+unix:" + path), new UriTransportOptions());
    assertTrue(failure(host).startsWith(expected), failure(host));
  }

  /** A file in the place of a directory: no look at the path beforehand tells this. */
  @Test
  void listenerThatMustListen_failsToOpen_inItsOwnWords() throws Exception {
    String below = Files.createFile(dir.resolve("file")).resolve("link").toString();
    UriTransport made = make("reconnect+unix-listen:" + below + "?mustListen=true");
    String said = failure(open(made));
    assertTrue(said.startsWith("cannot listen on unix:" + below + ": "), said);
    assertEquals(said, failure(made.bound()));
    await(made.transport().close());
  }

  /** After the first peer it is as any transport that comes back. */
  @Test
  void listenerThatMustListen_takesTheNextPeer() throws Exception {
    UriTransport made = make("reconnect+unix-listen:" + path + "?mustListen=true");
    open(made);
    await(made.bound());
    for (int peer = 0; peer < 2; peer++) {
      UriTransport caller = make("unix:" + path);
      while (!await(open(caller).transform(r -> Future.succeededFuture(r.succeeded())))) {
        await(vertx.timer(5)); // the listener is away until it knows that the peer has left
        caller = make("unix:" + path);
      }
      await(caller.transport().close());
    }
    await(made.transport().close());
  }

  @Test
  void transportsThatComeBack_endWithVertx() throws Exception {
    UriTransport server = make("reconnect+unix-listen:" + path);
    Future<Void> opened = open(server);
    await(server.bound());
    await(open(make("reconnect+unix:" + path)));
    await(opened);
  }

  @Test
  void twoListenersAtOneAddress_theSecondFails_untilTheFirstIsClosed() throws Exception {
    UriTransport first = make("unix-listen:" + path);
    open(first);
    await(first.bound());
    assertEquals(
        "cannot listen on unix:" + path + ": another transport of this Vert.x listens there",
        failure(open(make("cdtunnel-listen+unix:" + path))));
    await(first.transport().close());
    UriTransport next = make("unix-listen:" + path);
    open(next);
    await(next.bound());
  }
}
