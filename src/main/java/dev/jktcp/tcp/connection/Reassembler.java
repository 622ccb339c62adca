package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Segments ahead of RCV.NXT (RFC 9293 SHLD-31), without overlap: of two copies of a byte the first
 * to come is kept. Exists only while there is a hole. The cost of a segment grows only with the
 * logarithm of the number of holes.
 */
final class Reassembler {
  // Smallest average piece that gets room: if a peer sends smaller ones out of order, the excess is
  // dropped and comes again.
  private static final int MIN_AVERAGE_PIECE = 256;
  private static final int MIN_PIECES = 64;

  /** Bytes of a piece beside its data: an object of two fields and the header of an array. */
  static final int PIECE = 48;

  /** Bytes of a run: an object of eleven fields. */
  static final int RUN = 48;

  private final int maxPieces;
  private final ByteAccount account;
  private final HeldRuns runs = new HeldRuns();
  private final SackOrder order = new SackOrder();
  private int pieces;
  private int size;
  private int repeatStart; // start of the part of the last segment that was held before
  private int repeatEnd;

  Reassembler(int windowBytes, ByteAccount account) {
    this.account = account;
    this.maxPieces = Math.max(MIN_PIECES, windowBytes / MIN_AVERAGE_PIECE);
  }

  boolean isEmpty() {
    return runs.size() == 0;
  }

  /** Payload held. */
  int size() {
    return size;
  }

  /** The end of the last byte held; only while there is one. */
  int end() {
    return runs.last().end;
  }

  /** Bytes of memory behind data, pieces and runs. */
  int held() {
    return size + pieces * PIECE + runs.size() * RUN;
  }

  // --- arrivals

  /**
   * Keeps the new parts of a segment, as far as there is memory.
   *
   * @return whether there was memory for all of them
   */
  boolean insert(int seq, byte[] bytes, int offset, int length) {
    int end = seq + length;
    HeldRun run = touchedBy(seq);
    repeatStart = seq;
    repeatEnd = run == null ? seq : Seq.min(end, run.end);
    int at = repeatEnd;
    boolean kept = true;
    HeldRun next = runs.higher(seq);
    while (kept) {
      int gapEnd = next == null ? end : Seq.min(end, next.start);
      if (Seq.lt(at, gapEnd)) {
        if (pieces >= maxPieces) {
          break;
        }
        kept = gapEnd - at + PIECE + RUN <= account.disorderRoom();
        if (kept) {
          run = run == null ? added(seq) : run;
          add(run, new HeldRun.Piece(bytes, offset + (at - seq), gapEnd - at));
        }
      }
      if (!kept || next == null || Seq.lt(end, next.start)) {
        break;
      }
      noteRepeat(next.start, Seq.min(end, next.end));
      join(run, next);
      at = run.end;
      next = runs.higher(run.start);
    }
    if (run != null) {
      order.touch(run);
    }
    return kept;
  }

  /** The segment that was inserted last had a FIN behind its data; kept if there is memory. */
  void insertFin(int seq) {
    HeldRun run = touchedBy(seq);
    if (run == null) {
      if (runs.size() >= maxPieces || RUN > account.disorderRoom()) {
        return;
      }
      run = added(seq);
    } else if (run.fin) {
      noteRepeat(seq, seq + 1);
    }
    run.fin = true;
    order.touch(run);
  }

  /** The run that has this number, or ends right before it; null = none. */
  private HeldRun touchedBy(int seq) {
    HeldRun run = runs.floor(seq);
    return run == null || Seq.lt(run.end, seq) ? null : run;
  }

  /** A D-SACK block holds one contiguous part: if there are more, the first (RFC 2883 §4). */
  private void noteRepeat(int start, int end) {
    if (repeatStart == repeatEnd || repeatEnd == start) {
      repeatStart = repeatStart == repeatEnd ? start : repeatStart;
      repeatEnd = end;
    }
  }

  /**
   * Start of the part that the last segment repeated; equal to {@link #repeatEnd} if it repeated
   * nothing.
   */
  int repeatStart() {
    return repeatStart;
  }

  int repeatEnd() {
    return repeatEnd;
  }

  // --- departures

  /**
   * Moves bytes that have become contiguous into {@code buffer}.
   *
   * @return the new RCV.NXT
   */
  int drainInto(ReceiveBuffer buffer, int rcvNxt) {
    HeldRun run = runs.first();
    while (run != null && Seq.leq(run.start, rcvNxt)) {
      int seq = run.start;
      for (HeldRun.Piece piece = run.first; piece != null; piece = piece.next) {
        int skip = Math.min(piece.bytes.length, rcvNxt - seq);
        int fresh = piece.bytes.length - skip;
        seq += piece.bytes.length;
        onGone(piece); // first, for its memory may be needed for the copy
        if (fresh > 0) {
          buffer.append(piece.bytes, skip, fresh);
          rcvNxt += fresh;
        }
      }
      remove(run);
      run = runs.first();
    }
    return rcvNxt;
  }

  /**
   * Finds the part of a segment in order that was held already, from {@link #repeatStart} on.
   *
   * @param end of that segment, its FIN included
   * @return whether there was such a part
   */
  boolean repeatsBelow(int end) {
    HeldRun run = runs.first();
    repeatStart = run.start;
    repeatEnd = Seq.min(run.reportedEnd(), end);
    return Seq.lt(repeatStart, repeatEnd);
  }

  /** Forgets everything. */
  void clear() {
    account.letGo(held());
    runs.clear();
    order.clear();
    pieces = 0;
    size = 0;
  }

  /** Forgets everything from this sequence number on, including a FIN. */
  void dropFrom(int seq) {
    HeldRun run = runs.last();
    while (run != null && Seq.gt(run.reportedEnd(), seq)) {
      if (Seq.geq(run.start, seq)) {
        drop(run);
      } else {
        cut(run, seq);
      }
      run = runs.last();
    }
  }

  private void drop(HeldRun run) {
    for (HeldRun.Piece piece = run.first; piece != null; piece = piece.next) {
      onGone(piece);
    }
    remove(run);
  }

  private void cut(HeldRun run, int seq) {
    run.fin = false;
    while (Seq.gt(run.end, seq)) {
      HeldRun.Piece piece = run.removeLast();
      onGone(piece);
      if (Seq.lt(run.end, seq)) {
        add(run, new HeldRun.Piece(piece.bytes, 0, seq - run.end));
      }
    }
  }

  // --- reports

  /** Number of SACK blocks. */
  int runs() {
    return runs.size();
  }

  SackOrder order() {
    return order;
  }

  /** The run that this number lies in; null = none. */
  HeldRun runAt(int seq) {
    HeldRun run = runs.floor(seq);
    return run == null || Seq.leq(run.reportedEnd(), seq) ? null : run;
  }

  /** Runs looked at so far, for tests that bound the work. */
  long steps() {
    return runs.steps();
  }

  private HeldRun added(int start) {
    HeldRun run = new HeldRun(start);
    runs.add(run);
    account.hold(RUN);
    return run;
  }

  private void add(HeldRun run, HeldRun.Piece piece) {
    run.append(piece);
    pieces++;
    size += piece.bytes.length;
    account.hold(piece.bytes.length + PIECE);
  }

  private void join(HeldRun run, HeldRun next) {
    remove(next);
    run.append(next);
  }

  private void remove(HeldRun run) {
    runs.remove(run);
    order.remove(run);
    account.letGo(RUN);
  }

  private void onGone(HeldRun.Piece piece) {
    pieces--;
    size -= piece.bytes.length;
    account.letGo(piece.bytes.length + PIECE);
  }
}
