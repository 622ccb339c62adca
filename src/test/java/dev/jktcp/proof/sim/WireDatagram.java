package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A UDP datagram as a value, read from a packet without the library's wire code. */
record WireDatagram(ByteBuffer from, int fromPort, ByteBuffer to, int toPort, ByteBuffer payload) {
  private static final int UDP = 17;
  private static final int HEADER = 8;

  static WireDatagram of(
      IpAddress from, int fromPort, IpAddress to, int toPort, byte[] payloadOfItsOwn) {
    return new WireDatagram(
        ByteBuffer.wrap(from.toBytes()),
        fromPort,
        ByteBuffer.wrap(to.toBytes()),
        toPort,
        ByteBuffer.wrap(payloadOfItsOwn));
  }

  /** What a packet without extension headers carries. */
  static int protocol(byte[] packet) {
    return packet[TestPacket.isV6(packet) ? 6 : 9] & 0xff;
  }

  static boolean isUdp(byte[] packet) {
    return protocol(packet) == UDP;
  }

  /** Holds every header of what a stack sent to the letter. */
  static WireDatagram decode(byte[] packet) {
    boolean v6 = TestPacket.isV6(packet);
    int at = v6 ? 40 : 20;
    int length = packet.length - at;
    check(length >= HEADER, "a UDP packet of " + packet.length + " bytes");
    check(TestPacket.get16(packet, v6 ? 4 : 2) == (v6 ? length : packet.length), "its IP length");
    check(v6 || packet[0] == 0x45, "its IP header length");
    check(v6 || TestPacket.checksum(0, packet, 0, at) == 0, "its IP checksum");
    check(TestPacket.get16(packet, at + 4) == length, "its UDP length");
    check(TestPacket.get16(packet, at + 6) != 0, "no UDP checksum");
    check(checksum(packet) == 0, "its UDP checksum");
    return new WireDatagram(
        ByteBuffer.wrap(source(packet)),
        TestPacket.get16(packet, at),
        ByteBuffer.wrap(destination(packet)),
        TestPacket.get16(packet, at + 2),
        ByteBuffer.wrap(packet, at + HEADER, length - HEADER).slice());
  }

  /** RFC 768's, of the whole datagram: 0 where the one that it has is right. */
  static int checksum(byte[] packet) {
    int at = TestPacket.isV6(packet) ? 40 : 20;
    int length = packet.length - at;
    int sum = TestPacket.pseudoHeader(source(packet), destination(packet), UDP, length);
    return TestPacket.checksum(sum, packet, at, length);
  }

  private static byte[] source(byte[] packet) {
    return TestPacket.isV6(packet)
        ? Arrays.copyOfRange(packet, 8, 24)
        : Arrays.copyOfRange(packet, 12, 16);
  }

  static byte[] destination(byte[] packet) {
    return TestPacket.isV6(packet)
        ? Arrays.copyOfRange(packet, 24, 40)
        : Arrays.copyOfRange(packet, 16, 20);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("a datagram on the wire: " + what);
    }
  }
}
