package dev.jktcp.transport;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.TestPackets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One direction of a faulty link: delay, rate, loss, duplication, corruption, order. */
class FaultLinkTest {
  private static final long START = Long.MAX_VALUE - 5 * MS; // Wraps during the test.

  private FaultLink link(String spec) {
    return link(spec, false);
  }

  private FaultLink link(String spec, boolean keepLengths) {
    FaultSpec parsed = FaultSpec.parse(spec.contains("seed") ? spec : spec + ",seed=7");
    return new FaultLink(parsed, new SplittableRandom(parsed.seed()), keepLengths);
  }

  private static byte[] numbered(int i) {
    byte[] p = TestPackets.v4(100, 0);
    p[98] = (byte) (i >> 8);
    p[99] = (byte) i;
    return p;
  }

  private static int number(byte[] p) {
    return (p[98] & 0xFF) << 8 | p[99] & 0xFF;
  }

  /** Offers packets a given time apart and notes what comes out and when. */
  private static List<String> transcript(FaultLink link, int count, long apartNs) {
    List<String> out = new ArrayList<>();
    long now = START;
    for (int i = 0; i < count; i++) {
      link.onPacket(numbered(i), 0, 100, now);
      drain(link, now, out);
      long next = now + apartNs;
      while (link.nextNs() != FaultLink.NONE && link.nextNs() - next < 0) {
        drain(link, link.nextNs(), out);
      }
      now = next;
    }
    while (link.nextNs() != FaultLink.NONE) drain(link, link.nextNs(), out);
    return out;
  }

  private static void drain(FaultLink link, long now, List<String> out) {
    for (byte[] p = link.peek(now); p != null; p = link.peek(now)) {
      out.add(number(p) + "@" + (now - START) / 1000);
      link.poll();
    }
  }

  private static List<Integer> numbers(List<String> transcript) {
    return transcript.stream().map(s -> Integer.parseInt(s.split("@")[0])).toList();
  }

  @Test
  void mtu_takesLargerPackets_fromItsTimeOn() {
    FaultLink link = link("mtu=99,narrow=250us", false);
    assertEquals(List.of("0@0", "1@100", "2@200"), transcript(link, 5, 100_000));
    assertEquals(2, link.counts().tooBig());
    assertEquals(0, link.counts().lost());
    FaultLink wide = link("mtu=100", false);
    assertEquals(List.of("0@0", "1@100"), transcript(wide, 2, 100_000));
  }

  @Test
  void linkWithoutFaults_passesEverythingAtOnce() {
    assertEquals(List.of("0@0", "1@100", "2@200"), transcript(link("loss=0"), 3, 100_000));
  }

  @Test
  void delay_holdsEachPacketThatLong() {
    assertEquals(
        List.of("0@20000", "1@20100", "2@20200"), transcript(link("delay=20ms"), 3, 100_000));
  }

  @Test
  void jitter_variesTheDelay_butNotTheOrder() {
    List<String> out = transcript(link("delay=5ms,jitter=5ms"), 1000, 6 * MS);
    List<Integer> numbers = numbers(out);
    assertEquals(1000, numbers.size());
    long most = 0;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 1000; i++) {
      assertEquals(i, numbers.get(i));
      long delay = Long.parseLong(out.get(i).split("@")[1]) - i * 6000L;
      most = Math.max(most, delay);
      least = Math.min(least, delay);
    }
    assertTrue(most > 9_000 && most <= 10_000, "most " + most);
    assertTrue(least < 1_000, "least " + least);
  }

  @Test
  void rate_spacesPackets_andTheQueueLosesWhatIsTooMuch() {
    // 100 bytes at 800 kbit/s take 1 ms.
    FaultLink link = link("rate=800kbit,queue=3");
    List<String> out = new ArrayList<>();
    for (int i = 0; i < 5; i++) link.onPacket(numbered(i), 0, 100, START);
    assertEquals(START + MS, link.nextNs());
    drain(link, START + 10 * MS, out);
    assertEquals(List.of(0, 1, 2), numbers(out));
    assertEquals(2, link.counts().overflowed());
    link.onPacket(numbered(9), 0, 100, START + 20 * MS);
    assertEquals(START + 21 * MS, link.nextNs());
  }

  @Test
  void lossDuplicationAndCorruption_comeAsOftenAsAsked() {
    FaultLink link = link("loss=0.1,duplicate=0.2,corrupt=0.3,queue=100000");
    byte[] original = numbered(5);
    int flips = 0;
    for (int i = 0; i < 20_000; i++) {
      link.onPacket(original, 0, 100, START);
      for (byte[] p = link.peek(START); p != null; p = link.peek(START)) {
        int bits = 0;
        for (int b = 0; b < 100; b++) bits += Integer.bitCount((p[b] ^ original[b]) & 0xFF);
        assertTrue(bits <= 1);
        flips += bits;
        link.poll();
      }
    }
    FaultCounts counts = link.counts();
    assertEquals(20_000, counts.packets());
    assertEquals(0.1, counts.lost() / 20_000.0, 0.01);
    assertEquals(0.18, counts.duplicated() / 20_000.0, 0.01);
    assertEquals(0.27, counts.corrupted() / 20_000.0, 0.01);
    assertTrue(flips >= counts.corrupted());
    assertArrayEquals(numbered(5), original);
  }

  @Test
  void corruption_sparesTheLength_whereAByteStreamNeedsIt() {
    FaultLink link = link("corrupt=1", true);
    byte[] original = TestPackets.v6(60, 3);
    for (int i = 0; i < 2000; i++) {
      link.onPacket(original, 0, 60, START);
      assertArrayEquals(Arrays.copyOf(original, 6), Arrays.copyOf(link.peek(START), 6));
      link.poll();
    }
  }

  @Test
  void reorderedPacket_isOvertakenByOneToThree() {
    List<Integer> numbers = numbers(transcript(link("reorder=0.1"), 1000, 1000));
    assertEquals(1000, numbers.stream().distinct().count());
    boolean[] seen = new boolean[4];
    for (int i = 0; i < 1000; i++) {
      int late = i - numbers.get(i);
      assertTrue(late >= -1 && late <= 3, "packet " + numbers.get(i) + " at " + i);
      if (late > 0) seen[late] = true;
    }
    assertTrue(seen[1] && seen[2] && seen[3]);
  }

  @Test
  void reorderedPacket_thatNothingFollows_comesAfterTenMilliseconds() {
    assertEquals(List.of("0@12000"), transcript(link("reorder=1,delay=2ms"), 1, MS));
  }

  @Test
  void sameSeed_givesTheSameFaults_andAnotherSeedOthers() {
    String spec = "loss=0.05,delay=3ms,jitter=2ms,reorder=0.05,duplicate=0.05,rate=5mbit,seed=";
    List<String> first = transcript(link(spec + 1), 2000, 150_000);
    assertEquals(first, transcript(link(spec + 1), 2000, 150_000));
    assertNotEquals(first, transcript(link(spec + 2), 2000, 150_000));
  }

  @Test
  void faultOfAPacket_dependsOnItsNumberAlone_notOnTheOthersFaults() {
    List<Integer> lossOnly = numbers(transcript(link("loss=0.1"), 1000, 1000));
    List<Integer> withMore =
        numbers(transcript(link("loss=0.1,corrupt=0,jitter=1ms,delay=1ms"), 1000, 9000));
    assertEquals(lossOnly, withMore);
  }

  @Test
  void marks_comeAsOftenAsAsked_onPacketsOfEcnCapableSendersAlone() {
    FaultLink link = link("mark=0.1");
    byte[] capable = numbered(5);
    capable[1] = 2;
    byte[] other = numbered(5);
    other[1] = 0;
    for (int i = 0; i < 20_000; i++) {
      for (byte[] sent : List.of(capable, other)) {
        link.onPacket(sent, 0, 100, START);
        assertEquals(sent[1] == 0, link.peek(START)[1] == 0);
        link.poll();
      }
    }
    assertEquals(0.1, link.counts().marked() / 20_000.0, 0.01);
  }

  @Test
  void hurry_bringsEverythingNow_inOrder() {
    FaultLink link = link("delay=1s");
    for (int i = 0; i < 5; i++) link.onPacket(numbered(i), 0, 100, START + i);
    link.hurry(START + MS);
    List<String> out = new ArrayList<>();
    drain(link, START + MS, out);
    assertEquals(List.of(0, 1, 2, 3, 4), numbers(out));
  }
}
