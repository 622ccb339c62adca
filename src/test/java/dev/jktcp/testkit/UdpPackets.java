package dev.jktcp.testkit;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Whole IP packets with one UDP datagram each, for talking to the kernel before there is TCP. */
public final class UdpPackets {
  private static final int UDP = 17;

  private UdpPackets() {}

  public static byte[] packet(
      InetAddress src, int srcPort, InetAddress dst, int dstPort, byte[] payload) {
    boolean v6 = src.getAddress().length == 16;
    int header = v6 ? 40 : 20;
    int udpLength = 8 + payload.length;
    ByteBuffer p = ByteBuffer.allocate(header + udpLength);
    if (v6) {
      p.putInt(6 << 28).putShort((short) udpLength).put((byte) UDP).put((byte) 64);
      p.put(src.getAddress()).put(dst.getAddress());
    } else {
      p.putShort((short) 0x4500).putShort((short) p.capacity()).putInt(0);
      p.put((byte) 64).put((byte) UDP).putShort((short) 0);
      p.put(src.getAddress()).put(dst.getAddress());
      p.putShort(10, (short) ~fold(sum(p, 0, 20)));
    }
    p.putShort((short) srcPort).putShort((short) dstPort).putShort((short) udpLength);
    p.putShort((short) 0).put(payload);
    int addresses = src.getAddress().length * 2;
    long pseudo = sum(p, header - addresses, addresses) + UDP + udpLength;
    int checksum = ~fold(pseudo + sum(p, header, udpLength)) & 0xffff;
    p.putShort(header + 6, (short) (checksum == 0 ? 0xffff : checksum));
    return p.array();
  }

  private static long sum(ByteBuffer p, int from, int length) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (long) (p.get(from + i) & 0xff) << ((i & 1) == 0 ? 8 : 0);
    }
    return sum;
  }

  private static int fold(long sum) {
    while (sum >>> 16 != 0) sum = (sum & 0xffff) + (sum >>> 16);
    return (int) sum;
  }

  /** Where the payload of a UDP packet begins, or -1: no UDP. Knows no extension headers. */
  public static int payloadOffset(byte[] bytes, int offset) {
    boolean v6 = (bytes[offset] & 0xf0) == 0x60;
    int protocol = bytes[offset + (v6 ? 6 : 9)];
    if (protocol != UDP) return -1;
    return offset + (v6 ? 40 : (bytes[offset] & 0x0f) * 4) + 8;
  }
}
