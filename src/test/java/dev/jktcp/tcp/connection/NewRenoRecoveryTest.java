package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.LossRecovery.Progress;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/**
 * Fast recovery without SACK: limited transmit, partial ACKs, a bounded inflation (RFC 6582, RFC
 * 3042).
 */
class NewRenoRecoveryTest {
  private static final Flight.Reader NOBODY = (flight, index, sacked) -> {};

  private final ByteBudget budget = new ByteBudget(1 << 24, () -> {});
  private final Flight flight = new Flight(new FlightPool(0, budget), budget.open(false));

  @Test
  @Rfc("5681 §3.2")
  void duplicatesWithoutEnd_reportNoMoreThanIsInFlight() {
    int mss = 65_495;
    NewRenoRecovery recovery = recovery(3, mss);
    for (int i = 0; i < 100_000; i++) {
      recovery.onAck(0, true, mss, NOBODY, 0);
      int left = flight.presumedLeft();
      assertTrue(left >= 0 && left <= 10 * mss);
    }
    assertEquals(10 * mss, flight.presumedLeft());
  }

  @Test
  @Rfc("3042 §2")
  void moreDuplicatesThanTwo_letNoThirdSegmentOut() {
    NewRenoRecovery recovery = recovery(5, 1_000); // a path that reorders
    for (int i = 1; i < 5; i++) {
      assertEquals(Progress.PLAIN, recovery.onAck(0, true, 1_000, NOBODY, 0));
      assertEquals(10_000 - Math.min(i, 2) * 1_000, flight.inNetwork());
    }
    assertEquals(Progress.LOSS, recovery.onAck(0, true, 1_000, NOBODY, 0));
    assertEquals(5_000, flight.presumedLeft());
    flight.onSentAgain(0, 0);
    assertEquals(5_000, flight.inNetwork());
  }

  @Test
  @Rfc("6582 §3.2(5)")
  void partialAck_addsASegmentBackOnlyForAtLeastOne() {
    NewRenoRecovery recovery = recovery(3, 1_000);
    for (int i = 0; i < 3; i++) {
      recovery.onAck(0, true, 1_000, NOBODY, 0);
    }
    flight.acknowledge(400, NOBODY);
    assertEquals(Progress.RECOVERING, recovery.onAck(400, false, 1_000, NOBODY, 0));
    assertEquals(2_600, flight.presumedLeft());
    flight.acknowledge(1_400, NOBODY);
    assertEquals(Progress.RECOVERING, recovery.onAck(1_000, false, 1_000, NOBODY, 0));
    assertEquals(2_600, flight.presumedLeft());
    flight.acknowledge(10_000, NOBODY);
    assertEquals(Progress.RECOVERED, recovery.onAck(8_600, false, 1_000, NOBODY, 0));
    assertEquals(0, flight.presumedLeft());
  }

  @Test
  @Rfc("5681 §3.2")
  void lossAtTheFirstDuplicate_isNoLimitedTransmit() {
    NewRenoRecovery recovery = recovery(1, 1_000);
    assertEquals(Progress.LOSS, recovery.onAck(0, true, 1_000, NOBODY, 0));
    RttEstimator rtt = new RttEstimator(TcpProfile.INTERNET);
    SenderFacts facts = new SenderFacts(new SipHash(0, 0)).begin(rtt, 1_000, 0, 0, 0);
    recovery.onSentNew(1_000, false, CongestionControl.fixedWindow(1_000).open(facts));
    assertEquals(flight.bytes(), recovery.flightSize());
  }

  /** Ten segments in flight. */
  private NewRenoRecovery recovery(int threshold, int mss) {
    NewRenoRecovery recovery = new NewRenoRecovery(flight, threshold);
    recovery.open(-1);
    flight.open(0, 0);
    for (int i = 1; i <= 10 && flight.hasRoom(); i++) {
      flight.onSent(i * mss, 0, 0);
    }
    return recovery;
  }
}
