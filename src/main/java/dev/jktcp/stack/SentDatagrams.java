package dev.jktcp.stack;

import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;

/**
 * The datagrams that a port sent last. An ICMP error that quotes none of them is forged, or too
 * late to be of use. It has to quote ports, length and checksum, as an error about a TCP segment
 * has to quote a sequence number in flight (RFC 5927 §4.1).
 */
final class SentDatagrams {
  /** Two bursts that a turn sends to one peer; a router answers within a round trip. */
  private static final int REMEMBERED = 64;

  private final int[] to = new int[REMEMBERED];
  private final int[] lengthAndChecksum = new int[REMEMBERED];
  private int next;
  private int count;

  void add(IpAddress remote, int port, int lengthAndChecksum) {
    to[next] = hash(remote, port);
    this.lengthAndChecksum[next] = lengthAndChecksum;
    next = (next + 1) % REMEMBERED;
    count = Math.min(REMEMBERED, count + 1);
  }

  boolean quotedBy(IcmpError error) {
    int hash = hash(error.dst(), error.dstPort());
    for (int i = 0; i < count; i++) {
      if (to[i] == hash && lengthAndChecksum[i] == error.seq()) {
        return true;
      }
    }
    return false;
  }

  private static int hash(IpAddress remote, int port) {
    return remote.hashCode() * 31 + port;
  }
}
