package dev.jktcp.impl;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;

/** Converts addresses between the core and Vert.x. */
public final class Addresses {
  private Addresses() {}

  static SocketAddress of(IpAddress address, int port) {
    return SocketAddress.inetSocketAddress(port, address.toString());
  }

  /** Connects to the address; fails for a Unix domain socket. */
  public static <T> Future<T> connect(
      SocketAddress remote, Function<TcpConnectOptions, Future<T>> connect) {
    if (remote.isDomainSocket()) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "'" + remote.path() + "' is a Unix domain socket: give a host and a port"));
    }
    return connect(remote.host(), remote.port(), connect);
  }

  /**
   * Connects to a port. A wrong number fails the future, as a port does that cannot be reached.
   *
   * @param host null: the only peer
   */
  public static <T> Future<T> connect(
      String host, int port, Function<TcpConnectOptions, Future<T>> connect) {
    TcpConnectOptions options = new TcpConnectOptions().setHost(host);
    try {
      options.setPort(port);
    } catch (IllegalArgumentException wrongPort) {
      return Future.failedFuture(wrongPort);
    }
    return connect.apply(options);
  }

  /** Likewise, to listen at a port. */
  public static <T> Future<T> listen(int port, Function<TcpListenOptions, Future<T>> listen) {
    TcpListenOptions options = new TcpListenOptions();
    try {
      options.setPort(port);
    } catch (IllegalArgumentException wrongPort) {
      return Future.failedFuture(wrongPort);
    }
    return listen.apply(options);
  }
}
