package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestPacket;
import java.util.ArrayList;
import java.util.List;

/**
 * What RFC 2018 and RFC 2883 let one end of a connection report, judged by what its packets and
 * those that reached it have said.
 */
final class SackJudge {
  /** A stretch of the peer's sequence numbers. */
  private record Range(int start, int end) {
    boolean contains(Range other) {
      return other.start - start >= 0 && end - other.end >= 0;
    }

    boolean touches(Range other) {
      return end - other.start >= 0 && other.end - start >= 0;
    }
  }

  private final Tally tally;
  private boolean permitted;
  private boolean heardPermission;
  private final List<Range> arrived = new ArrayList<>(); // apart from each other
  private final List<Range> again = new ArrayList<>();
  private int repeats; // segments that had something again
  private int reportedRepeats;
  private Range last; // to arrive since a report left; null: none, or more than one
  private boolean several;

  SackJudge(Tally tally) {
    this.tally = tally;
  }

  /**
   * The end sends this.
   *
   * @param held bytes that its connection holds out of order
   */
  void onSent(TestPacket p, int held) {
    if (p.has(TestPacket.SYN)) {
      boolean answer = p.has(TestPacket.ACK);
      check(!answer || !p.permitsSack() || heardPermission, "permits SACK that no SYN permitted");
      permitted |= p.permitsSack();
      return;
    }
    check(!p.permitsSack(), "permits SACK on no SYN");
    List<Range> blocks = blocks(p);
    if (!blocks.isEmpty()) {
      check(permitted && heardPermission, "blocks without agreement");
      onReport(blocks, p.ack, held);
    }
    last = null;
    several = false;
  }

  private void onReport(List<Range> blocks, int ack, int held) {
    for (Range block : blocks) {
      check(block.end - block.start > 0, "a block of nothing");
    }
    if (isRepeat(blocks, ack)) {
      Range repeat = blocks.remove(0);
      tally.add(Kind.DSACK_SENT);
      check(++reportedRepeats <= repeats, "a D-SACK too many");
      check(covers(again, repeat), "a D-SACK of what came once");
    } else if (last != null && blocks.stream().anyMatch(block -> block.contains(last))) {
      check(blocks.get(0).contains(last), "a block of what is not the newest first");
    }
    long sum = 0;
    for (int i = 0; i < blocks.size(); i++) {
      Range block = blocks.get(i);
      tally.add(Kind.SACK_SENT);
      check(block.start - ack > 0, "a block of what is acknowledged");
      check(covers(arrived, block), "a block of what did not arrive");
      check(blocks.subList(0, i).stream().noneMatch(block::touches), "two blocks of one run");
      sum += block.end - block.start;
    }
    check(sum <= held + 1, "blocks of more than is held"); // the FIN is no byte
  }

  /** RFC 2883 §5: below the ACK, or within another block. */
  private static boolean isRepeat(List<Range> blocks, int ack) {
    Range first = blocks.get(0);
    return first.start - ack < 0
        || blocks.subList(1, blocks.size()).stream().anyMatch(other -> other.contains(first));
  }

  private static List<Range> blocks(TestPacket p) {
    int[] edges = p.sackEdges();
    List<Range> blocks = new ArrayList<>();
    for (int i = 0; i < edges.length; i += 2) {
      blocks.add(new Range(edges[i], edges[i + 1]));
    }
    return blocks;
  }

  /** This reached it undamaged. */
  void onArrived(TestPacket p) {
    if (p.has(TestPacket.SYN)) {
      heardPermission |= p.permitsSack();
      return;
    }
    int length = p.payload.length + (p.has(TestPacket.FIN) ? 1 : 0);
    if (length == 0 || p.has(TestPacket.RST)) {
      return;
    }
    Range range = new Range(p.seq, p.seq + length);
    boolean repeated = false;
    for (Range before : List.copyOf(arrived)) {
      int start = later(range.start, before.start);
      int end = earlier(range.end, before.end);
      if (end - start > 0) {
        repeated = true;
        add(again, new Range(start, end));
      }
    }
    repeats += repeated ? 1 : 0;
    add(arrived, range);
    // A segment that comes again may be dropped as too old (RFC 7323 §5.3): it is not the newest.
    last = several || repeated || last != null ? null : range;
    several |= last == null;
  }

  private static void add(List<Range> ranges, Range added) {
    Range all = added;
    for (Range range : List.copyOf(ranges)) {
      if (range.touches(all)) {
        ranges.remove(range);
        all = new Range(earlier(range.start, all.start), later(range.end, all.end));
      }
    }
    ranges.add(all);
  }

  private static boolean covers(List<Range> ranges, Range range) {
    return ranges.stream().anyMatch(each -> each.contains(range));
  }

  private static int earlier(int a, int b) {
    return a - b < 0 ? a : b;
  }

  private static int later(int a, int b) {
    return a - b > 0 ? a : b;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("SACK: " + what);
    }
  }
}
