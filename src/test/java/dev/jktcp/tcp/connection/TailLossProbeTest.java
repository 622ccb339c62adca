package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** The probe of a tail: when it leaves, and what its answer means (RFC 8985 §7). */
class TailLossProbeTest {
  private static final int END = -3; // numbers wrap behind it

  private final TailLossProbe probe = new TailLossProbe();

  @Test
  @Rfc("8985 SHLD-§7.2(3)")
  void timeout_isTwoRoundTrips_andTheDelayOfAnAckMoreForOneSegment() {
    FlightLab lab = new FlightLab();
    lab.send(1, 0);
    assertEquals(400 * MS, TailLossProbe.deadlineNs(lab.flight, 100 * MS, 200 * MS, 0));
    lab.send(1, 10 * MS);
    assertEquals(210 * MS, TailLossProbe.deadlineNs(lab.flight, 100 * MS, 200 * MS, 10 * MS));
    assertEquals(
        210 * MS, TailLossProbe.deadlineNs(lab.flight, 100 * MS, 200 * MS, 100 * MS), "an ACK");
    assertEquals(
        290 * MS, TailLossProbe.deadlineNs(lab.flight, 100 * MS, 200 * MS, 190 * MS), "a late one");
    assertEquals(
        12 * MS, TailLossProbe.deadlineNs(lab.flight, 1_000, 200 * MS, 10 * MS), "two ticks");
  }

  @Test
  @Rfc("8985 MUST-§7.3(1)")
  void probe_leavesOnlyWhenNoneIsInFlight_andARoundTripWasMeasuredSince() {
    assertFalse(probe.allowed(), "nothing was measured");
    probe.onSample();
    assertTrue(probe.allowed());
    probe.onSent(END, false);
    assertFalse(probe.allowed());
    probe.onSample();
    assertFalse(probe.allowed(), "in flight");
    assertFalse(probe.onAck(END, false, false), "new data arrived");
    assertTrue(probe.allowed());
    probe.onSent(END + 10, false);
    assertFalse(probe.onAck(END + 10, false, false));
    assertFalse(probe.allowed(), "no round trip since");
    probe.onSample();
    assertTrue(probe.allowed());
  }

  @Test
  @Rfc("8985 SHLD-§7.4.2(1)")
  void ackBeyondAProbeThatNothingDoubled_tellsOfARepairedLoss() {
    probe.onSent(END, true);
    assertFalse(probe.onAck(END - 1, false, false));
    assertFalse(probe.onAck(END, false, false), "it may have been the original");
    assertTrue(probe.onAck(END + 1, false, false));
    assertFalse(probe.onAck(END + 2, false, false), "once");
  }

  @Test
  @Rfc("8985 §7.4.2")
  void probeThatWasForNothing_isNoLoss() {
    probe.onSent(END, true);
    assertTrue(probe.isDoubled(END));
    assertFalse(probe.isDoubled(END - 1), "of another segment");
    assertFalse(probe.onAck(END, true, false), "case 1: DSACK");
    assertFalse(probe.onAck(END + 1, false, false));
    probe.onSent(END, true);
    assertFalse(probe.onAck(END, false, true), "case 2: a duplicate ACK");
    assertFalse(probe.onAck(END + 1, false, false));
    probe.onSent(END, false);
    assertFalse(probe.isDoubled(END), "new data is not sent twice");
    assertFalse(probe.onAck(END + 1, false, false));
  }

  @Test
  @Rfc("8985 §7.1")
  void recovery_forgetsTheProbe() {
    probe.onSample();
    probe.onSent(END, true);
    probe.reset();
    assertFalse(probe.onAck(END + 1, false, false));
    probe.onSample();
    assertTrue(probe.allowed());
  }

  @Test
  void foldedEnd_remembersAProbeWithoutAnswer() {
    probe.onSample();
    probe.onSent(END, true);
    probe.onAck(END, false, false);
    IdleEnd end = new IdleEnd();
    end.sndNxt = END;
    probe.fold(end);
    TailLossProbe after = new TailLossProbe();
    after.unfold(end);
    assertFalse(after.allowed());
    assertTrue(after.onAck(END + 1, false, false));
    after.onSample();
    after.fold(end);
    TailLossProbe later = new TailLossProbe();
    later.unfold(end);
    assertTrue(later.allowed());
    assertFalse(later.onAck(END + 2, false, false));
  }
}
