package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpOptions;
import dev.jktcp.wire.TcpSegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is held behind holes, and how it is reported. */
class HeldRunsTest {
  private static final int HOLES = 10_000;
  private static final byte[] BYTES = new byte[2_000];

  private final ByteBudget budget = new ByteBudget(1L << 30, () -> {});
  private final ByteAccount account = budget.open(false);
  private final Random random = new Random(11);

  private static int seqOf(HeldRun run) {
    return run == null ? Integer.MIN_VALUE : run.start;
  }

  @Test
  void tree_findsWhatASortedListFinds() {
    for (int base : new int[] {0, -500, Integer.MAX_VALUE - 500}) {
      HeldRuns runs = new HeldRuns();
      List<HeldRun> list = new ArrayList<>();
      for (int round = 0; round < 20_000; round++) {
        int at = random.nextInt(1_000);
        int index = 0;
        while (index < list.size() && list.get(index).start - base < at) {
          index++;
        }
        boolean there = index < list.size() && list.get(index).start == base + at;
        assertEquals(
            seqOf(there ? list.get(index) : index == 0 ? null : list.get(index - 1)),
            seqOf(runs.floor(base + at)));
        int behind = there ? index + 1 : index;
        assertEquals(
            seqOf(behind == list.size() ? null : list.get(behind)), seqOf(runs.higher(base + at)));
        if (there) {
          runs.remove(list.remove(index));
        } else if (list.size() < 300 || random.nextInt(3) == 0) {
          HeldRun run = new HeldRun(base + at);
          runs.add(run);
          list.add(index, run);
        }
        assertEquals(list.size(), runs.size());
        assertEquals(seqOf(list.isEmpty() ? null : list.get(0)), seqOf(runs.first()));
        assertEquals(seqOf(list.isEmpty() ? null : list.get(list.size() - 1)), seqOf(runs.last()));
      }
    }
  }

  /** Whatever a peer sends with ten thousand holes: so many looks and no more. */
  @Test
  void tenThousandHoles_costNoSegmentMoreThanALogarithm() {
    Reassembler held = new Reassembler(1 << 30, account);
    long most = 0;
    for (int i = 0; i < HOLES; i++) {
      most = Math.max(most, stepsOf(held, 2 * (i % 2 == 0 ? i : HOLES - i), 1));
    }
    assertEquals(HOLES, held.runs());
    for (int i = 0; i < HOLES; i++) {
      most = Math.max(most, stepsOf(held, 2 * random.nextInt(HOLES), 1)); // again
    }
    for (int i = 0; i < HOLES; i++) {
      most = Math.max(most, stepsOf(held, 2 * random.nextInt(HOLES) + 1, 1)); // fills a hole
      SackReport.add(emptyAck(), 40, null, held);
    }
    assertTrue(most <= 100, most + " runs looked at for one segment");
    int before = held.runs();
    int reach = stepsFor(held, -1, 2 * HOLES);
    assertEquals(1, held.runs());
    assertTrue(reach <= 100 * before, "each run goes once: " + reach);
  }

  private static int stepsFor(Reassembler held, int seq, int length) {
    long before = held.steps();
    held.insert(seq, new byte[length + 1], 0, length + 1);
    return (int) (held.steps() - before);
  }

  private static long stepsOf(Reassembler held, int seq, int length) {
    long before = held.steps();
    held.insert(seq, BYTES, 0, length);
    return held.steps() - before;
  }

  @Test
  void runsAndRepeats_areThoseOfASetOfNumbers() {
    for (int round = 0; round < 300; round++) {
      int base = round % 2 == 0 ? -200 : random.nextInt();
      Reassembler held = new Reassembler(1 << 20, account);
      BitSet set = new BitSet();
      for (int i = 0; i < 40; i++) {
        int from = random.nextInt(400);
        int length = 1 + random.nextInt(30);
        int first = set.nextSetBit(from);
        boolean again = first >= 0 && first < from + length;
        assertTrue(held.insert(base + from, BYTES, 0, length));
        assertEquals(again, held.repeatStart() != held.repeatEnd());
        if (again) {
          assertEquals(base + first, held.repeatStart());
          int end = Math.min(from + length, set.nextClearBit(first));
          assertEquals(base + end, held.repeatEnd());
        }
        set.set(from, from + length);
        int start = set.previousClearBit(from) + 1;
        HeldRun newest = held.order().first(4);
        assertEquals(base + start, newest.start);
        assertEquals(base + set.nextClearBit(from), newest.end);
        held.order().onReported(newest);
        assertEquals(set.cardinality(), held.size());
      }
      held.clear();
    }
    assertEquals(0, account.held());
  }

  @Test
  void cutByAFin_keepsWhatIsBefore() {
    Reassembler held = new Reassembler(1 << 20, account);
    for (int at : new int[] {100, 200, 300}) {
      held.insert(at, BYTES, 0, 50);
      held.insert(at + 50, BYTES, 0, 30);
    }
    held.insertFin(380);
    held.dropFrom(381);
    assertTrue(held.runAt(380).fin);
    held.dropFrom(260);
    assertEquals(2, held.runs());
    assertEquals(80 + 60, held.size());
    assertNull(held.runAt(260));
    held.dropFrom(150);
    assertEquals(50, held.size());
    held.clear();
    assertEquals(0, account.held());
  }

  /** What the peer would have been told if each ACK had left at once. */
  @Test
  @Rfc("2883 §4(4)")
  void runsOfOneBatch_areAllReported() throws MalformedPacket {
    Reassembler held = new Reassembler(1 << 20, account);
    for (int i = 1; i <= 6; i++) {
      held.insert(1000 * i, BYTES, 0, 100);
    }
    assertEquals(List.of(4000, 3000, 2000, 1000), reported(held, null));
    assertEquals(List.of(6000, 5000, 4000, 3000), reported(held, null));
    assertEquals(List.of(6000, 5000, 4000, 3000), reported(held, null));
    held.insert(2100, BYTES, 0, 100);
    assertEquals(List.of(2000, 6000, 5000, 4000), reported(held, null));
    Repeats repeats = new Repeats();
    repeats.add(3050, 3060);
    repeats.add(10, 20);
    assertEquals(List.of(3050, 3000, 2000, 6000), reported(held, repeats));
    assertEquals(List.of(10, 2000, 6000, 5000), reported(held, repeats));
    assertTrue(repeats.isEmpty());
  }

  @Test
  void repeats_areKeptInOrder_andAreBounded() {
    Repeats repeats = new Repeats();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 1_000; i++) {
        repeats.add(i, i + 1);
      }
      for (int i = 0; i < Receiver.MAX_DUPLICATE_ACKS; i++) {
        assertEquals(i, repeats.firstStart());
        assertEquals(i + 1, repeats.firstEnd());
        repeats.removeFirst();
      }
      assertTrue(repeats.isEmpty());
      repeats.add(7, 8);
      repeats.removeFirst();
    }
  }

  private List<Integer> reported(Reassembler held, Repeats repeats) throws MalformedPacket {
    OutSegment ack = emptyAck();
    SackReport.add(ack, TcpOptions.MAX_LENGTH, repeats, held);
    byte[] bytes = new byte[100];
    IpPacket packet = new IpPacket();
    packet.parse(bytes, 0, PacketWriter.tcp(bytes, 0, ack));
    TcpSegment segment = new TcpSegment();
    segment.parse(packet, true);
    return IntStream.range(0, segment.sackBlocks()).mapToObj(segment::sackStart).toList();
  }

  private static OutSegment emptyAck() {
    IpAddress host = IpAddress.parse("10.0.0.1");
    return new OutSegment().begin(host, 1, host, 2).ip(64, 0).tcp(TcpSegment.ACK, 0, 0);
  }

  /** A FIN behind a hole takes memory as data does. */
  @Test
  void fins_areHeldAsFarAsThereIsMemory() {
    ByteBudget small = new ByteBudget(64 * 1024, () -> {});
    Reassembler held = new Reassembler(1 << 30, small.open(false));
    for (int i = 0; i < HOLES; i++) {
      held.insertFin(2 * i);
      assertTrue(small.total() <= small.limit(), "with " + held.runs());
    }
    assertTrue(held.runs() > 100 && held.runs() < HOLES, "runs: " + held.runs());
  }
}
