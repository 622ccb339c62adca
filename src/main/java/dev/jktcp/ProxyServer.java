package dev.jktcp;

import dev.jktcp.impl.proxy.ProxyServerImpl;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A proxy at a port of the kernel whose connections go through an adapter. Any program, and every
 * Vert.x client with {@link io.vertx.core.net.ProxyOptions}, reaches the adapter's network through
 * it.
 *
 * <p>One port speaks SOCKS5 (RFC 1928: CONNECT and UDP ASSOCIATE with IPv4 and IPv6 addresses; RFC
 * 1929: user and password) and HTTP/1.1 (RFC 9110 §9.3.6: CONNECT, and requests for {@code http://}
 * URLs, one on each connection). The adapter resolves names in its tunnel. If it has neither {@code
 * dnsServers} nor {@code hosts}, names are refused. The kernel's resolver is never asked, and the
 * kernel never connects.
 *
 * <p>A client that is refused gets the reason: a reply code of SOCKS, or a status of HTTP with one
 * line in the body. Bytes travel by a {@link Pump}: back-pressure, half-closes and resets pass
 * through in both directions.
 *
 * <p>Methods may be called from any thread. Set the handlers before {@link #listen}; they are
 * called on the proxy's event loop.
 */
@VertxGen
public interface ProxyServer {
  /** A proxy on the adapter's event loop. */
  static ProxyServer create(Adapter adapter, ProxyServerOptions options) {
    return ProxyServerImpl.of(adapter, options);
  }

  /** A proxy on the caller's event loop, or on a new one where the caller has none. */
  static ProxyServer create(Vertx vertx, AdapterHandle handle, ProxyServerOptions options) {
    return ProxyServerImpl.of(
        vertx,
        to -> handle.connect(to).map(stream -> stream),
        () -> Future.succeededFuture(handle.udp()),
        options);
  }

  /**
   * The targets that clients may reach; all unless set. A name is tested twice: as the client gave
   * it and, before anything is sent, with the address that it resolved to. A client with a
   * forbidden target gets SOCKS reply 2 or HTTP status 403.
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  ProxyServer allow(Predicate<SocketAddress> targets);

  /** Called with every pair before its pump starts. */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  ProxyServer pairHandler(BiConsumer<TcpStream, Pump> handler);

  /** Called with the address of a client that got no connection, and the reason. */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  ProxyServer refusalHandler(BiConsumer<SocketAddress, Throwable> handler);

  /** Begins to listen; fails if the address is taken or is not the kernel's. */
  Future<ProxyServer> listen();

  /** The port listened on; 0 before {@link #listen} has completed. */
  int port();

  /** The number of clients now. */
  Future<Integer> clients();

  /** Stops listening and resets every client. Idempotent. */
  Future<Void> close();
}
