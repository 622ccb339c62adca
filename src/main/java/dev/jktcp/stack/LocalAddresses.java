package dev.jktcp.stack;

import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import java.util.List;

/** The stack's own addresses: whom packets are for, and as whom we speak. */
final class LocalAddresses {
  private final List<IpAddress> addresses;

  LocalAddresses(List<IpAddress> addresses) {
    this.addresses = addresses;
  }

  /** Which of ours a packet is for, that comes from where packets may come from. */
  IpAddress receiverOf(IpPacket ip) throws MalformedPacket {
    checkSource(ip);
    for (IpAddress address : addresses) {
      if (ip.dstMatches(address)) {
        return address;
      }
    }
    IpAddress destination = ip.dst();
    throw MalformedPacket.of(
        destination.isMulticast() || destination.isLimitedBroadcast()
            ? DropReason.MULTICAST // MUST-57
            : DropReason.NOT_FOR_US);
  }

  /**
   * Nobody may speak from these (MUST-63): multicast, broadcast, unspecified (RFC 1122 §3.2.1.3,
   * RFC 4291 §2.7), and IPv4 in IPv6's clothes (RFC 4291 §2.5.5.2), which is an API's form.
   */
  private static void checkSource(IpPacket ip) throws MalformedPacket {
    long hi = ip.srcHi();
    long lo = ip.srcLo();
    boolean invalid =
        ip.v6()
            ? (hi >>> 56 == 0xff || (hi == 0 && (lo == 0 || lo >>> 32 == 0xffff)))
            : (lo >>> 28 == 0xe || lo == 0 || lo == 0xffff_ffffL);
    if (invalid) {
      throw MalformedPacket.of(DropReason.BAD_SOURCE);
    }
  }

  /** Our first address of the remote's family (MUST-44). */
  IpAddress sourceFor(IpAddress remote) throws StackException {
    for (IpAddress address : addresses) {
      if (address.isV6() == remote.isV6()) {
        return address;
      }
    }
    throw new StackException(
        "no local " + (remote.isV6() ? "IPv6" : "IPv4") + " address to reach " + remote + " from");
  }

  /** The shared object for an address of ours, not another equal one a connection. */
  IpAddress ours(IpAddress address) throws StackException {
    for (IpAddress own : addresses) {
      if (own.equals(address)) {
        return own;
      }
    }
    throw new StackException(address + " is not one of the local addresses " + addresses);
  }
}
