package dev.jktcp.proof.interop;

import dev.jktcp.pcap.PcapSink;
import java.util.HashMap;
import java.util.Map;

/**
 * What a capture of one connection shows, read byte by byte: none of the code under test has a part
 * in it. Adapter context while packets pass, any thread afterwards.
 */
final class SeenOnWire implements PcapSink {
  private static final int NO_OPTION = 1;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;

  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int ECE = 0x40;
  private static final int CWR = 0x80;
  private static final int CE = 3;

  /** One direction. */
  static final class Side {
    /** Options of the SYN and their first byte, -1 where they have none. */
    final Map<Integer, Integer> syn = new HashMap<>();

    boolean synAsksForEcn;
    int segments; // behind the SYN, resets left out
    int withoutTimestamps;
    int withSack;
    int marked;
    int echoes; // segments with ECE
    int reduced; // segments with CWR
    int largestPacket;
  }

  private final Side ours = new Side();
  private final Side peers = new Side();
  private final int ourLastByte; // of our addresses

  SeenOnWire(int ourLastByte) {
    this.ourLastByte = ourLastByte;
  }

  Side ours() {
    return ours;
  }

  Side peers() {
    return peers;
  }

  @Override
  public void packet(byte[] bytes, int offset, int length, long nanoTime) {
    boolean v6 = bytes[offset] >> 4 == 6;
    int protocol = bytes[offset + (v6 ? 6 : 9)];
    if (protocol != 6) return;
    int source = bytes[offset + (v6 ? 23 : 15)];
    Side side = source == ourLastByte ? ours : peers;
    int ecn = v6 ? bytes[offset + 1] >> 4 & 3 : bytes[offset + 1] & 3;
    int tcp = offset + (v6 ? 40 : 4 * (bytes[offset] & 15));
    look(side, bytes, tcp, ecn);
    side.largestPacket = Math.max(side.largestPacket, length);
  }

  private static void look(Side side, byte[] bytes, int tcp, int ecn) {
    int flags = bytes[tcp + 13] & 255;
    int end = tcp + 4 * (bytes[tcp + 12] >> 4 & 15);
    Map<Integer, Integer> options = options(bytes, tcp + 20, end);
    if ((flags & SYN) != 0) {
      side.syn.putAll(options);
      side.synAsksForEcn |= (flags & ECE) != 0;
      return;
    }
    if ((flags & RST) != 0) return;
    side.segments++;
    if (!options.containsKey(TIMESTAMPS)) side.withoutTimestamps++;
    if (options.containsKey(SACK)) side.withSack++;
    if (ecn == CE) side.marked++;
    if ((flags & ECE) != 0) side.echoes++;
    if ((flags & CWR) != 0) side.reduced++;
  }

  private static Map<Integer, Integer> options(byte[] bytes, int from, int end) {
    Map<Integer, Integer> found = new HashMap<>();
    int at = from;
    while (at < end && bytes[at] != 0) {
      if (bytes[at] == NO_OPTION) {
        at++;
        continue;
      }
      int size = bytes[at + 1];
      found.put((int) bytes[at], size > 2 ? bytes[at + 2] & 255 : -1);
      at += size;
    }
    return found;
  }

  /** Both SYNs had it. */
  boolean agreed(int option) {
    return ours.syn.containsKey(option) && peers.syn.containsKey(option);
  }

  boolean sack() {
    return agreed(SACK_PERMITTED);
  }

  boolean timestamps() {
    return agreed(TIMESTAMPS);
  }

  boolean ecn() {
    return ours.synAsksForEcn && peers.synAsksForEcn;
  }

  /** The scale of the windows that the side announces, -1 = none. */
  static int scale(Side side) {
    return side.syn.getOrDefault(WINDOW_SCALE, -1);
  }
}
