package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.HandleOptions;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.TransportUri;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a command may say that it is ready. */
@Timeout(300)
class TunnelTest {
  private final Vertx vertx = Vertx.vertx();
  private final CommonOptions options = new CommonOptions();
  private final Promise<Void> listening = Promise.promise();

  @TempDir Path dir;

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
  }

  private TransportUri uri(String scheme) {
    options.transport = TransportUri.parse(scheme + ":" + dir.resolve("link"));
    options.local.add("10.7.0.1");
    return options.transport;
  }

  /** Both, where the other side is there or can come: its first packet may be a SYN. */
  private void waitsForBoth(Tunnel tunnel) throws Exception {
    Future<TransportUri> ready = onLoop(() -> tunnel.bound(listening.future()));
    assertEquals(options.transport, Await.result(tunnel.bound()));
    assertFalse(ready.isComplete());
    listening.complete();
    assertEquals(options.transport, Await.result(ready));
    Await.result(onLoop(tunnel::close));
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    vertx.runOnContext(v -> call.get().onComplete(result));
    return result.future();
  }

  private Tunnel onLoopMade(Supplier<Tunnel> maker) throws Exception {
    return Await.result(onLoop(() -> Future.succeededFuture(maker.get())));
  }

  @Test
  void verticle_isReadyWhenWhatItWasAskedForIsDone() throws Exception {
    uri("unix-listen");
    waitsForBoth(onLoopMade(() -> new DeployedTunnel(vertx, options, 0)));
  }

  @Test
  void adapterInHand_isReadyWhenWhatItWasAskedForIsDone() throws Exception {
    uri("unix");
    try (ServerSocketChannel other =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(dir.resolve("link")))) {
      assertTrue(other.isOpen());
      waitsForBoth(onLoopMade(() -> new DirectTunnel(vertx, options, 0)));
    }
  }

  /** What was asked of it waits for the other side, and is done ahead of its first packet. */
  @Test
  void adapterInHand_thatTheOtherSideComesTo_isReadyWhenItMayCome() throws Exception {
    uri("unix-listen");
    Tunnel tunnel = onLoopMade(() -> new DirectTunnel(vertx, options, 0));
    assertEquals(options.transport, Await.result(onLoop(() -> tunnel.bound(listening.future()))));
  }

  /** Else clients above the adapter's own limit would be refused, with no option to raise it. */
  @Test
  void adapter_hasAUdpPortForEachClientThatTheCommandAllows() {
    int few = AdapterOptions.DEFAULT_MAX_UDP_PORTS;
    options.takeUdpPorts(few - 1);
    assertEquals(few, new AdapterOptions(options.adapterKeys()).getMaxUdpPorts());
    options.takeUdpPorts(few + 1);
    assertEquals(few + 1, new AdapterOptions(options.adapterKeys()).getMaxUdpPorts());
    options.takeUdpPorts(1L << 40);
    assertEquals(65535, new AdapterOptions(options.adapterKeys()).getMaxUdpPorts());
  }

  /** The answers of all clients of {@code expose --udp} leave through one socket. */
  @Test
  void adapterAndHandle_letAsMuchWaitAsTheCommandAllows() {
    int few = new AdapterOptions().getUdpSendBuffer();
    assertEquals(few, new AdapterOptions(options.adapterKeys()).getUdpSendBuffer());
    options.takeUdpBytes(few - 1);
    assertEquals(few, new AdapterOptions(options.adapterKeys()).getUdpSendBuffer());
    assertEquals(HandleOptions.DEFAULT_UDP_SEND_BUFFER, options.handleOptions().getUdpSendBuffer());
    options.takeUdpBytes(16 << 20);
    assertEquals(16 << 20, new AdapterOptions(options.adapterKeys()).getUdpSendBuffer());
    assertEquals(16 << 20, options.handleOptions().getUdpSendBuffer());
    options.takeUdpBytes(1L << 40);
    assertEquals(Integer.MAX_VALUE, new AdapterOptions(options.adapterKeys()).getUdpSendBuffer());
  }
}
