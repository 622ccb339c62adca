package dev.jktcp.impl.proxy;

import dev.jktcp.ProxyServerOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.DatagramRoom;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A proxy's clients and their limits. The proxy's event loop only. */
final class ProxyClients {
  private final Executor loop;
  private final Clock clock;
  private final Function<TcpConnectOptions, Future<TcpStream>> connector;
  private final Supplier<Future<DatagramSocket>> udp;
  private final ProxyServerOptions options;
  private final DatagramRoom.Total waiting;
  private final Credentials credentials; // null if every client is served
  private final Set<ProxyClient> handshakes = new LinkedHashSet<>(); // oldest first
  private final Set<ProxyClient> all =
      new HashSet<>(); // clients that are gone and whose connect goes on included

  Predicate<SocketAddress> allowed = target -> true;
  BiConsumer<TcpStream, Pump> onPair = (stream, pump) -> {};
  BiConsumer<SocketAddress, Throwable> onRefusal = (client, cause) -> {};

  /**
   * @param loop runs a task on the proxy's event loop, at once if the caller is on it
   * @param udp makes a new socket of the adapter
   */
  ProxyClients(
      Executor loop,
      Clock clock,
      Function<TcpConnectOptions, Future<TcpStream>> connector,
      Supplier<Future<DatagramSocket>> udp,
      ProxyServerOptions options) {
    this.loop = loop;
    this.clock = clock;
    this.connector = connector;
    this.udp = udp;
    this.options = options;
    this.waiting = new DatagramRoom.Total(options.getMaxDatagramBytesInAll());
    this.credentials =
        options.getUser() == null
            ? null
            : new Credentials(options.getUser(), options.getPassword());
  }

  int count() {
    return all.size();
  }

  void accept(ClientSocket socket) {
    ProxyClient client = new ProxyClient(this, socket);
    if (all.size() >= options.getMaxConnections()) {
      socket.reset();
      String line = "is one too many: " + all.size() + " clients, as many as maxConnections";
      tell(client, new VertxException(line, true));
      return;
    }
    if (handshakes.size() >= options.getMaxHandshakes()) {
      ProxyClient oldest = handshakes.iterator().next();
      oldest.giveUp(
          "gave way: " + handshakes.size() + " in the handshake, as many as maxHandshakes");
    }
    all.add(client);
    handshakes.add(client);
    client.begin();
  }

  Credentials credentials() {
    return credentials;
  }

  long handshakeTimeoutMs() {
    return options.getHandshakeTimeout().toMillis();
  }

  Lease lease(long ms, Runnable onEnd) {
    return Lease.of(clock, ms, onEnd);
  }

  void connect(
      ProxyClient client,
      Target target,
      Consumer<TcpStream> onConnected,
      Consumer<Throwable> onFailed) {
    handshakes.remove(client);
    if (!allowed.test(target.address())) {
      onFailed.accept(new ForbiddenTarget(target));
      return;
    }
    connector
        .apply(target.options())
        .onComplete(
            result ->
                loop.execute(
                    () -> {
                      if (result.failed()) {
                        onFailed.accept(failure(target, result.cause()));
                      } else if (target.isName() && !isAllowed(result.result())) {
                        result.result().reset();
                        onFailed.accept(new ForbiddenTarget(target));
                      } else {
                        onConnected.accept(result.result());
                      }
                    }));
  }

  /**
   * @param port the client's port; 0 if the client did not name it
   * @param kernels makes the kernel's socket for the client's datagrams
   */
  UdpAssociation associate(ProxyClient client, int port, Supplier<DatagramSocket> kernels) {
    handshakes.remove(client);
    String host = client.remoteAddress().hostAddress();
    return new UdpAssociation(kernels, udp.get(), host, port, allowed, this::room);
  }

  private DatagramRoom room() {
    return new DatagramRoom(
        waiting, options.getMaxWaitingDatagrams(), options.getMaxWaitingDatagramBytes());
  }

  /**
   * Whether the address of the connection is allowed, for a name may resolve to any. No byte was
   * sent to it yet.
   */
  private boolean isAllowed(TcpStream stream) {
    return allowed.test(stream.remoteAddress());
  }

  /**
   * The failure for the client. An adapter without DNS servers fails for a name with an
   * IllegalArgumentException.
   */
  private static Throwable failure(Target target, Throwable cause) {
    return target.isName() && cause instanceof IllegalArgumentException
        ? new UnresolvedName(target.host())
        : cause;
  }

  void pair(TcpStream stream, Pump pump) {
    onPair.accept(stream, pump);
    pump.start();
  }

  void onRefused(ProxyClient client, Throwable cause) {
    handshakes.remove(client);
    tell(client, cause);
  }

  private void tell(ProxyClient client, Throwable cause) {
    onRefusal.accept(client.remoteAddress(), cause);
  }

  void onGone(ProxyClient client) {
    handshakes.remove(client);
    all.remove(client);
  }
}
