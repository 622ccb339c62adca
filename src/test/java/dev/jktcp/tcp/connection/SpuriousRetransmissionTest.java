package dev.jktcp.tcp.connection;

import static dev.jktcp.tcp.connection.FlightLab.MSS;
import static dev.jktcp.tcp.connection.FlightLab.seq;
import static dev.jktcp.tcp.connection.SpuriousRetransmission.Cause.FAST;
import static dev.jktcp.tcp.connection.SpuriousRetransmission.Cause.NONE;
import static dev.jktcp.tcp.connection.SpuriousRetransmission.Cause.TIMEOUT;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.SpuriousRetransmission.Cause;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** When a recovery or a time-out proves to have been for nothing (RFC 3522, RFC 3708). */
class SpuriousRetransmissionTest {
  private static final boolean DUPLICATE = true;

  private final FlightLab lab = new FlightLab();
  private final Flight flight = lab.flight;
  private final SpuriousRetransmission spurious = new SpuriousRetransmission();
  private final Timestamps timestamps = new Timestamps(-1);
  private final Echo echo = new Echo();
  private boolean hasNew = true;

  /** An ACK without timestamps, of segments before {@code upTo}. */
  private Cause ack(int upTo) {
    echo.of(null, 0);
    return acked(upTo);
  }

  /** One that echoes what was sent then. */
  private Cause ackEchoing(int upTo, long sentNs) {
    echo.of(timestamps, timestamps.value(sentNs));
    return acked(upTo);
  }

  private Cause acked(int upTo) {
    boolean advanced = upTo > lab.una;
    spurious.begin(flight, seq(upTo), echo);
    lab.acknowledge(upTo, (f, i, sacked) -> spurious.onDelivered(f, i));
    return spurious.onAck(flight, advanced, false, hasNew);
  }

  private Cause sack(int from, int to) {
    spurious.begin(flight, flight.una(), echo);
    lab.sack(from, to, (f, i, sacked) -> spurious.onDelivered(f, i));
    return spurious.onAck(flight, false, DUPLICATE, hasNew);
  }

  private Cause dsack(int from, int to) {
    spurious.begin(flight, flight.una(), echo);
    spurious.onDsack(seq(from), seq(to), flight);
    return spurious.onAck(flight, false, DUPLICATE, hasNew);
  }

  private void lose(int... segments) {
    for (int segment : segments) {
      flight.lose(lab.entry(segment));
    }
  }

  private void sendAgain(long nowNs, int... segments) {
    for (int segment : segments) {
      flight.onSentAgain(lab.entry(segment), nowNs);
      spurious.onSentAgain(MSS, nowNs);
    }
  }

  private void timeout(boolean recovering, long nowNs) {
    flight.loseAll();
    spurious.onTimeout(flight, recovering, nowNs);
    sendAgain(nowNs, lab.una);
  }

  // --- Eifel

  @Test
  @Rfc("3522 §3.2")
  void answerToWhatIsOlderThanTheRetransmission_provesARecoverySpurious() {
    lab.send(6, 0);
    sack(3, 6);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0);
    assertEquals(FAST, ackEchoing(1, 0));
    assertEquals(NONE, ackEchoing(2, 0), "once");
  }

  @Test
  @Rfc("3522 §3.2")
  void answerToTheRetransmission_provesThatItWasNeeded() {
    lab.send(6, 0);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0);
    assertEquals(NONE, ackEchoing(1, 40 * MS));
    assertEquals(NONE, ackEchoing(2, 0), "whatever comes later");
  }

  @Test
  @Rfc("3522 §3.2")
  void recoveryOfSeveral_waitsForAll_andOneThatWasNeededDecides() {
    lab.send(8, 0);
    lose(0, 2);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0, 2);
    assertEquals(NONE, ackEchoing(2, 0), "segment 2 is open");
    assertEquals(FAST, ackEchoing(3, 0));

    lose(4, 6);
    spurious.onRecovery(flight, false);
    sendAgain(90 * MS, 4, 6);
    assertEquals(NONE, ackEchoing(4, 0), "of segment 3, which was not sent again");
    assertEquals(NONE, ackEchoing(6, 0));
    assertEquals(NONE, ackEchoing(8, 90 * MS));
  }

  @Test
  @Rfc("3522 §3.2")
  void retransmissionOfTheSameTick_provesNothing() {
    lab.send(3, 5 * MS);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(5 * MS + 900_000, 0);
    assertEquals(NONE, ackEchoing(3, 5 * MS));
  }

  @Test
  @Rfc("3522 §3.2")
  void answerToTheFirstOfTwoRetransmissions_isNotToTheOriginal() {
    lab.send(3, 0);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0);
    lose(0);
    sendAgain(90 * MS, 0);
    assertEquals(NONE, ackEchoing(1, 40 * MS));
  }

  // --- nothing left again

  @Test
  void whatWasTakenForLostArrivesBeforeItIsSentAgain_provesARecoverySpurious() {
    lab.send(6, 0);
    sack(3, 6);
    lose(0, 2);
    spurious.onRecovery(flight, false);
    assertEquals(NONE, ack(1), "segment 2 is open");
    assertEquals(FAST, ack(3));
    assertEquals(NONE, ack(6), "once");
  }

  @Test
  void whatIsStillToBeSentAgain_provesNothing() {
    lab.send(6, 0);
    lose(2);
    spurious.onRecovery(flight, false);
    assertEquals(NONE, ack(2));
    sendAgain(40 * MS, 2);
    assertEquals(NONE, ackEchoing(3, 40 * MS));
  }

  // --- DSACK

  @Test
  @Rfc("3708 §3")
  void recoveryOfWhichAllArrivedTwice_isSpurious_evenWhenItIsOver() {
    lab.send(6, 0);
    lose(0, 1);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0, 1);
    assertEquals(NONE, ack(6));
    spurious.onRecovered(flight);
    assertEquals(NONE, dsack(0, 1));
    assertEquals(FAST, dsack(1, 2));
    assertEquals(NONE, dsack(1, 2), "once");
  }

  @Test
  @Rfc("3708 §3")
  void oneThatDidNotArriveTwice_wasNeeded() {
    lab.send(6, 0);
    lose(0, 1);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0, 1);
    assertEquals(NONE, dsack(0, 1));
    assertEquals(NONE, ack(6));
    spurious.onRecovered(flight);
    lab.send(2, 100 * MS);
    assertEquals(NONE, ack(7), "after this no DSACK comes");
    assertEquals(NONE, dsack(1, 2));
    assertEquals(NONE, dsack(0, 1));
  }

  @Test
  void dsackOfWhatWasBefore_orWasNeverSent_orOfNothing_isNotCounted() {
    lab.send(6, 0);
    assertEquals(NONE, dsack(0, 1), "no recovery");
    ack(2);
    lose(2);
    spurious.onRecovery(flight, false);
    assertEquals(NONE, dsack(2, 3), "nothing was sent again");
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 2);
    assertEquals(NONE, dsack(0, 2), "before");
    assertEquals(NONE, dsack(6, 7), "beyond");
    assertEquals(NONE, dsack(4, 2), "upside down");
    assertEquals(FAST, dsack(2, 3));
  }

  // --- several reductions

  /** Segment 0 is sent again at 40 ms, and as that seems lost, at 90 ms in the same recovery. */
  private void reduceTwiceForTheFirst() {
    lab.send(6, 0);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0);
    lose(0);
    spurious.onRecovery(flight, true);
    sendAgain(90 * MS, 0);
  }

  /** A recovery at 40 ms for segment 0, which ends, and another at 90 ms for segment 6. */
  private void recoverTwiceBeforeAnyDsack() {
    lab.send(6, 0);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0);
    assertEquals(NONE, ack(6));
    spurious.onRecovered(flight);
    lab.send(6, 60 * MS);
    lose(6);
    spurious.onRecovery(flight, false);
    assertTrue(spurious.isOfSeveral());
    sendAgain(90 * MS, 6);
  }

  @Test
  @Rfc({"3708 §3", "4015 §3"})
  void recoveryThatReducedTwice_isSpuriousAsAWhole_onceAllArrivedTwice() {
    lab.send(6, 0);
    lose(0, 1);
    spurious.onRecovery(flight, false);
    assertFalse(spurious.isOfSeveral());
    sendAgain(40 * MS, 0, 1);
    lose(0);
    spurious.onRecovery(flight, true);
    assertTrue(spurious.isOfSeveral());
    sendAgain(90 * MS, 0);
    assertEquals(FAST, dsack(0, 1), "the second copy of three has come, or the third");
    assertFalse(spurious.isProvedWholly());
    assertEquals(1, spurious.undone());
    assertEquals(NONE, dsack(1, 2));
    assertEquals(FAST, dsack(0, 1));
    assertTrue(spurious.isProvedWholly());
    assertEquals(NONE, dsack(0, 1), "once");
  }

  @Test
  @Rfc("3522 §3.2")
  void recoveryThatReducedTwice_isSpuriousAsAWhole_onceAnOriginalIsAnsweredTo() {
    reduceTwiceForTheFirst();
    assertEquals(FAST, ackEchoing(1, 0));
    assertTrue(spurious.isProvedWholly());
  }

  @Test
  @Rfc("3522 §3.2")
  void lastOfTwoReductionsAlone_isSpurious_ifTheFirstRetransmissionIsAnsweredTo() {
    reduceTwiceForTheFirst();
    assertEquals(FAST, ackEchoing(1, 40 * MS));
    assertFalse(spurious.isProvedWholly());
    lose(2);
    spurious.onRecovery(flight, false);
    assertFalse(spurious.isOfSeveral(), "the one before is decided");
  }

  @Test
  @Rfc("3708 §3")
  void recoveryBehindOneWhoseDsacksAreStillToCome_isUndoneWithIt() {
    recoverTwiceBeforeAnyDsack();
    assertEquals(NONE, dsack(0, 1));
    assertEquals(FAST, dsack(6, 7));
    assertTrue(spurious.isProvedWholly());
    assertEquals(2, spurious.undone());
  }

  @Test
  @Rfc("3522 §3.2")
  void originalOfTheSecondRecovery_provesNothingOfTheFirst() {
    recoverTwiceBeforeAnyDsack();
    assertEquals(FAST, ackEchoing(7, 60 * MS));
    assertFalse(spurious.isProvedWholly());
  }

  @Test
  @Rfc({"3708 §3", "4015 §3"})
  void timeoutInARecovery_isUndoneWithIt() {
    lab.send(6, 0);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0);
    timeout(true, 300 * MS);
    assertTrue(spurious.isOfSeveral());
    assertEquals(TIMEOUT, dsack(0, 1));
    assertFalse(spurious.isProvedWholly());
    assertEquals(TIMEOUT, dsack(0, 1));
    assertTrue(spurious.isProvedWholly());
  }

  @Test
  void lossThatAProbeRepaired_isNotGivenBackByLateDsacks() {
    lab.send(6, 0);
    lose(0);
    spurious.onRecovery(flight, false);
    sendAgain(40 * MS, 0);
    spurious.forget();
    assertEquals(NONE, dsack(0, 1));
  }

  // --- timeouts

  @Test
  @Rfc({"3522 §3.2", "4015 §3.1"})
  void timeout_isProvedByTheFirstAnswer() {
    lab.send(6, 0);
    timeout(false, 200 * MS);
    assertEquals(TIMEOUT, ackEchoing(1, 0));
    timeout(false, 500 * MS);
    assertEquals(NONE, ackEchoing(2, 500 * MS));
  }

  @Test
  @Rfc("4015 §3.1")
  void furtherTimeouts_belongToTheFirst() {
    lab.send(6, 0);
    timeout(false, 200 * MS);
    timeout(true, 600 * MS);
    assertEquals(NONE, ackEchoing(1, 200 * MS), "the first retransmission was needed");

    timeout(false, 900 * MS);
    timeout(true, 1_300 * MS);
    assertEquals(TIMEOUT, ackEchoing(2, 0));
  }

  @Test
  @Rfc("5682 §3.1")
  void forwardRto_sendsNewData_andFindsTheTimeoutSpurious() {
    lab.send(6, 0);
    timeout(false, 200 * MS);
    assertFalse(spurious.waits());
    assertEquals(NONE, ack(1), "of the original or of the retransmission");
    assertTrue(spurious.asks());
    lab.send(1, 210 * MS);
    spurious.onSentNew();
    assertTrue(spurious.asks());
    lab.send(1, 210 * MS);
    spurious.onSentNew();
    assertFalse(spurious.asks());
    assertTrue(spurious.waits());
    assertEquals(TIMEOUT, ack(2));
    assertFalse(spurious.waits());
  }

  @Test
  @Rfc("5682 §3.1")
  void forwardRto_isConvincedBySackToo() {
    lab.send(6, 0);
    timeout(false, 200 * MS);
    ack(1);
    assertEquals(TIMEOUT, sack(2, 4));
  }

  @Test
  @Rfc("5682 §3.1")
  void forwardRto_takesADuplicateAckOrNewDataForALoss() {
    lab.send(6, 0);
    timeout(false, 200 * MS);
    ack(1);
    lab.send(2, 210 * MS);
    assertEquals(NONE, sack(6, 7), "step 3 a: only what asked has arrived");
    assertFalse(spurious.waits());
    assertEquals(NONE, ack(2));
  }

  @Test
  @Rfc("5682 §3.1")
  void forwardRto_isNotAsked_whenAllIsAcknowledged_orThereIsNothingNew_orInARecovery() {
    lab.send(2, 0);
    timeout(false, 200 * MS);
    assertEquals(NONE, ack(2), "step 2 a");
    assertFalse(spurious.waits());

    lab.send(2, 300 * MS);
    timeout(false, 500 * MS);
    hasNew = false;
    assertEquals(NONE, ack(3), "step 2 b");
    assertFalse(spurious.waits());
    hasNew = true;

    lab.send(2, 600 * MS);
    lose(3);
    spurious.onRecovery(flight, false);
    sendAgain(640 * MS, 3);
    timeout(true, 900 * MS);
    ack(4);
    assertFalse(spurious.waits(), "step 1");
  }

  @Test
  @Rfc("5682 §3.1")
  void forwardRto_beginsAnewWhenTheTimerFiresBeforeAnyAck() {
    lab.send(6, 0);
    timeout(false, 200 * MS);
    timeout(true, 600 * MS);
    ack(1);
    assertTrue(spurious.waits());
    assertEquals(TIMEOUT, ack(2));
  }

  @Test
  void forwardRto_withNothingToAskBy_letsRetransmissionsGoOn() {
    lab.send(6, 0);
    timeout(false, 200 * MS);
    ack(1);
    spurious.onNothingNew();
    assertFalse(spurious.waits());
    timeout(false, 600 * MS);
    ack(2);
    lab.send(1, 610 * MS);
    spurious.onSentNew();
    spurious.onNothingNew();
    assertFalse(spurious.asks());
    assertTrue(spurious.waits(), "one asks");
  }
}
