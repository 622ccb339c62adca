package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines that repeat are said once a second and counted, each kind by itself. */
class LineLimitTest {
  private final ManualClock clock = new ManualClock();
  private final List<String> said = new ArrayList<>();
  private final LineLimit limit = new LineLimit(clock, said::add);

  @Test
  void fewLines_areAllSaid() {
    for (int i = 0; i < 5; i++) {
      limit.say("refused", "line " + i);
      clock.advanceMs(1_000);
    }
    assertEquals(List.of("line 0", "line 1", "line 2", "line 3", "line 4"), said);
    assertEquals(0, clock.timers());
  }

  @Test
  void flood_isOneLineASecond_withACount() {
    for (int ms = 0; ms < 10_000; ms++) {
      limit.say("refused", "client " + ms);
      clock.advanceMs(1);
    }
    assertEquals(11, said.size());
    assertEquals("client 0", said.get(0));
    assertEquals("client 999 (and 998 more like it)", said.get(1));
    assertEquals("client 1999 (and 999 more like it)", said.get(2));
    assertEquals("client 9999 (and 999 more like it)", said.get(10));
    clock.advanceMs(1_000);
    assertEquals(11, said.size(), "all were told of");
    assertEquals(0, clock.timers());
  }

  @Test
  void kinds_doNotHideEachOther() {
    for (int i = 0; i < 100; i++) {
      limit.say("refused", "refused " + i);
      limit.say("reset", "reset " + i);
    }
    assertEquals(List.of("refused 0", "reset 0"), said);
  }

  @Test
  void secondOfItsKind_isSaidAlone() {
    limit.say("refused", "one");
    limit.say("refused", "two");
    clock.advanceMs(1_000);
    assertEquals(List.of("one", "two"), said);
  }

  @Test
  void end_saysWhatWasLeftOut() {
    for (int i = 0; i < 5; i++) {
      limit.say("refused", "client " + i);
    }
    limit.flush();
    assertEquals(List.of("client 0", "client 4 (and 3 more like it)"), said);
    clock.advanceMs(5_000);
    assertEquals(2, said.size());
  }

  @Test
  void endlessKinds_areHeldInBounds() {
    for (int i = 0; i < 10_000; i++) {
      limit.say("kind " + i, "line " + i);
    }
    assertEquals(65, said.size());
    assertEquals(65, clock.timers());
  }
}
