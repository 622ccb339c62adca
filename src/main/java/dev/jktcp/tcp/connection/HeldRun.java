package dev.jktcp.tcp.connection;

/**
 * Sequence numbers ahead of RCV.NXT that are held without a gap between them; the gaps before and
 * behind it are holes. It is a block of SACK (RFC 2018 §3).
 */
final class HeldRun {
  /** What a part of a segment brought. */
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
  boolean fin; // and then comes the FIN, a number without a byte
  // In order; none if there is a FIN alone.
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

  /** One that holds nothing yet. */
  HeldRun(int start) {
    this.start = start;
    this.end = start;
  }

  /** Behind the last number held. */
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
