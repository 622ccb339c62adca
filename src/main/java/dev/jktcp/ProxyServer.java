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
 * A proxy at a port of the kernel whose connections go through an adapter: any program, and every
 * Vert.x client with {@link io.vertx.core.net.ProxyOptions}, reaches the adapter's network by it.
 *
 * <p>One port speaks SOCKS5 (RFC 1928: CONNECT and UDP ASSOCIATE with IPv4 and IPv6 addresses; RFC
 * 1929: user and password) and HTTP/1.1 (RFC 9110 §9.3.6: CONNECT, and requests for {@code http://}
 * URLs, one on each connection). Names are resolved by the adapter, in its tunnel, and refused if
 * it has neither {@code dnsServers} nor {@code hosts}: nothing is ever asked of the kernel's
 * resolver, and nothing connected by the kernel.
 *
 * <p>A client that is refused learns why: by the reply code of SOCKS, or by the status of HTTP with
 * one line in the body. Bytes travel by a {@link Pump}: back-pressure, half-closes and resets pass
 * through in both directions.
 *
 * <p>Any thread. The handlers are to be set before {@link #listen}, and are called on the proxy's
 * event loop.
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
   * Where clients may go; everywhere unless set. Of a name it is asked twice: as it was given, and
   * with the address that it was resolved to, before anything is sent there. Others are told that a
   * rule forbids it: SOCKS reply 2, HTTP status 403.
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  ProxyServer allow(Predicate<SocketAddress> targets);

  /** Hears of every pair before its pump starts. */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  ProxyServer pairHandler(BiConsumer<TcpStream, Pump> handler);

  /** Hears which client got no connection, and why. */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  ProxyServer refusalHandler(BiConsumer<SocketAddress, Throwable> handler);

  /** Begins to listen; fails if the address is taken or is not the kernel's. */
  Future<ProxyServer> listen();

  /** The port it listens at; 0 until it does. */
  int port();

  /** Clients it has now. */
  Future<Integer> clients();

  /** Listens no more and resets every client. Idempotent. */
  Future<Void> close();
}
