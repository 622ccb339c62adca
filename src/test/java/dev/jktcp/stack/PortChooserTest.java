package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.stack.PortChooser.Destination;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Free ports are found at random and in few steps; the work is counted, not timed. */
class PortChooserTest {
  private static final int FIRST = 49_152;
  private static final int LAST = 65_535;
  private static final int COUNT = LAST - FIRST + 1;
  private static final IpAddress OURS = IpAddress.parse("10.0.0.1");
  private static final IpAddress PEER = IpAddress.parse("10.0.0.2");
  private static final Destination TO = new Destination(OURS, PEER, 80);

  private final PortChooser chooser = new PortChooser(new SipHash(1, 2), FIRST, LAST, COUNT);
  private final BitSet used = new BitSet();

  private int pick() {
    return chooser.pick(TO, (to, port) -> !used.get(port));
  }

  private int take() {
    int port = pick();
    assertTrue(port >= FIRST && port <= LAST && !used.get(port), "port " + port);
    used.set(port);
    return port;
  }

  private void free(int port) {
    used.clear(port);
    chooser.onFreed(OURS, port, PEER, 80);
  }

  /** The worst connect of all, and the mean of those between any two fills. */
  @Test
  void fillingTheRange_looksAtFewPortsAConnect() {
    for (int tenth = 0; tenth < 10; tenth++) {
      long before = chooser.looks();
      int picks = 0;
      for (; used.cardinality() < (tenth + 1) * COUNT / 10; picks++) {
        take();
      }
      double mean = (chooser.looks() - before) / (double) picks;
      assertTrue(mean < 8, "from " + tenth * 10 + " %: " + mean + " looks each");
    }
    assertEquals(COUNT, used.cardinality());
    assertTrue(chooser.looks() < 3L * COUNT, chooser.looks() + " looks in all");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, COUNT / 2, COUNT * 9 / 10, COUNT - 16, COUNT - 1})
  void atAnyFill_openingAndClosing_looksAtFewPortsAConnect(int fill) {
    List<Integer> open = new ArrayList<>();
    while (open.size() < fill) {
      open.add(take());
    }
    Random random = new Random(fill);
    long before = chooser.looks();
    long worst = 0;
    for (int i = 0; i < 100_000; i++) {
      long at = chooser.looks();
      open.add(take());
      worst = Math.max(worst, chooser.looks() - at);
      int last = open.size() - 1;
      int closed = random.nextInt(last + 1);
      int port = open.get(closed);
      open.set(closed, open.get(last));
      open.remove(last);
      free(port);
    }
    double mean = (chooser.looks() - before) / 100_000.0;
    assertTrue(mean < 6, mean + " looks each");
    assertTrue(worst < 300, worst + " looks at once");
  }

  @Test
  void fullRange_isRefusedWithoutALook_howeverOften() {
    for (int i = 0; i < COUNT; i++) {
      take();
    }
    pick();
    long before = chooser.looks();
    for (int i = 0; i < 1_000; i++) {
      assertEquals(0, pick());
    }
    assertEquals(before, chooser.looks());
    free(50_000);
    assertEquals(50_000, pick());
  }

  /** Taken all at once, as by listeners: each port is looked at once, and never again. */
  @Test
  void rangeThatIsFullWhenFirstSeen_isLookedAtOnce() {
    used.set(FIRST, LAST + 1);
    assertEquals(0, pick());
    assertTrue(chooser.looks() <= COUNT + 16, chooser.looks() + " looks");
    assertEquals(0, pick());
    assertTrue(chooser.looks() <= COUNT + 16, chooser.looks() + " looks");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17})
  void smallRange_isUsedToItsLastPort(int count) {
    PortChooser small = new PortChooser(new SipHash(3, 4), 2_000, 1_999 + count, 10);
    for (int i = 0; i < count; i++) {
      int port = small.pick(TO, (to, p) -> !used.get(p));
      assertTrue(port >= 2_000 && port < 2_000 + count && !used.get(port));
      used.set(port);
    }
    assertEquals(0, small.pick(TO, (to, p) -> !used.get(p)));
  }

  /** RFC 6056 §3.3.1: each port as likely as any other. Chi-squared of 256 classes. */
  @Test
  void portsOfAnEmptyRange_areUniform() {
    assertUniform(256, 64_000, () -> (pick() - FIRST) / (COUNT / 256));
    assertUniform(256, 64_000, () -> (pick() - FIRST) % 256);
  }

  /** Nor does one port tell the next: each of 16 × 16 pairs is as likely as any other. */
  @Test
  void portTellsNothingOfTheNext() {
    int[] last = {0};
    assertUniform(
        256,
        64_000,
        () -> {
          int next = (pick() - FIRST) / (COUNT / 16);
          int pair = last[0] * 16 + next;
          last[0] = next;
          return pair;
        });
  }

  @Test
  void lastFreePorts_areUniformToo() {
    used.set(FIRST, LAST + 1);
    int[] free = new int[16];
    for (int i = 0; i < free.length; i++) {
      free[i] = FIRST + 977 * i + i * i;
      used.clear(free[i]);
    }
    assertUniform(
        16,
        16_000,
        () -> {
          int port = pick();
          chooser.onFreed(OURS, port, PEER, 80);
          int at = 0;
          while (free[at] != port) {
            at++;
          }
          return at;
        });
  }

  /**
   * @param classOf what falls into each of so many classes
   */
  private static void assertUniform(int classes, int draws, IntSupplier classOf) {
    int[] seen = new int[classes];
    for (int i = 0; i < draws; i++) {
      seen[classOf.getAsInt()]++;
    }
    double expected = draws / (double) classes;
    double chiSquared = 0;
    for (int n : seen) {
      chiSquared += (n - expected) * (n - expected) / expected;
    }
    int freedom = classes - 1;
    double deviation = (chiSquared - freedom) / Math.sqrt(2.0 * freedom);
    assertTrue(Math.abs(deviation) < 4, "chi-squared " + chiSquared + " of " + freedom);
  }

  @Test
  void anotherSecret_givesOtherPorts() {
    PortChooser other = new PortChooser(new SipHash(1, 3), FIRST, LAST, COUNT);
    int same = 0;
    for (int i = 0; i < 100; i++) {
      same += pick() == other.pick(TO, (to, port) -> true) ? 1 : 0;
    }
    assertTrue(same < 5, same + " of 100 ports are the same");
  }

  @Test
  void pools_areFewHoweverManyDestinations_andGoWithTheirLastFlow() {
    PortChooser tight = new PortChooser(new SipHash(5, 6), 2_000, 2_009, 20);
    for (int i = 0; i < 1_000; i++) {
      assertEquals(0, tight.pick(new Destination(OURS, PEER, i + 1), (to, port) -> false));
      assertTrue(tight.pools() <= 5, tight.pools() + " pools for 20 flows");
      assertTrue(tight.bytesHeld() <= 8 * 20 + 40, tight.bytesHeld() + " bytes");
    }
    for (int port = 2_000; port < 2_010; port++) {
      tight.onFreed(OURS, port, PEER, 1_000);
    }
    assertEquals(4, tight.pools());
    for (int port = 2_000; port < 2_010; port++) {
      tight.onFreed(port);
    }
    assertEquals(0, tight.pools());
    assertEquals(0, tight.bytesHeld());
  }

  @Test
  void destinations_doNotShareAPool() {
    for (int i = 0; i < COUNT; i++) {
      take();
    }
    assertEquals(0, pick());
    assertNotEquals(0, chooser.pick(new Destination(OURS, PEER, 81), (to, port) -> true));
    assertNotEquals(0, chooser.pick(Destination.LISTENING, (to, port) -> true));
  }
}
