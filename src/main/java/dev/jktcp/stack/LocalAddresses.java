package dev.jktcp.stack;

import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import java.util.Arrays;
import java.util.List;

/** The stack's own addresses: destinations of packets for us, and sources of packets from us. */
final class LocalAddresses {
  private IpAddress[] addresses;
  private boolean withinHost;
  private IpPacket.Addresses known = new IpPacket.Addresses();
  private IpAddress knownReceiver; // of packets between those

  LocalAddresses(List<IpAddress> addresses) {
    change(addresses);
  }

  /** Replaces all addresses. */
  void change(List<IpAddress> changed) {
    addresses = changed.toArray(IpAddress[]::new);
    withinHost = changed.stream().anyMatch(IpAddress::isLoopback);
    known = new IpPacket.Addresses();
    knownReceiver = null;
  }

  /**
   * The address of ours to which the transport brought a packet. Most packets have the same source
   * and destination as the one before.
   *
   * @throws MalformedPacket also for a source of our own (LAND): an answer would go to ourselves
   */
  IpAddress receiverFromOutside(IpPacket ip) throws MalformedPacket {
    if (!known.areOf(ip)) {
      IpAddress receiver = receiverOf(ip);
      refuseOwnSource(ip);
      known.set(ip);
      knownReceiver = receiver;
    }
    return knownReceiver;
  }

  /** The address of ours that a packet is for, if its source is valid. */
  IpAddress receiverOf(IpPacket ip) throws MalformedPacket {
    if (isNobodys(ip.v6(), ip.srcHi(), ip.srcLo())) { // MUST-63
      throw MalformedPacket.of(DropReason.BAD_SOURCE);
    }
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

  private void refuseOwnSource(IpPacket ip) throws MalformedPacket {
    for (IpAddress address : addresses) {
      if (ip.srcMatches(address)) {
        throw MalformedPacket.of(DropReason.OWN_SOURCE);
      }
    }
  }

  /** Whether a host may have this address: to any other no connection is opened (MUST-46). */
  boolean canBePeer(IpAddress remote) {
    return !isNobodys(remote.isV6(), remote.hi(), remote.lo());
  }

  /**
   * Whether the address may not be a source: multicast, broadcast, unspecified (RFC 1122 §3.2.1.3,
   * RFC 4291 §2.7), IPv4-mapped IPv6 (RFC 4291 §2.5.5.2), which is only for APIs, and loopback,
   * which stays within a host, unless we have a loopback address.
   */
  private boolean isNobodys(boolean v6, long hi, long lo) {
    if (v6) {
      boolean loopback = lo == 1 && !withinHost;
      return hi >>> 56 == 0xff || (hi == 0 && (lo == 0 || lo >>> 32 == 0xffff || loopback));
    }
    int network = (int) (lo >>> 24);
    return network == 0
        || network >>> 4 == 0xe
        || lo == 0xffff_ffffL
        || (network == 127 && !withinHost);
  }

  boolean isOurs(IpAddress remote) {
    for (IpAddress address : addresses) {
      if (address.equals(remote)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Our first address of the remote's family (MUST-44). If the remote address is our own, that
   * address, as on Linux.
   */
  IpAddress sourceFor(IpAddress remote) throws StackException {
    if (isOurs(remote)) {
      return ours(remote);
    }
    for (IpAddress address : addresses) {
      if (address.isV6() == remote.isV6()) {
        return address;
      }
    }
    throw new StackException(
        "no local "
            + (remote.isV6() ? "IPv6" : "IPv4")
            + " address to reach "
            + remote
            + " from: add one");
  }

  /** The shared object for an address of ours, so that connections need no copies. */
  IpAddress ours(IpAddress address) throws StackException {
    for (IpAddress own : addresses) {
      if (own.equals(address)) {
        return own;
      }
    }
    throw new StackException(
        address + " is not one of the local addresses " + Arrays.toString(addresses));
  }
}
