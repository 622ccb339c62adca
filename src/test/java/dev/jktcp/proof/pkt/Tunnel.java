package dev.jktcp.proof.pkt;

import java.util.ArrayList;
import java.util.List;

/**
 * TCP in UDP as FreeBSD has it, around the stack. The way of a segment, plain or from a UDP port,
 * is part of its peer's name. A segment whose way is not that of the connection under test is a
 * stranger's: the stack sees it from a port of its own.
 */
final class Tunnel {
  /** Bytes of a datagram's header. */
  static final int OVERHEAD = 8;

  /** Segments that are not wrapped. */
  static final int PLAIN = 0;

  private static final int FIRST_STRANGER = 50_001;

  private final Settings settings;
  private final List<Integer> strangers = new ArrayList<>(); // their ways, by order of port
  private int way = PLAIN;

  Tunnel(Settings settings) {
    this.settings = settings;
  }

  /** The way of the connection under test: its peer's UDP port. */
  int way() {
    return way;
  }

  void way(int peersPort) {
    way = peersPort;
  }

  /** Whether a datagram to us comes to the port where TCP in UDP is heard. */
  boolean hears(Action.Udp udpOrNull) {
    return udpOrNull == null || settings.udpPort != 0 && udpOrNull.to() == settings.udpPort;
  }

  /** Whether what an ICMP message quotes is what the connection under test sends. */
  boolean isOurs(Action.Udp quotedOrNull) {
    return quotedOrNull == null
        ? way == PLAIN
        : quotedOrNull.from() == settings.udpPort && quotedOrNull.to() == way;
  }

  static int wayOf(Action.Udp udpOrNull) {
    return udpOrNull == null ? PLAIN : udpOrNull.from();
  }

  /** The port that a stranger has in the stack. */
  int strangersPort(int strangersWay) {
    if (!strangers.contains(strangersWay)) {
      strangers.add(strangersWay);
    }
    return FIRST_STRANGER + strangers.indexOf(strangersWay);
  }

  boolean isStranger(int port) {
    return port >= FIRST_STRANGER && port < FIRST_STRANGER + strangers.size();
  }

  /** Whether a packet of ours to that port goes the way that a line says. */
  boolean goesAs(int port, Action.Udp expectedOrNull) {
    int goes = isStranger(port) ? strangers.get(port - FIRST_STRANGER) : way;
    return expectedOrNull == null
        ? goes == PLAIN
        : goes == expectedOrNull.to() && expectedOrNull.from() == settings.udpPort;
  }

  /** Bytes that a segment has, of an IP packet without options. */
  int segmentSize() {
    return settings.mtu - (settings.family.v6() ? 60 : 40) - OVERHEAD;
  }
}
