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
 */
record Seen(long offset, long ack, int flags, int length, int window) {
  private static final int TCP = 20;

  static Seen ofClient(byte[] packet, int iss) {
    return of(packet, get32(packet, TCP + 4) - iss - 1, 0);
  }

  static Seen ofServer(byte[] packet, int iss) {
    return of(packet, 0, get32(packet, TCP + 8) - iss - 1);
  }

  private static Seen of(byte[] packet, int offset, int ack) {
    int headers = TCP + ((packet[TCP + 12] & 0xff) >> 4) * 4;
    return new Seen(
        offset, ack, packet[TCP + 13] & 0xff, packet.length - headers, get16(packet, TCP + 14));
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
