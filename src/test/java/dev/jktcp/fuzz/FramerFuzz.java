package dev.jktcp.fuzz;

import dev.jktcp.wire.FramingLost;
import dev.jktcp.wire.PacketFramer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The framer, fed the same bytes in every split that could matter: all of them while they are
 * short; else every place for one cut, every pair of places near the beginnings of packets, and
 * every size of pieces. It gives the packets that a plain reading of the whole gives, or is lost at
 * the same place.
 *
 * <p>Input: pieces of the stream, each an octet that says what it is: 0 … 159 so many of the
 * input's own bytes, else a packet with 16 bits of length and a payload of zeros.
 */
public final class FramerFuzz {
  private static final int ALL_SPLITS = 9; // 2^8 ways to cut
  private static final int ALL_CUTS = 128;
  private static final int RAW = 160;
  private static final int V4 = 208;
  private static final int MAX_STREAM = 70_000;
  private static final int NEAR = 9; // more than the framer needs to see of a header

  private final byte[] stream;
  private final List<Integer> ends = new ArrayList<>();
  private long lostAt = -1;

  private FramerFuzz(byte[] stream) {
    this.stream = stream;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    FramerFuzz fuzz = new FramerFuzz(streamOf(data));
    fuzz.expect();
    fuzz.splits();
  }

  private static byte[] streamOf(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Draws draws = new Draws(data);
    while (draws.hasMore() && out.size() < MAX_STREAM) {
      int kind = draws.octet();
      if (kind < RAW) {
        out.writeBytes(draws.octets(Math.min(kind, draws.left())));
      } else {
        int length = draws.sixteen();
        boolean v4 = kind < V4;
        byte[] packet = new byte[v4 ? Math.max(20, length) : 40 + length];
        packet[0] = (byte) (v4 ? 0x45 : 0x60);
        packet[v4 ? 2 : 4] = (byte) ((v4 ? packet.length : length) >> 8);
        packet[v4 ? 3 : 5] = (byte) (v4 ? packet.length : length);
        packet[6] = (byte) (v4 ? 0 : kind); // no hop-by-hop options: no jumbogram
        out.writeBytes(packet);
      }
    }
    return out.toByteArray();
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
        if (left >= 7 && u16(at + 4) == 0 && stream[at + 6] == 0) {
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
      ends.add(at);
    }
  }

  private int u16(int at) {
    return (stream[at] & 0xff) << 8 | stream[at + 1] & 0xff;
  }

  private void splits() {
    int n = stream.length;
    check();
    if (n <= ALL_SPLITS) {
      for (int cuts = 0; cuts < 1 << Math.max(0, n - 1); cuts++) {
        int mask = cuts;
        check(IntStream.range(1, n).filter(i -> (mask >> i - 1 & 1) != 0).toArray());
      }
      return;
    }
    if (n <= ALL_CUTS) {
      for (int cut = 1; cut < n; cut++) {
        check(cut);
      }
      for (int size = 1; size < n; size++) {
        checkPieces(size);
      }
    } else {
      for (int size : new int[] {1, 40, 1_400, 65_536}) {
        if (n / size <= 20_000) {
          checkPieces(size);
        }
      }
    }
    int packets = 0;
    int begin = 0;
    for (int end : ends) {
      nearCuts(begin, end);
      begin = end;
      if (++packets == 3) {
        break;
      }
    }
    nearCuts(begin, n);
  }

  /** A cut in the header's first bytes and another there or at the packet's end. */
  private void nearCuts(int begin, int end) {
    for (int i = 0; i < NEAR; i++) {
      for (int j = i + 1; j < NEAR; j++) {
        check(begin + i, begin + j);
      }
      check(begin + i, end - 1);
      check(begin + i, end + 1);
    }
  }

  private void checkPieces(int size) {
    int[] cuts = new int[(stream.length - 1) / size];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = (i + 1) * size;
    }
    check(cuts);
  }

  /** Cuts outside the stream, or behind one another, are none. */
  private void check(int... cuts) {
    PacketFramer framer = new PacketFramer();
    int from = 0;
    int packets = 0;
    boolean lost = false;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : stream.length;
      if (to < from || to > stream.length) {
        continue;
      }
      byte[] piece = Arrays.copyOfRange(stream, from, to);
      framer.feed(piece, 0, piece.length);
      try {
        for (; framer.next(); packets++) {
          checkPacket(framer, packets, cuts);
        }
      } catch (FramingLost e) {
        lost = true;
        say(e.position() == lostAt, "lost at " + e.position() + " for " + lostAt, cuts);
      }
      Arrays.fill(piece, (byte) 0xA5); // none of it is needed any more
      from = to;
    }
    int whole = ends.isEmpty() ? 0 : ends.get(ends.size() - 1);
    say(packets == ends.size(), packets + " packets of " + ends.size(), cuts);
    say(lost == lostAt >= 0, "lost: " + lost, cuts);
    say(framer.position() == whole, "position " + framer.position() + " for " + whole, cuts);
    say(lost || framer.midPacket() == stream.length > whole, "mid packet", cuts);
  }

  private void checkPacket(PacketFramer framer, int packet, int[] cuts) {
    say(packet < ends.size(), "a packet too many", cuts);
    int begin = packet == 0 ? 0 : ends.get(packet - 1);
    int off = framer.packetOffset();
    say(
        Arrays.equals(
            framer.packetBytes(),
            off,
            off + framer.packetLength(),
            stream,
            begin,
            ends.get(packet)),
        "packet " + packet + " differs",
        cuts);
  }

  private void say(boolean holds, String what, int[] cuts) {
    if (!holds) {
      throw new AssertionError(
          what + ", " + stream.length + " bytes cut at " + Arrays.toString(cuts));
    }
  }
}
