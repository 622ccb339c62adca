package dev.jktcp.impl.channel;

import dev.jktcp.wire.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The address that packets would carry. Netty and Vert.x keep an IPv4-mapped IPv6 address (RFC 4291
 * §2.5.5.2, {@code ::ffff:10.7.0.1}) as it was given, but the kernel sends IPv4 to it: it has the
 * route of its IPv4 address.
 */
final class PlainAddress {
  private PlainAddress() {}

  static IpAddress of(InetAddress address) {
    try {
      // The JDK makes an IPv4 address of the bytes of a mapped one.
      return IpAddress.of(InetAddress.getByAddress(address.getAddress()).getAddress());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible); // its length is right
    }
  }
}
