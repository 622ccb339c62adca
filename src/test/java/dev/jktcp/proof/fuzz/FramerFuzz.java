package dev.jktcp.proof.fuzz;

import dev.jktcp.wire.FramingLost;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.PacketFramer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The framer, fed a stream cut where the input says, then whole, then, while it is not long, with
 * one cut behind each of its first bytes, and while it is short, byte by byte. Each time it gives
 * the packets that a plain reading of the whole gives, or is lost at the same place, and is as full
 * as that says.
 *
 * <p>Input: an octet for each part of the stream.
 *
 * <ul>
 *   <li>0 … 95: so many of the input's own bytes;
 *   <li>96 … 111: a cut here;
 *   <li>112 … 127: 16 bits, a cut so many bytes further on;
 *   <li>128 … 191: an IPv4 packet, 192 … 255: an IPv6 packet: 16 bits of length, then an octet that
 *       says where it is cut: bits 0 … 6 behind its first seven bytes, bit 7 before its last.
 * </ul>
 */
public final class FramerFuzz {
  private static final int MAX_STREAM = 70_000;
  private static final int SHORT = 200;
  private static final int LONG = 5_000;
  private static final int FIRST = 8; // one more than the framer needs to see of a header

  private final byte[] stream;
  private final BitSet drawnCuts;
  private int[] ends = new int[8];
  private int packets;
  private long lostAt = -1;

  private FramerFuzz(byte[] stream, BitSet drawnCuts) {
    this.stream = stream;
    this.drawnCuts = drawnCuts;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    BitSet cuts = new BitSet();
    FramerFuzz fuzz = new FramerFuzz(streamOf(data, cuts), cuts);
    fuzz.expect();
    fuzz.splits();
  }

  private static byte[] streamOf(byte[] data, BitSet cuts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Draws draws = new Draws(data);
    while (draws.hasMore() && out.size() < MAX_STREAM) {
      int kind = draws.octet();
      if (kind < 96) {
        out.writeBytes(draws.octets(Math.min(kind, draws.left())));
      } else if (kind < 128) {
        cuts.set(out.size() + (kind < 112 ? 0 : draws.sixteen()));
      } else {
        int begin = out.size();
        out.writeBytes(packet(kind, draws.sixteen()));
        int where = draws.octet();
        for (int bit = 0; bit < 7; bit++) {
          cuts.set(begin + bit + 1, (where >> bit & 1) != 0);
        }
        cuts.set(out.size() - 1, (where & 128) != 0);
      }
    }
    return out.toByteArray();
  }

  private static byte[] packet(int kind, int length) {
    boolean v4 = kind < 192;
    byte[] packet = new byte[v4 ? Math.max(20, length) : 40 + length];
    Arrays.fill(packet, (byte) kind); // what is no header of a next packet
    packet[0] = (byte) (v4 ? 0x45 : 0x60);
    packet[v4 ? 2 : 4] = (byte) ((v4 ? packet.length : length) >> 8);
    packet[v4 ? 3 : 5] = (byte) (v4 ? packet.length : length);
    return packet;
  }

  /** RFC 791 §3.1 and RFC 8200 §3 on the whole. */
  private void expect() {
    int at = 0;
    while (at < stream.length) {
      int left = stream.length - at;
      int version = stream[at] >>> 4 & 0xf;
      int length;
      if (version == 4) {
        int header = (stream[at] & 0xf) * 4;
        if (header < 20 || left >= 4 && u16(at + 2) < header) {
          lostAt = at;
          return;
        }
        length = left < 4 ? Integer.MAX_VALUE : u16(at + 2);
      } else if (version == 6) {
        if (left >= 7 && u16(at + 4) == 0 && stream[at + 6] == 0) { // a jumbogram
          lostAt = at;
          return;
        }
        length = left < 7 ? Integer.MAX_VALUE : 40 + u16(at + 4);
      } else {
        lostAt = at;
        return;
      }
      if (length > left) {
        return;
      }
      at += length;
      if (packets == ends.length) {
        ends = Arrays.copyOf(ends, 2 * packets);
      }
      ends[packets++] = at;
    }
  }

  private int u16(int at) {
    return (stream[at] & 0xff) << 8 | stream[at + 1] & 0xff;
  }

  private void splits() {
    check(drawnCuts);
    BitSet cuts = new BitSet();
    check(cuts);
    for (int cut = 1; cut <= FIRST && stream.length <= LONG; cut++) {
      cuts.clear();
      cuts.set(cut);
      check(cuts);
    }
    if (stream.length <= SHORT) {
      cuts.set(1, Math.max(1, stream.length));
      check(cuts);
    }
  }

  /** Cuts outside the stream are none. */
  private void check(BitSet cuts) {
    PacketFramer framer = new PacketFramer();
    int given = 0;
    boolean lost = false;
    for (int from = 0; from < stream.length; ) {
      int next = cuts.nextSetBit(from + 1);
      int to = next < 0 ? stream.length : Math.min(next, stream.length);
      byte[] piece = new byte[to - from + 2]; // not where it lay in the stream
      System.arraycopy(stream, from, piece, 1, to - from);
      framer.feed(piece, 1, to - from);
      try {
        for (; framer.next(); given++) {
          checkPacket(framer, given, cuts);
          say(framer.midPacket() == ends[given] < to, "more fed", cuts);
        }
      } catch (FramingLost e) {
        lost = true;
        say(e.position() == lostAt, "lost elsewhere", cuts);
      }
      Arrays.fill(piece, (byte) 0x45); // none of it is needed any more
      from = to;
      boolean within = given == 0 ? from > 0 : from > ends[given - 1];
      say(lost || framer.midPacket() == within, "mid packet", cuts);
    }
    int whole = packets == 0 ? 0 : ends[packets - 1];
    say(given == packets, "packets missing", cuts);
    say(lost == lostAt >= 0, "lost or not", cuts);
    say(framer.position() == whole, "position at the end", cuts);
  }

  private void checkPacket(PacketFramer framer, int packet, BitSet cuts) {
    say(packet < packets, "a packet too many", cuts);
    int begin = packet == 0 ? 0 : ends[packet - 1];
    int off = framer.packetOffset();
    int length = framer.packetLength();
    say(length <= IpPacket.V6_HEADER + 0xffff, "a packet longer than any", cuts);
    say(
        Arrays.equals(framer.packetBytes(), off, off + length, stream, begin, ends[packet]),
        "another packet",
        cuts);
    say(framer.position() == ends[packet], "position behind a packet", cuts);
  }

  private void say(boolean holds, String what, BitSet cuts) {
    if (!holds) {
      throw new AssertionError(what + ", " + stream.length + " bytes cut at " + cuts);
    }
  }
}
