package dev.jktcp.proof.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reassembly as the RFCs tell it, without a thought for speed: each packet is the list of all that
 * came of it (RFC 791 §3.2, RFC 8200 §4.5), which an overlap ends (RFC 5722).
 */
final class Shelf {
  private static final long PATIENCE_NS = 60_000_000_000L; // RFC 8200 §4.5
  private static final int MOST_PIECES = 128;
  private static final int LONGEST = 65_535;

  /**
   * @param whole the packet's data, if this was the last that it lacked; else null
   * @param told whether the sender is told that a fragment cannot be
   */
  record Answer(byte[] whole, boolean told) {
    static final Answer NOTHING = new Answer(null, false);
  }

  private record Piece(int at, byte[] data, boolean more) {
    int end() {
      return at + data.length;
    }

    boolean isSame(Piece other) {
      return at == other.at && more == other.more && Arrays.equals(data, other.data);
    }
  }

  private static final class Packet {
    final boolean v6;
    final int key;
    final long sinceNs;
    final List<Piece> pieces = new ArrayList<>();
    boolean givenUp;

    Packet(boolean v6, int key, long sinceNs) {
      this.v6 = v6;
      this.key = key;
      this.sinceNs = sinceNs;
    }

    boolean contradicts(Piece piece) {
      for (Piece other : pieces) {
        boolean overlaps = piece.at < other.end() && other.at < piece.end();
        boolean beyond = !other.more && (!piece.more || piece.end() >= other.end());
        boolean cutsOff = !piece.more && other.end() > piece.at;
        if (overlaps || beyond || cutsOff) {
          return true;
        }
      }
      return pieces.size() == MOST_PIECES;
    }

    byte[] whole() {
      int end = -1;
      int have = 0;
      for (Piece piece : pieces) {
        end = piece.more ? end : piece.end();
        have += piece.data.length;
      }
      if (have != end) {
        return null;
      }
      byte[] whole = new byte[end];
      pieces.forEach(p -> System.arraycopy(p.data, 0, whole, p.at, p.data.length));
      return whole;
    }
  }

  private final int room;
  private final List<Packet> packets = new ArrayList<>(); // oldest first

  Shelf(int room) {
    this.room = room;
  }

  int size() {
    return packets.size();
  }

  long bytes() {
    return packets.stream()
        .filter(packet -> !packet.givenUp)
        .flatMap(packet -> packet.pieces.stream())
        .mapToLong(piece -> piece.data.length)
        .sum();
  }

  /**
   * @return of how many the senders are told: those whose first fragment came
   */
  int expire(long nowNs) {
    int told = 0;
    while (!packets.isEmpty() && nowNs - packets.get(0).sinceNs >= PATIENCE_NS) {
      Packet old = packets.remove(0);
      told += !old.givenUp && old.pieces.stream().anyMatch(p -> p.at == 0) ? 1 : 0;
    }
    return told;
  }

  Answer add(boolean v6, int key, int at, byte[] data, boolean more, long nowNs) {
    boolean first = at == 0;
    boolean noHeader = first && data.length < 8;
    boolean odd = data.length == 0 || more && data.length % 8 != 0;
    boolean tooLong = (v6 ? 0 : 20) + at + data.length > LONGEST;
    if (noHeader || odd || tooLong) {
      return new Answer(null, v6 && first);
    }
    Packet packet = find(v6, key);
    if (packet != null && packet.givenUp) {
      return Answer.NOTHING;
    }
    if (packet == null) {
      if (packets.size() == room) {
        packets.remove(0);
      }
      packet = new Packet(v6, key, nowNs);
      packets.add(packet);
    }
    Piece piece = new Piece(at, data, more);
    if (packet.pieces.stream().anyMatch(piece::isSame)) {
      return Answer.NOTHING;
    }
    if (packet.contradicts(piece)) {
      packet.givenUp = true;
      return Answer.NOTHING;
    }
    packet.pieces.add(piece);
    byte[] whole = packet.whole();
    if (whole != null) {
      packets.remove(packet);
    }
    return new Answer(whole, false);
  }

  private Packet find(boolean v6, int key) {
    return packets.stream().filter(p -> p.v6 == v6 && p.key == key).findFirst().orElse(null);
  }
}
