package dev.jktcp.tcp.connection;

/**
 * A run of sequence numbers ahead of RCV.NXT that are held without a gap, with holes before and
 * behind. It is a block of SACK (RFC 2018 §3).
 */
final class HeldRun {
  /** The bytes that one part of a segment brought. */
  static final class Piece {
    final byte[] bytes;
    Piece next;
    private Piece previous;

    Piece(byte[] from, int offset, int length) {
      this.bytes = new byte[length];
      System.arraycopy(from, offset, bytes, 0, length);
    }
  }

  final int start;
  int end; // of its data
  boolean fin; // the FIN follows, a number without a byte
  // In order; null if there is only a FIN.
  Piece first;
  Piece last;

  // HeldRuns only.
  HeldRun left;
  HeldRun right;
  byte height = 1;

  // SackOrder only.
  boolean unreported;
  HeldRun newer;
  HeldRun older;

  /** An empty run. */
  HeldRun(int start) {
    this.start = start;
    this.end = start;
  }

  /** The number after the last one held. */
  int reportedEnd() {
    return fin ? end + 1 : end;
  }

  void append(Piece piece) {
    link(piece, piece);
    end += piece.bytes.length;
  }

  /** Takes all of the run that begins where this one ends. */
  void append(HeldRun next) {
    if (next.first != null) {
      link(next.first, next.last);
    }
    end = next.end;
    fin = next.fin;
  }

  /** Takes away the last piece. */
  Piece removeLast() {
    Piece removed = last;
    last = removed.previous;
    if (last == null) {
      first = null;
    } else {
      last.next = null;
    }
    end -= removed.bytes.length;
    return removed;
  }

  private void link(Piece from, Piece to) {
    from.previous = last;
    if (last == null) {
      first = from;
    } else {
      last.next = from;
    }
    last = to;
  }
}
