package dev.jktcp.impl;

import dev.jktcp.TcpConnectOptions;
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
    return connect.apply(new TcpConnectOptions().setHost(remote.host()).setPort(remote.port()));
  }
}
