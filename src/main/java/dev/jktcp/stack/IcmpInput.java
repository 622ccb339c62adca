package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.RateLimit;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IcmpEcho;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import java.util.ArrayDeque;
import java.util.Arrays;

/** ICMP: answers echo requests, at a limited rate, and takes errors to whom they are about. */
final class IcmpInput {
  private static final int ECHO_QUEUE = 16; // pings are a courtesy

  private final StackOptions options;
  private final LocalAddresses addresses;
  private final TcpHost tcp;
  private final StackCounters counters;
  private final RateLimit echoes;
  private final ArrayDeque<byte[]> replies = new ArrayDeque<>();
  private final IcmpError error = new IcmpError();

  IcmpInput(StackOptions options, LocalAddresses addresses, TcpHost tcp, StackCounters counters) {
    this.options = options;
    this.addresses = addresses;
    this.tcp = tcp;
    this.counters = counters;
    this.echoes = new RateLimit(options.resetsPerSecond());
  }

  /** An ICMP message to one of our addresses. */
  void onPacket(IpPacket ip, long nowNs) throws MalformedPacket {
    if (!IcmpEcho.isRequest(ip)) {
      onError(ip, nowNs);
      return;
    }
    if (replies.size() >= ECHO_QUEUE || !echoes.allow(nowNs)) {
      counters.repliesDropped++;
      return;
    }
    byte[] reply = new byte[Math.min(options.mtu(), ip.totalLength())];
    int length = IcmpEcho.reply(ip, reply, 0, reply.length, options.tuning().ttl());
    if (length == 0) {
      throw MalformedPacket.of(DropReason.ICMP);
    }
    replies.add(length == reply.length ? reply : Arrays.copyOf(reply, length));
  }

  /** RFC 9293 §3.9.2.2: told to the host whose segment it quotes. */
  private void onError(IpPacket ip, long nowNs) throws MalformedPacket {
    if (error.parse(ip)) {
      // A packet to ourselves passes no router: a message about it is forged.
      if (addresses.isOurs(error.dst())) {
        throw MalformedPacket.of(DropReason.ICMP);
      }
      SoftError meaning = IcmpMeaning.of(ip.v6(), error.type(), error.code());
      if (meaning != null && tcp.onIcmpError(meaning, error, nowNs)) {
        return;
      }
    }
    throw MalformedPacket.of(DropReason.ICMP);
  }

  /** Replies were cut to another MTU; a ping is sent again. */
  void forget() {
    replies.clear();
  }

  /** Writes the next reply; 0 = there is none. */
  int poll(byte[] to, int offset) {
    byte[] reply = replies.poll();
    if (reply == null) {
      return 0;
    }
    System.arraycopy(reply, 0, to, offset, reply.length);
    return reply.length;
  }
}
