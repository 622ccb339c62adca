package dev.jktcp.stack;

import dev.jktcp.tcp.connection.RateLimit;
import dev.jktcp.wire.IcmpErrorWriter;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;

/**
 * The ICMP errors that we send, at a limited rate (RFC 1812 §4.3.2.8, RFC 4443 §2.4 (f)). No error
 * reports a packet to a group, or from a source that is not a single host: such packets are dropped
 * earlier. Callers make sure that no error reports an ICMP error, or a fragment other than the
 * first.
 */
final class IcmpReports {
  private static final int V4_UNREACHABLE = 3;
  private static final int V4_TIME_EXCEEDED = 11;
  private static final int V4_PORT = 3;
  private static final int V6_UNREACHABLE = 1;
  private static final int V6_TIME_EXCEEDED = 3;
  private static final int V6_PARAMETER_PROBLEM = 4;
  private static final int V6_PORT = 4;
  private static final int REASSEMBLY = 1;

  /** RFC 7112 §5: a first fragment without all headers. */
  private static final int INCOMPLETE_HEADERS = 3;

  private final StackOptions options;
  private final StackCounters counters;
  private final IcmpOutput output;
  private final RateLimit limit;

  IcmpReports(StackOptions options, StackCounters counters, IcmpOutput output) {
    this.options = options;
    this.counters = counters;
    this.output = output;
    this.limit = new RateLimit(options.resetsPerSecond());
  }

  /** RFC 1122 §4.1.3.1, RFC 4443 §3.1: a datagram came to a port without a user. */
  void portUnreachable(IpPacket ip, long now) {
    boolean v6 = ip.v6();
    send(ip, v6 ? V6_UNREACHABLE : V4_UNREACHABLE, v6 ? V6_PORT : V4_PORT, 0, now);
  }

  /** RFC 792, RFC 8200 §4.5: the rest of this first fragment's packet did not come. */
  void reassemblyTimeExceeded(byte[] first, IpAddress local, IpAddress remote, long now) {
    int type = local.isV6() ? V6_TIME_EXCEEDED : V4_TIME_EXCEEDED;
    send(first, 0, first.length, local, remote, type, REASSEMBLY, 0, now);
  }

  /** RFC 8200 §4.5: a fragment of IPv6 has an impossible field. */
  void badField(IpPacket ip, int at, long now) {
    parameterProblem(ip, 0, at, now);
  }

  /** RFC 7112 §5: a first fragment of IPv6 without all headers. */
  void incompleteHeaders(IpPacket ip, long now) {
    parameterProblem(ip, INCOMPLETE_HEADERS, 0, now);
  }

  private void parameterProblem(IpPacket ip, int code, int pointer, long now) {
    if (ip.v6()) {
      send(ip, V6_PARAMETER_PROBLEM, code, pointer, now);
    }
  }

  private void send(IpPacket about, int type, int code, int parameter, long now) {
    int length = about.totalLength();
    IpAddress from = about.dst();
    IpAddress to = about.src();
    send(about.bytes(), about.offset(), length, from, to, type, code, parameter, now);
  }

  private void send(
      byte[] about,
      int off,
      int length,
      IpAddress from,
      IpAddress to,
      int type,
      int code,
      int parameter,
      long now) {
    if (!limit.allow(now)) {
      counters.repliesDropped++;
      return;
    }
    if (output.hasRoomTo(to)) {
      int ttl = options.tuning().ttl();
      output.add(
          to,
          IcmpErrorWriter.about(
              about, off, length, from, to, type, code, parameter, ttl, options.mtu()));
    }
  }
}
