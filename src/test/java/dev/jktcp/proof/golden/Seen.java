package dev.jktcp.proof.golden;

import static dev.jktcp.proof.script.TestPacket.get16;
import static dev.jktcp.proof.script.TestPacket.get32;

import dev.jktcp.proof.script.TestPacket;

/**
 * What the tables look at in a packet of IPv4.
 *
 * @param offset of the client's bytes: where a segment of the client begins, counted from 0
 * @param ack of the client's bytes: how many of them a segment of the server acknowledges
 * @param window as the header has it
 * @param reported the end of the highest block of SACK, or {@code ack}
 * @param twice where the bytes begin that a DSACK says came twice (RFC 2883), or {@code ack}
 * @param blocks the edges of all blocks of SACK
 * @param stamp the timestamp of a segment of the client, the echo in one of the server; {@link
 *     #NO_STAMP} = it has none
 */
record Seen(
    long offset,
    long ack,
    int flags,
    int length,
    int window,
    long reported,
    long twice,
    long[] blocks,
    long stamp) {
  static final long NO_STAMP = -1;

  private static final long[] NONE = {};

  private static final int TCP = 20;
  private static final int SACK = 5;

  static Seen ofClient(byte[] packet, int iss) {
    return of(packet, get32(packet, TCP + 4) - iss - 1, 0, 0, 0, NONE, stamp(packet, 0));
  }

  static Seen ofServer(byte[] packet, int iss) {
    int ack = get32(packet, TCP + 8);
    int twice = twice(packet, ack);
    int reported = reported(packet, ack);
    long[] blocks = blocks(packet, iss);
    long stamp = stamp(packet, 4);
    return of(packet, 0, ack - iss - 1, reported - iss - 1, twice - iss - 1, blocks, stamp);
  }

  /** Milliseconds; no story is so long that they would wrap. */
  private static long stamp(byte[] packet, int which) {
    byte[] options = TestPacket.optionsOf(packet);
    int at = TestPacket.timestampsAt(options);
    return at < 0 ? NO_STAMP : get32(options, at + 2 + which) & 0xffff_ffffL;
  }

  private static long[] blocks(byte[] packet, int iss) {
    int at = sackAt(packet);
    long[] edges = at < 0 ? NONE : new long[(packet[at + 1] - 2) / 4];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = get32(packet, at + 2 + 4 * i) - iss - 1;
    }
    return edges;
  }

  private static int reported(byte[] packet, int ack) {
    int at = sackAt(packet);
    int highest = ack;
    for (int block = at + 2; at > 0 && block < at + packet[at + 1]; block += 8) {
      highest = Math.max(highest - ack, get32(packet, block + 4) - ack) + ack;
    }
    return highest;
  }

  private static int twice(byte[] packet, int ack) {
    int at = sackAt(packet);
    if (at < 0) {
      return ack;
    }
    int start = get32(packet, at + 2);
    boolean second = packet[at + 1] > 10;
    boolean held =
        second
            && start - get32(packet, at + 10) >= 0
            && get32(packet, at + 6) - get32(packet, at + 14) <= 0;
    return held || start - ack < 0 ? start : ack;
  }

  /** Where the option begins; -1 = there is none. */
  private static int sackAt(byte[] packet) {
    int end = TCP + ((packet[TCP + 12] & 0xff) >> 4) * 4;
    for (int at = TCP + 20; at < end && packet[at] != 0; ) {
      if (packet[at] == SACK) {
        return at;
      }
      at += packet[at] == 1 ? 1 : packet[at + 1]; // NOP
    }
    return -1;
  }

  private static Seen of(
      byte[] packet, int offset, int ack, int reported, int twice, long[] blocks, long stamp) {
    int headers = TCP + ((packet[TCP + 12] & 0xff) >> 4) * 4;
    int flags = packet[TCP + 13] & 0xff;
    int window = get16(packet, TCP + 14);
    int length = packet.length - headers;
    return new Seen(offset, ack, flags, length, window, reported, twice, blocks, stamp);
  }

  boolean syn() {
    return (flags & TestPacket.SYN) != 0;
  }

  boolean fin() {
    return (flags & TestPacket.FIN) != 0;
  }

  long end() {
    return offset + length;
  }
}
