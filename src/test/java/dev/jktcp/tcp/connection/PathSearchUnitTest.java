package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** What a search makes of probes that prove nothing, and of limits. */
class PathSearchUnitTest {
  private final PathSearch search = PathSearch.upwards(true, 12, true, 1_340, 8_000);

  /** Sent again, in smaller pieces: what is acknowledged then is not the probe. */
  @Test
  @Rfc("4821 §7.6")
  void probeThatWasSentAgain_provesNothing() {
    assertEquals(2_668, search.nextSegment());
    search.onProbeSent(100, 2_768);
    assertEquals(0, search.nextSegment(), "one at a time");
    search.onSentAgain(1_428);
    search.onAck(2_768, 2_668);
    assertEquals(1_340, search.size());
    assertEquals(2_668, search.nextSegment());
  }

  @Test
  @Rfc("4821 §7.6")
  void whatWasSentAgainBeforeIt_leavesTheProbeAlone() {
    search.onProbeSent(100, 2_768);
    search.onSentAgain(100);
    search.onAck(2_768, 2_668);
    assertEquals(2_680, search.size());
  }

  /** A timeout of what is before the probe tells nothing of it. */
  @Test
  @Rfc("4821 §7.6")
  void probeBehindALossByTimeout_provesNothing() {
    for (int i = 0; i < 5; i++) {
      search.onProbeSent(100, 2_768);
      search.onTimeout(50);
    }
    assertFalse(search.isNarrow());
    assertEquals(2_668, search.nextSegment());
  }

  @Test
  @Rfc("8201 §4")
  void limit_endsAProbeAndATrialAboveIt() {
    search.onProbeSent(100, 2_768);
    search.limit(2_000);
    search.onAck(2_768, 2_668);
    assertEquals(1_340, search.size());
    search.onProbeSent(2_768, 2_768 + 1_988);
    search.onAck(2_768 + 1_988, 1_988);
    assertEquals(2_000, search.size());
    search.limit(1_500);
    assertEquals(1_340, search.size());
    search.limit(1_240);
    assertEquals(1_240, search.size());
    assertTrue(search.isOver());
  }

  private void beginTrial() {
    search.onProbeSent(100, 2_768);
    search.onAck(2_768, 2_668);
    assertEquals(2_680, search.size());
  }

  private void lose(int segments, int length) {
    for (int i = 0; i < segments; i++) {
      search.onSegmentLost(length);
    }
  }

  @Test
  @Rfc("4821 §7.7")
  void timeout_withdrawsTheSizeOnTrial() {
    beginTrial();
    search.onTimeout(2_768);
    assertEquals(1_340, search.size());
    assertTrue(search.isOver() && search.takeNews() && search.isNarrow());
  }

  /** Ten losses among a hundred segments, in at least three recoveries. */
  @Test
  @Rfc("4821 §7.7")
  void lossesInFlightAfterFlight_withdrawTheSizeOnTrial() {
    beginTrial();
    for (int i = 0; i < 3; i++) {
      search.onRecovery();
      lose(3, 2_668);
    }
    assertEquals(2_680, search.size(), "nine may be those of a path that loses much");
    lose(1, 2_668);
    assertEquals(1_340, search.size());
    assertTrue(search.isOver() && search.takeNews() && search.isNarrow());
  }

  /** At the end of slow start half of a flight is lost, whatever the segments' size. */
  @Test
  @Rfc("4821 §7.7")
  void lossesOfTwoFlights_areCongestion() {
    beginTrial();
    search.onRecovery();
    lose(50, 2_668);
    search.onRecovery();
    lose(50, 2_668);
    assertEquals(2_680, search.size());
  }

  @Test
  @Rfc("4821 §7.7")
  void lossesOfSmallSegments_tellNothingOfTheSizeOnTrial() {
    beginTrial();
    for (int i = 0; i < 10; i++) {
      search.onRecovery();
      lose(10, 1_328);
    }
    assertEquals(2_680, search.size());
  }

  @Test
  @Rfc("4821 §7.7")
  void lossesBeforeATrial_doNotCountInIt() {
    for (int i = 0; i < 3; i++) {
      search.onRecovery();
      lose(10, 2_668);
    }
    beginTrial();
    lose(10, 2_668);
    assertEquals(2_680, search.size());
  }
}
