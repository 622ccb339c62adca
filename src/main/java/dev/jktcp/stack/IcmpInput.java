package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.RateLimit;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IcmpEcho;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import java.util.Arrays;

/**
 * ICMP: answers echo requests, at a limited rate, and passes replies and errors to the senders they
 * concern.
 */
final class IcmpInput {
  private final StackOptions options;
  private final LocalAddresses addresses;
  private final TcpHost tcp;
  private final UdpHost udp;
  private final EchoClient echo;
  private final StackCounters counters;
  private final RateLimit echoes;
  private final IcmpOutput output;
  private final IcmpError error = new IcmpError();

  IcmpInput(IpLayer ip, TcpHost tcp, UdpHost udp, EchoClient echo, IcmpOutput output) {
    this.options = ip.options();
    this.addresses = ip.addresses();
    this.tcp = tcp;
    this.udp = udp;
    this.echo = echo;
    this.output = output;
    this.counters = ip.counters();
    this.echoes = new RateLimit(options.resetsPerSecond());
  }

  /** An ICMP message to one of our addresses. */
  void onPacket(IpPacket ip, boolean fromOutside, long nowNs) throws MalformedPacket {
    if (IcmpEcho.isRequest(ip)) {
      onRequest(ip, nowNs);
    } else if (IcmpEcho.isReply(ip) ? !echo.onReply(ip, nowNs) : !onError(ip, fromOutside, nowNs)) {
      throw MalformedPacket.of(DropReason.ICMP);
    }
  }

  private void onRequest(IpPacket ip, long nowNs) throws MalformedPacket {
    IpAddress remote = ip.src();
    if (!output.hasRoomTo(remote)) {
      return;
    }
    if (!echoes.allow(nowNs)) {
      counters.repliesDropped++;
      return;
    }
    byte[] reply = new byte[Math.min(options.mtu(), ip.totalLength())];
    int length = IcmpEcho.reply(ip, reply, 0, reply.length, options.tuning().ttl());
    if (length == 0) {
      throw MalformedPacket.of(DropReason.ICMP);
    }
    output.add(remote, length == reply.length ? reply : Arrays.copyOf(reply, length));
  }

  /** RFC 9293 §3.9.2.2: an error goes to the protocol whose packet it quotes. */
  private boolean onError(IpPacket ip, boolean fromOutside, long nowNs) {
    // A packet to ourselves passes no router: an error about it from outside is forged.
    if (!error.parse(ip) || addresses.isOurs(error.dst()) == fromOutside) {
      return false;
    }
    SoftError meaning = IcmpMeaning.of(ip.v6(), error.type(), error.code());
    return meaning != null
        && switch (error.protocol()) {
          case IpPacket.TCP -> tcp.onIcmpError(meaning, error, nowNs);
          case IpPacket.UDP -> udp.onIcmpError(meaning, error, nowNs);
          default -> echo.onIcmpError(meaning, error);
        };
  }
}
