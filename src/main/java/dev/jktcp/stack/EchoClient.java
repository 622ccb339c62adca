package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IcmpEcho;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Echo requests of ours (RFC 1122 §3.2.2.6 has every host able to send them). Identifier, first
 * sequence number and data come from the stack's entropy, so that only a host that received a
 * request can answer it.
 */
final class EchoClient {
  /** Bytes of data, as ping sends: 64 with the ICMP header. Fewer if the MTU has no room for it. */
  private static final int DATA = 56;

  private static final int ICMP_HEADER = 8;

  private static final int IDENTIFIER = 0xFFFF_0000;

  private final StackOptions options;
  private final LocalAddresses addresses;
  private final IcmpOutput output;
  private final Notices notices;
  private final SipHash hash;
  private final Map<Integer, Ping> outstanding = new LinkedHashMap<>();
  private long drawn;
  private int nextName;

  EchoClient(
      StackOptions options,
      LocalAddresses addresses,
      IcmpOutput output,
      Notices notices,
      SipHash hash) {
    this.options = options;
    this.addresses = addresses;
    this.output = output;
    this.notices = notices;
    this.hash = hash;
    this.nextName = (int) hash.hash(drawn++, 0);
  }

  /**
   * Sends an echo request.
   *
   * @param timeoutNs time limit for the answer
   */
  Ping ping(IpAddress remote, long timeoutNs, long now) throws StackException {
    if (!addresses.canBePeer(remote)) {
      throw new StackException(
          "cannot ping " + remote + ": not a unicast address of another host; give one");
    }
    if (outstanding.size() >= options.maxPings() || !output.hasRoomTo(remote)) {
      throw new StackException(
          "too many pings wait for an answer, or for the transport: "
              + outstanding.size()
              + "; ask fewer at once, or raise maxPings");
    }
    IpAddress local = addresses.sourceFor(remote);
    Ping ping = new Ping(remote, takeName(), data(dataBytes(remote)), now, timeoutNs);
    outstanding.put(ping.name(), ping);
    int ttl = options.tuning().ttl();
    output.add(remote, IcmpEcho.request(local, remote, ping.name(), ping.data(), ttl));
    return ping;
  }

  /** The identifier, with the next sequence number that no other request has. */
  private int takeName() {
    int name;
    do {
      name = nextName;
      nextName = name & IDENTIFIER | name + 1 & ~IDENTIFIER;
    } while (outstanding.containsKey(name));
    return name;
  }

  /** A multiple of eight, at least 40: no link has less than 68 bytes (RFC 791 §3.2). */
  private int dataBytes(IpAddress remote) {
    int header = remote.isV6() ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
    int room = options.mtu() - header - ICMP_HEADER;
    return Math.min(DATA, room / Long.BYTES * Long.BYTES);
  }

  private byte[] data(int length) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i += Long.BYTES) {
      long random = hash.hash(drawn++, i);
      for (int j = 0; j < Long.BYTES; j++) {
        data[i + j] = (byte) (random >>> Byte.SIZE * j);
      }
    }
    return data;
  }

  /**
   * An echo reply came.
   *
   * @return whether the reply answers a request
   */
  boolean onReply(IpPacket ip, long now) {
    Ping ping = outstanding.get(IcmpEcho.name(ip));
    if (ping == null || !ip.srcMatches(ping.remote()) || !IcmpEcho.hasData(ip, ping.data())) {
      return false;
    }
    ping.onAnswer(now);
    end(ping);
    return true;
  }

  /** An ICMP error came that quotes an echo request. */
  boolean onIcmpError(SoftError meaning, IcmpError error) {
    Ping ping = outstanding.get(error.seq());
    if (ping == null || !ping.remote().equals(error.dst())) {
      return false;
    }
    ping.onError(meaning);
    end(ping);
    return true;
  }

  /** The caller gives up the wait for the answer. */
  void cancel(Ping ping) {
    outstanding.remove(ping.name(), ping);
  }

  private void end(Ping ping) {
    outstanding.remove(ping.name());
    notices.add(ping);
  }

  void expire(long now) {
    if (outstanding.isEmpty() || now - deadlineNs() < 0) {
      return;
    }
    for (Ping ping : new ArrayList<>(outstanding.values())) {
      if (now - ping.deadlineNs() >= 0) {
        ping.onTooLate();
        end(ping);
      }
    }
  }

  /** When {@link #expire} next has work; {@link IpStack#NONE} = no request waits. */
  long deadlineNs() {
    if (outstanding.isEmpty()) { // as for nearly every packet
      return IpStack.NONE;
    }
    long earliest = IpStack.NONE;
    for (Ping ping : outstanding.values()) {
      boolean first = earliest == IpStack.NONE || ping.deadlineNs() - earliest < 0;
      earliest = first ? ping.deadlineNs() : earliest;
    }
    return earliest;
  }

  int outstanding() {
    return outstanding.size();
  }
}
