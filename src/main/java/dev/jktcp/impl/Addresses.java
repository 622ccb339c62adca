package dev.jktcp.impl;

import dev.jktcp.wire.IpAddress;
import io.vertx.core.net.SocketAddress;

/** Addresses of the core as those of Vert.x. */
final class Addresses {
  private Addresses() {}

  static SocketAddress of(IpAddress address, int port) {
    return SocketAddress.inetSocketAddress(port, address.toString());
  }
}
