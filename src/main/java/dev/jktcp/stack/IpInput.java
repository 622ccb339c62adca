package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Lending;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IcmpEcho;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;

/**
 * Takes packets in: drops and counts those that are malformed or not for us, and keeps fragments
 * until their packet is whole.
 */
final class IpInput {
  private final LocalAddresses addresses;
  private final StackCounters counters;
  private final Lending lending;
  private final Reassembly reassembly;
  private final TcpHost tcp;
  private final UdpHost udp;
  private final IcmpInput icmp;
  private final IpPacket ip = new IpPacket();

  IpInput(IpLayer layer, Reassembly reassembly, TcpHost tcp, UdpHost udp, IcmpInput icmp) {
    this.addresses = layer.addresses();
    this.counters = layer.counters();
    this.lending = layer.lending();
    this.reassembly = reassembly;
    this.tcp = tcp;
    this.udp = udp;
    this.icmp = icmp;
  }

  /** A packet that the transport brought. */
  void onPacket(byte[] bytes, int offset, int length, long now) {
    try {
      ip.parse(bytes, offset, length);
      deliver(addresses.receiverFromOutside(ip), true, now);
    } catch (MalformedPacket malformed) {
      if (malformed.reason() == DropReason.FRAGMENT) {
        onFragment(now);
      } else {
        counters.drop(malformed.reason());
      }
    }
  }

  private void onFragment(long now) {
    try {
      byte[] whole = reassembly.onFragment(ip, addresses.receiverFromOutside(ip), now);
      if (whole != null) {
        lending.onPacket(false);
        ip.parse(whole, 0, whole.length);
        deliver(addresses.receiverFromOutside(ip), true, now);
      }
    } catch (MalformedPacket malformed) {
      counters.drop(malformed.reason());
    }
  }

  /**
   * A packet from the stack to itself. Its checksums are not verified: we made them, and no wire
   * was between.
   */
  void onLooped(byte[] bytes, int offset, int length, long now) {
    try {
      ip.parse(bytes, offset, length);
      deliver(addresses.receiverOf(ip), false, now);
    } catch (MalformedPacket malformed) {
      counters.drop(malformed.reason());
    }
  }

  private void deliver(IpAddress local, boolean fromOutside, long now) throws MalformedPacket {
    if (ip.protocol() == IpPacket.TCP) {
      tcp.onPacket(ip, local, fromOutside, now);
    } else if (IcmpEcho.isIcmp(ip)) {
      icmp.onPacket(ip, fromOutside, now);
    } else if (ip.protocol() == IpPacket.UDP) {
      udp.onPacket(ip, local, fromOutside, now);
    } else {
      throw MalformedPacket.of(DropReason.UNKNOWN_PROTOCOL);
    }
  }
}
