package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Segments ahead of RCV.NXT (RFC 9293 SHLD-31), sorted, without overlap; of two copies of a byte
 * the first to come is kept. Exists only while there is a hole.
 */
final class Reassembler {
  // Smallest average piece we make room for: a peer that sends smaller ones out of order loses the
  // excess instead of our memory.
  private static final int MIN_AVERAGE_PIECE = 256;
  private static final int MIN_PIECES = 64;

  /** Bytes of a piece beside its data: the headers of two objects and four fields. */
  static final int PIECE = 64;

  private static final class Piece {
    final int seq;
    final byte[] bytes;
    Piece next;
    Piece previous;

    Piece(int seq, byte[] from, int offset, int length) {
      this.seq = seq;
      this.bytes = new byte[length];
      System.arraycopy(from, offset, bytes, 0, length);
    }

    int end() {
      return seq + bytes.length;
    }
  }

  private final int maxPieces;
  private final ByteAccount account;
  private Piece first;
  private Piece last;
  private int pieces;
  private int size;

  Reassembler(int windowBytes, ByteAccount account) {
    this.account = account;
    this.maxPieces = Math.max(MIN_PIECES, windowBytes / MIN_AVERAGE_PIECE);
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Payload held. */
  int size() {
    return size;
  }

  /** Behind the last byte held; only while there is one. */
  int end() {
    return last.end();
  }

  /** Bytes of memory behind all pieces. */
  int held() {
    return size + pieces * PIECE;
  }

  /**
   * Keeps the parts of a segment that are new, for as long as there is memory.
   *
   * @return whether there was
   */
  boolean insert(int seq, byte[] bytes, int offset, int length) {
    Piece before = last; // most segments belong at the end
    while (before != null && Seq.gt(before.seq, seq)) {
      before = before.previous;
    }
    int at = before == null ? seq : Seq.max(seq, before.end());
    int end = seq + length;
    Piece after = before == null ? first : before.next;
    while (Seq.lt(at, end)) {
      int gapEnd = after == null ? end : Seq.min(end, after.seq);
      if (Seq.lt(at, gapEnd)) {
        if (pieces >= maxPieces) {
          return true;
        }
        if (gapEnd - at + PIECE > account.disorderRoom()) {
          return false;
        }
        Piece piece = new Piece(at, bytes, offset + (at - seq), gapEnd - at);
        link(piece, before, after);
        before = piece;
      }
      if (after == null) {
        return true;
      }
      at = Seq.max(at, after.end());
      before = after;
      after = after.next;
    }
    return true;
  }

  /**
   * Moves what has become contiguous into {@code buffer}.
   *
   * @return the new RCV.NXT
   */
  int drainInto(ReceiveBuffer buffer, int rcvNxt) {
    while (first != null && Seq.leq(first.seq, rcvNxt)) {
      byte[] bytes = first.bytes;
      int skip = rcvNxt - first.seq;
      int fresh = bytes.length - skip;
      unlinkFirst(); // first, for its memory may be needed for the copy
      if (fresh > 0) {
        buffer.append(bytes, skip, fresh);
        rcvNxt += fresh;
      }
    }
    return rcvNxt;
  }

  /** Forgets everything. */
  void clear() {
    account.letGo(held());
    first = null;
    last = null;
    pieces = 0;
    size = 0;
  }

  /** Forgets what lies at this sequence number and behind it. */
  void dropFrom(int seq) {
    while (last != null && Seq.gt(last.end(), seq)) {
      Piece dropped = last;
      last = dropped.previous;
      if (last == null) {
        first = null;
      } else {
        last.next = null;
      }
      onUnlinked(dropped);
      if (Seq.lt(dropped.seq, seq)) {
        insert(dropped.seq, dropped.bytes, 0, seq - dropped.seq);
      }
    }
  }

  private void link(Piece piece, Piece before, Piece after) {
    piece.previous = before;
    piece.next = after;
    if (before == null) {
      first = piece;
    } else {
      before.next = piece;
    }
    if (after == null) {
      last = piece;
    } else {
      after.previous = piece;
    }
    pieces++;
    size += piece.bytes.length;
    account.hold(piece.bytes.length + PIECE);
  }

  private void onUnlinked(Piece piece) {
    pieces--;
    size -= piece.bytes.length;
    account.letGo(piece.bytes.length + PIECE);
  }

  private void unlinkFirst() {
    onUnlinked(first);
    first = first.next;
    if (first == null) {
      last = null;
    } else {
      first.previous = null;
    }
  }
}
