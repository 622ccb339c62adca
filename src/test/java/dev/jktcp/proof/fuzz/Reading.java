package dev.jktcp.proof.fuzz;

import dev.jktcp.wire.DropReason;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An IP packet read once more, from the RFCs and plainly, with nothing of {@code dev.jktcp.wire}
 * but the names of the reasons: what the library should make of it. Offsets count from the packet's
 * first byte.
 */
final class Reading {
  private static final int TCP = 6;
  private static final int UDP = 17;

  /** One TCP option that is more than padding. */
  record Option(int kind, byte[] value) {}

  /** What an ICMP error quotes: addresses, ports, sequence number. */
  record Quote(byte[] src, byte[] dst, int srcPort, int dstPort, int seq) {}

  private final byte[] p;

  /** Why the IP layer refuses it; null: it does not. */
  DropReason refused;

  boolean v6;
  int total;
  int ttl;
  int trafficClass;
  int protocol;
  int payloadAt;
  byte[] src;
  byte[] dst;

  /** Why TCP, or ICMP, refuses what an intact packet carries; null: it does not. */
  DropReason payloadRefused;

  int srcPort;
  int dstPort;
  int seq;
  int ack;
  int flags;
  int window;
  int urgent;
  int dataAt;
  int udpLength;
  final List<Option> options = new ArrayList<>();

  boolean icmp;
  int icmpType;
  int icmpCode;
  Quote quote;

  Reading(byte[] packet) {
    p = packet;
    refused = readIp();
    if (refused == null) {
      icmp = protocol == (v6 ? 58 : 1);
      payloadRefused =
          icmp
              ? readIcmp()
              : protocol == TCP
                  ? readTcp()
                  : protocol == UDP ? readUdp() : DropReason.UNKNOWN_PROTOCOL;
    }
  }

  int payloadLength() {
    return total - payloadAt;
  }

  /** SEG.LEN. */
  int segmentLength() {
    return total - dataAt + (flags >> 1 & 1) + (flags & 1);
  }

  byte[] data() {
    return Arrays.copyOfRange(p, dataAt, total);
  }

  /** The last option of a kind, null without one. */
  byte[] option(int kind) {
    byte[] value = null;
    for (Option option : options) {
      value = option.kind == kind ? option.value : value;
    }
    return value;
  }

  static int number(byte[] big) {
    return new BigInteger(1, big).intValue();
  }

  private int octet(int at) {
    return p[at] & 0xff;
  }

  private int two(int at) {
    return 256 * octet(at) + octet(at + 1);
  }

  private int four(int at) {
    return 65_536 * two(at) + two(at + 2);
  }

  private byte[] slice(int at, int length) {
    return Arrays.copyOfRange(p, at, at + length);
  }

  private DropReason readIp() {
    if (p.length == 0) {
      return DropReason.TRUNCATED;
    }
    int version = octet(0) / 16;
    v6 = version == 6;
    return v6 ? readIpv6() : version == 4 ? readIpv4() : DropReason.BAD_VERSION;
  }

  /** RFC 791 §3.1. */
  private DropReason readIpv4() {
    int header = octet(0) % 16 * 4;
    if (p.length < 20 || header >= 20 && p.length < header) {
      return DropReason.TRUNCATED;
    }
    if (header < 20) {
      return DropReason.BAD_IP_HEADER;
    }
    if (Checks.checksum(0, p, 0, header) != 0) {
      return DropReason.BAD_IP_CHECKSUM;
    }
    total = two(2);
    if (total < header) {
      return DropReason.BAD_IP_HEADER;
    }
    if (total > p.length) {
      return DropReason.TRUNCATED;
    }
    src = slice(12, 4);
    dst = slice(16, 4);
    boolean moreFragments = (octet(6) & 0x20) != 0;
    int fragmentOffset = two(6) % 0x2000;
    if (moreFragments || fragmentOffset != 0) {
      return DropReason.FRAGMENT;
    }
    trafficClass = octet(1);
    ttl = octet(8);
    protocol = octet(9);
    payloadAt = header; // options are nothing to a host that is the destination (RFC 1122 §3.2.1.8)
    return null;
  }

  /** RFC 8200 §3 and §4. */
  private DropReason readIpv6() {
    if (p.length < 40) {
      return DropReason.TRUNCATED;
    }
    total = 40 + two(4);
    if (total > p.length) {
      return DropReason.TRUNCATED;
    }
    trafficClass = octet(0) % 16 * 16 + octet(1) / 16;
    ttl = octet(7);
    src = slice(8, 16);
    dst = slice(24, 16);
    int next = octet(6);
    int at = 40;
    List<Integer> chain = new ArrayList<>();
    while (next == 0 || next == 43 || next == 44 || next == 60) {
      if (chain.size() == 8) { // no sane sender's
        return DropReason.BAD_EXTENSION_HEADER;
      }
      chain.add(next);
      int length = total - at < 8 ? 8 : next == 44 ? 8 : (octet(at + 1) + 1) * 8;
      if (at + length > total) {
        return DropReason.TRUNCATED;
      }
      DropReason wrong = readExtension(next, chain.size() == 1, at, length);
      if (wrong != null) {
        return wrong;
      }
      next = octet(at);
      at += length;
    }
    if (next == 50 || next == 51 || next == 59) { // ESP, AH, nothing
      return DropReason.UNKNOWN_PROTOCOL;
    }
    protocol = next;
    payloadAt = at;
    return null;
  }

  private DropReason readExtension(int header, boolean first, int at, int length) {
    return switch (header) {
      case 43 -> octet(at + 3) == 0 ? null : DropReason.BAD_EXTENSION_HEADER; // segments left
      case 44 -> two(at + 2) / 8 == 0 && octet(at + 3) % 2 == 0 ? null : DropReason.FRAGMENT;
      default ->
          header == 60 || first
              ? readExtensionOptions(at + 2, at + length)
              : DropReason.BAD_EXTENSION_HEADER;
    };
  }

  /** Those that may be skipped are, and none is known (RFC 8200 §4.2). */
  private DropReason readExtensionOptions(int from, int end) {
    for (int at = from; at != end; ) {
      boolean padOne = octet(at) == 0;
      if (octet(at) >= 64 || !padOne && (at + 1 == end || at + 2 + octet(at + 1) > end)) {
        return DropReason.BAD_EXTENSION_HEADER;
      }
      at += padOne ? 1 : 2 + octet(at + 1);
    }
    return null;
  }

  /** RFC 9293 §3.1, §3.2. */
  private DropReason readTcp() {
    int length = payloadLength();
    if (length < 20) {
      return DropReason.TRUNCATED;
    }
    if (Checks.checksum(pseudoHeader(), p, payloadAt, length) != 0) {
      return DropReason.BAD_TCP_CHECKSUM;
    }
    int header = octet(payloadAt + 12) / 16 * 4;
    if (header < 20 || header > length) {
      return DropReason.BAD_TCP_HEADER;
    }
    srcPort = two(payloadAt);
    dstPort = two(payloadAt + 2);
    seq = four(payloadAt + 4);
    ack = four(payloadAt + 8);
    flags = octet(payloadAt + 13);
    window = two(payloadAt + 14);
    urgent = two(payloadAt + 18);
    dataAt = payloadAt + header;
    return readTcpOptions(payloadAt + 20);
  }

  /** RFC 768; RFC 8200 §8.1: over IPv6 none goes without a checksum. */
  private DropReason readUdp() {
    if (payloadLength() < 8) {
      return DropReason.BAD_UDP_HEADER;
    }
    int length = two(payloadAt + 4);
    if (length < 8 || length > payloadLength()) {
      return DropReason.BAD_UDP_HEADER;
    }
    srcPort = two(payloadAt);
    dstPort = two(payloadAt + 2);
    dataAt = payloadAt + 8;
    udpLength = length;
    boolean none = two(payloadAt + 6) == 0;
    boolean right = Checks.checksum(pseudoHeader(length), p, payloadAt, length) == 0;
    return (none ? v6 : !right) ? DropReason.BAD_UDP_CHECKSUM : null;
  }

  private DropReason readTcpOptions(int from) {
    int at = from;
    while (at < dataAt) {
      int kind = octet(at);
      if (kind == 0) { // the list's end
        return null;
      }
      if (kind == 1) {
        at++;
        continue;
      }
      int length = at + 1 < dataAt ? octet(at + 1) : 0;
      if (length < 2 || at + length > dataAt) { // MUST-7
        return DropReason.BAD_TCP_OPTION;
      }
      boolean fits =
          switch (kind) {
            case 2 -> length == 4; // RFC 9293 §3.7.1
            case 3 -> length == 3; // RFC 7323 §2.2
            case 4 -> length == 2; // RFC 2018 §2
            case 5 -> length > 2 && length % 8 == 2; // §3 there
            case 8 -> length == 10; // RFC 7323 §3.2
            default -> true;
          };
      if (fits) { // or else it says nothing
        options.add(new Option(kind, slice(at + 2, length - 2)));
      }
      at += length;
    }
    return null;
  }

  private long pseudoHeader() {
    return pseudoHeader(payloadLength());
  }

  private long pseudoHeader(int length) {
    return Checks.sum(Checks.sum(0, src, 0, src.length), dst, 0, dst.length) + protocol + length;
  }

  /** RFC 792, RFC 4443 §2. */
  private DropReason readIcmp() {
    int length = payloadLength();
    if (length < 8 || Checks.checksum(v6 ? pseudoHeader() : 0, p, payloadAt, length) != 0) {
      return DropReason.BAD_ICMP;
    }
    icmpType = octet(payloadAt);
    icmpCode = octet(payloadAt + 1);
    boolean error =
        v6 ? icmpType < 128 : List.of(3, 4, 11, 12).contains(icmpType); // queries and news are none
    int inner = payloadAt + 8;
    int least = v6 ? 40 : 20;
    if (!error || total - inner < least || octet(inner) / 16 != (v6 ? 6 : 4)) {
      return null;
    }
    int header = v6 ? 40 : octet(inner) % 16 * 4;
    int ports = inner + header;
    int about = octet(inner + (v6 ? 6 : 9));
    boolean known = about == TCP || about == UDP || about == (v6 ? 58 : 1);
    if (header >= least && known && ports + 8 <= total) {
      int size = src.length;
      int addresses = inner + (v6 ? 8 : 12);
      quote =
          new Quote(
              slice(addresses, size),
              slice(addresses + size, size),
              two(ports),
              two(ports + 2),
              four(ports + 4));
    }
    return null;
  }

  boolean isEchoRequest() {
    return icmp && payloadRefused == null && icmpType == (v6 ? 128 : 8) && icmpCode == 0;
  }
}
