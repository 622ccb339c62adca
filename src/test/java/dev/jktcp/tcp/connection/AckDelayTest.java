package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/**
 * The longest delay of the peer's acknowledgments, as the probe of a tail expects it (RFC 8985
 * §7.2).
 */
class AckDelayTest {
  private static final long PATH_NS = 10 * MS;
  private static final long LATER_NS = 500 * MS; // when the segment in question left

  private final AckDelay delay = new AckDelay();

  @Test
  @Rfc("8985 SHLD-§7.2(3)")
  void delayIsTwiceTheLongestSeen_and200MsWhileNoneWas() {
    delay.onAck(0, PATH_NS, PATH_NS);
    delay.onAck(0, PATH_NS, PATH_NS + 3 * MS);
    assertEquals(200 * MS, delay.ns(LATER_NS), "a path that wavers");
    delay.onAck(0, PATH_NS, PATH_NS + 5 * MS + 1);
    assertEquals(12 * MS, delay.ns(LATER_NS));
    delay.onAck(0, PATH_NS, PATH_NS + 4 * MS);
    assertEquals(12 * MS, delay.ns(LATER_NS), "a shorter one");
    delay.onAck(0, PATH_NS, PATH_NS + 40 * MS);
    assertEquals(80 * MS, delay.ns(LATER_NS));
    delay.onAck(0, PATH_NS, PATH_NS + 30_000 * MS);
    assertEquals(200 * MS, delay.ns(LATER_NS), "the most there is");
  }

  @Test
  @Rfc("8985 SHLD-§7.2(3)")
  void probeForNothing_makesIt200MsForGood() {
    delay.onAck(0, PATH_NS, PATH_NS + 5 * MS);
    delay.onNeedlessProbe();
    assertEquals(200 * MS, delay.ns(LATER_NS));
    delay.onAck(0, PATH_NS, PATH_NS + 5 * MS);
    assertEquals(200 * MS, delay.ns(LATER_NS));
  }

  @Test
  @Rfc("8985 SHLD-§7.2(3)")
  void whatLeftTogetherWithOneThatWasAcknowledgedAtOnce_isGrantedNone() {
    delay.onAck(0, PATH_NS, PATH_NS + MS);
    assertEquals(0, delay.ns(0));
    assertEquals(0, delay.ns(MS));
    assertEquals(200 * MS, delay.ns(2 * MS), "it left later");
    delay.onAllArrived();
    assertEquals(200 * MS, delay.ns(MS), "behind a SYN");
    delay.onAck(0, PATH_NS, PATH_NS + 5 * MS);
    assertEquals(10 * MS, delay.ns(0));
    delay.onNeedlessProbe();
    delay.onAck(0, PATH_NS, PATH_NS);
    assertEquals(200 * MS, delay.ns(0), "a probe was for nothing");
  }

  @Test
  void foldedEnd_remembersIt() {
    delay.onAck(0, PATH_NS, PATH_NS + 100 * MS);
    assertEquals(200 * MS, folded(delay).ns(LATER_NS));
    AckDelay other = new AckDelay();
    other.onAck(0, PATH_NS, PATH_NS + 40 * MS);
    assertEquals(80 * MS, folded(other).ns(LATER_NS));
    other.onNeedlessProbe();
    AckDelay wrong = folded(other);
    wrong.onAck(0, PATH_NS, PATH_NS + 40 * MS);
    assertEquals(200 * MS, wrong.ns(LATER_NS));
  }

  private static AckDelay folded(AckDelay before) {
    IdleEnd end = new IdleEnd();
    before.fold(end);
    AckDelay after = new AckDelay();
    after.unfold(end);
    return after;
  }
}
