package dev.jktcp.golden;

import static dev.jktcp.script.TestPacket.get16;
import static dev.jktcp.script.TestPacket.get32;

import dev.jktcp.script.TestPacket;

/**
 * What the tables look at in a packet of IPv4.
 *
 * @param offset of the client's bytes: where a segment of the client begins, counted from 0
 * @param ack of the client's bytes: how many of them a segment of the server acknowledges
 * @param window as the header has it
 * @param reported the end of the highest block of SACK, or {@code ack}
 */
record Seen(long offset, long ack, int flags, int length, int window, long reported) {
  private static final int TCP = 20;
  private static final int SACK = 5;

  static Seen ofClient(byte[] packet, int iss) {
    return of(packet, get32(packet, TCP + 4) - iss - 1, 0, 0);
  }

  static Seen ofServer(byte[] packet, int iss) {
    int ack = get32(packet, TCP + 8);
    return of(packet, 0, ack - iss - 1, reported(packet, ack) - iss - 1);
  }

  private static int reported(byte[] packet, int ack) {
    int end = TCP + ((packet[TCP + 12] & 0xff) >> 4) * 4;
    int highest = ack;
    for (int at = TCP + 20; at < end && packet[at] != 0; ) {
      boolean bare = packet[at] == 1; // NOP
      int length = bare ? 1 : packet[at + 1];
      for (int block = at + 2; packet[at] == SACK && block < at + length; block += 8) {
        highest = Math.max(highest - ack, get32(packet, block + 4) - ack) + ack;
      }
      at += length;
    }
    return highest;
  }

  private static Seen of(byte[] packet, int offset, int ack, int reported) {
    int headers = TCP + ((packet[TCP + 12] & 0xff) >> 4) * 4;
    int flags = packet[TCP + 13] & 0xff;
    int window = get16(packet, TCP + 14);
    return new Seen(offset, ack, flags, packet.length - headers, window, reported);
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
