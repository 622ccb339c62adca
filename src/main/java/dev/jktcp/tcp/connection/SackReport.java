package dev.jktcp.tcp.connection;

import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.TcpOptions;

/** Writes the SACK option of a segment: data that came twice, and data held behind a hole. */
final class SackReport {
  // Two NOPs put the blocks on boundaries of 4 (RFC 2018 §3).
  private static final int HEADER = 2 + TcpOptions.SACK_HEADER_LENGTH;
  private static final int MOST_BLOCKS = 4;

  private SackReport() {}

  private static int blocks(int used, int room) {
    int left = Math.min(room, TcpOptions.MAX_LENGTH) - used;
    return Math.min(MOST_BLOCKS, (left - HEADER) / TcpOptions.SACK_BLOCK_LENGTH);
  }

  /**
   * RFC 2018 §4 and RFC 2883 §4: if a segment came twice, the first block reports it. The next is
   * the run that it lies in, or otherwise the run of the last segment. Then follow others, the most
   * recently reported first.
   *
   * @param repeatsOrNull data that came twice
   * @param heldOrNull data held behind a hole
   * @param room bytes for options, including those that the segment already has
   */
  static void add(OutSegment out, int room, Repeats repeatsOrNull, Reassembler heldOrNull) {
    boolean repeated = repeatsOrNull != null && !repeatsOrNull.isEmpty();
    int repeats = repeated ? 1 : 0;
    int held = heldOrNull == null ? 0 : heldOrNull.runs();
    int blocks = Math.min(blocks(out.optionsLength(), room), repeats + held);
    if (blocks <= 0) {
      return;
    }
    out.beginSack(blocks);
    HeldRun around = null;
    if (repeated) {
      int start = repeatsOrNull.firstStart();
      out.addSackBlock(start, repeatsOrNull.firstEnd());
      repeatsOrNull.removeFirst();
      around = heldOrNull == null ? null : heldOrNull.runAt(start);
    }
    addHeld(out, blocks - repeats, around, heldOrNull);
  }

  private static void addHeld(OutSegment out, int room, HeldRun around, Reassembler held) {
    int left = room;
    if (left > 0 && around != null) {
      addRun(out, around, held.order());
      left--;
    }
    if (left <= 0) {
      return;
    }
    HeldRun run = held.order().first(left);
    for (; left > 0; run = run.older) {
      if (run != around) {
        addRun(out, run, held.order());
        left--;
      }
    }
  }

  private static void addRun(OutSegment out, HeldRun run, SackOrder order) {
    out.addSackBlock(run.start, run.reportedEnd());
    order.onReported(run);
  }
}
