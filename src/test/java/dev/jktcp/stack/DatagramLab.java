package dev.jktcp.stack;

import static dev.jktcp.proof.script.TestPacket.put16;
import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.wire.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two stacks on both families, and the packets between them by hand; time stands still. */
public final class DatagramLab {
  final IpStack a;
  final IpStack b;
  long nowNs = 5_000 * MS;
  private final byte[] buffer = new byte[65_536];

  DatagramLab() {
    this(options("10.0.0.1", "fd00::1"), options("10.0.0.2", "fd00::2"));
  }

  DatagramLab(StackOptions ofA, StackOptions ofB) {
    a = new IpStack(ofA, 1, 2);
    b = new IpStack(ofB, 3, 4);
  }

  static StackOptions options(String v4, String v6) {
    return new StackOptions().addAddress(ip(v4)).addAddress(ip(v6));
  }

  static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }

  static IpAddress ofA(boolean v6) {
    return ip(v6 ? "fd00::1" : "10.0.0.1");
  }

  static IpAddress ofB(boolean v6) {
    return ip(v6 ? "fd00::2" : "10.0.0.2");
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Takes what the stack has to send. */
  List<byte[]> poll(IpStack stack) {
    List<byte[]> packets = new ArrayList<>();
    for (int n; (n = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      packets.add(Arrays.copyOf(buffer, n));
    }
    return packets;
  }

  /** Takes what the stack has for itself; the stack gets it at once. */
  List<byte[]> pollLooped(IpStack stack) {
    List<byte[]> packets = new ArrayList<>();
    for (int n; (n = stack.pollLooped(buffer, 0, nowNs)) > 0; ) {
      packets.add(Arrays.copyOf(buffer, n));
    }
    return packets;
  }

  void give(IpStack stack, byte[] packet) {
    stack.onPacket(packet, 0, packet.length, nowNs);
  }

  /** Until neither has anything to send. */
  void exchange() {
    List<byte[]> toB = poll(a);
    List<byte[]> toA = poll(b);
    while (!toA.isEmpty() || !toB.isEmpty()) {
      toB.forEach(packet -> give(b, packet));
      toA.forEach(packet -> give(a, packet));
      toB = poll(a);
      toA = poll(b);
    }
  }

  /**
   * Cuts a packet as a router does, or for IPv6 its sender.
   *
   * @param size of each piece's data but the last, a multiple of eight
   */
  public static List<byte[]> cut(byte[] packet, int size, int identification) {
    boolean v6 = packet[0] >> 4 == 6;
    int header = v6 ? 40 : 20;
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < packet.length - header; at += size) {
      int length = Math.min(size, packet.length - header - at);
      boolean more = header + at + length < packet.length;
      byte[] data = Arrays.copyOfRange(packet, header + at, header + at + length);
      pieces.add(fragment(packet, data, at, more, identification));
    }
    return pieces;
  }

  /** A fragment with the packet's header and any data. */
  public static byte[] fragment(
      byte[] packet, byte[] data, int at, boolean more, int identification) {
    boolean v6 = packet[0] >> 4 == 6;
    int header = v6 ? 48 : 20;
    byte[] piece = new byte[header + data.length];
    System.arraycopy(packet, 0, piece, 0, v6 ? 40 : 20);
    System.arraycopy(data, 0, piece, header, data.length);
    if (v6) {
      piece[6] = 44;
      put16(piece, 4, 8 + data.length);
      piece[40] = packet[6];
      put16(piece, 42, at | (more ? 1 : 0));
      put16(piece, 44, identification >>> 16);
      put16(piece, 46, identification);
    } else {
      put16(piece, 2, piece.length);
      put16(piece, 4, identification);
      put16(piece, 6, at / 8 | (more ? 0x2000 : 0));
      fixHeader(piece);
    }
    return piece;
  }

  static void fixHeader(byte[] v4) {
    put16(v4, 10, 0);
    put16(v4, 10, TestPacket.checksum(0, v4, 0, 20));
  }
}
