package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** How the window comes down during a recovery (RFC 9937). */
class ProportionalRateReductionTest {
  private static final int MSS = 1_000;

  private final ProportionalRateReduction prr = new ProportionalRateReduction();
  private int inNetwork;
  private int sent;

  /** An ACK of so much; what the window then admits leaves. */
  private int ack(int delivered, int lost, int ssthresh, boolean safe) {
    inNetwork -= delivered + lost;
    prr.onAck(delivered, inNetwork, ssthresh, safe, MSS);
    int leaves = 0;
    while (prr.window() - inNetwork >= MSS) {
      inNetwork += MSS;
      prr.onSent(MSS);
      leaves += MSS;
    }
    sent += leaves;
    return leaves;
  }

  @Test
  @Rfc({"9937 MUST-§6.1(1)", "9937 §6.2"})
  void oneLoss_comesDownToSsthreshOverARoundTrip() {
    inNetwork = 100 * MSS;
    prr.begin(100 * MSS, inNetwork, MSS);
    assertEquals(MSS, ack(MSS, MSS, 50 * MSS, false), "the retransmission");
    int longestSilence = 0;
    int silence = 0;
    for (int i = 0; i < 98; i++) {
      int leaves = ack(MSS, 0, 50 * MSS, false);
      assertTrue(leaves <= MSS, "a burst at " + i);
      silence = leaves == 0 ? silence + 1 : 0;
      longestSilence = Math.max(longestSilence, silence);
    }
    assertEquals(2, longestSilence, "every second ACK lets one out, once the first is made up for");
    assertEquals(50 * MSS, sent);
    assertEquals(50 * MSS, inNetwork);
  }

  @Test
  @Rfc("9937 §6.2")
  void seventyPercent_isInProportionToo() {
    inNetwork = 100 * MSS;
    prr.begin(100 * MSS, inNetwork, MSS);
    ack(MSS, MSS, 70 * MSS, false);
    for (int i = 0; i < 98; i++) {
      assertTrue(ack(MSS, 0, 70 * MSS, false) <= MSS);
    }
    assertEquals(70, sent / MSS);
    assertEquals(70 * MSS, inNetwork);
  }

  @Test
  @Rfc({"9937 MUST-§6.1(1)", "9937 §6.2"})
  void firstRetransmission_leavesWhateverTheWindowSays() {
    inNetwork = 100 * MSS;
    prr.begin(100 * MSS, inNetwork, MSS);
    // One ACK tells that half is lost and little arrived: inflight is what it may be.
    assertEquals(MSS, ack(1, 50 * MSS - 1, 50 * MSS, false));
    prr.begin(100 * MSS, inNetwork, MSS);
    sent = 0;
    inNetwork = 51 * MSS;
    assertEquals(MSS, ack(0, 0, 50 * MSS, false) + ack(MSS, 0, 50 * MSS, false));
  }

  @Test
  @Rfc("9937 §6.2")
  void heavyLoss_isAnsweredByPacketConservation_andFasterOnlyWhileItGoesWell() {
    inNetwork = 100 * MSS;
    prr.begin(100 * MSS, inNetwork, MSS);
    assertEquals(MSS, ack(MSS, 90 * MSS, 50 * MSS, false), "as much as arrived: PRR-CRB");
    assertEquals(2 * MSS, ack(2 * MSS, 0, 50 * MSS, false));
    assertEquals(2 * MSS, ack(MSS, 0, 50 * MSS, true), "and a segment more: PRR-SSRB");
    assertEquals(MSS, ack(MSS, 0, 50 * MSS, false), "not when more is lost");
  }

  @Test
  @Rfc("9937 §6.2")
  void catchingUp_goesNoFurtherThanSsthresh() {
    inNetwork = 20 * MSS;
    prr.begin(20 * MSS, inNetwork, MSS);
    ack(MSS, 10 * MSS, 10 * MSS, false);
    for (int i = 0; i < 40; i++) {
      ack(MSS, 0, 10 * MSS, true);
      assertTrue(inNetwork <= 10 * MSS);
    }
    assertEquals(10 * MSS, inNetwork);
  }

  @Test
  @Rfc("9937 §7")
  void applicationThatStood_mayCatchUpWithWhatItMissed() {
    inNetwork = 40 * MSS;
    prr.begin(40 * MSS, inNetwork, MSS);
    for (int i = 0; i < 10; i++) { // it has nothing to send
      inNetwork -= MSS;
      prr.onAck(MSS, inNetwork, 20 * MSS, false, MSS);
    }
    assertEquals(5, (prr.window() - inNetwork) / MSS);
  }

  @Test
  void ackThatTellsOfNothing_changesNothing() {
    inNetwork = 100 * MSS;
    prr.begin(100 * MSS, inNetwork, MSS);
    ack(MSS, MSS, 50 * MSS, false);
    int window = prr.window();
    prr.onAck(0, 5, 50 * MSS, true, MSS);
    assertEquals(window, prr.window());
  }

  @Test
  void policyWithoutAThreshold_isHeldToWhatArrives() {
    inNetwork = 100 * MSS;
    prr.begin(100 * MSS, inNetwork, MSS);
    assertEquals(MSS, ack(MSS, MSS, Integer.MAX_VALUE, false));
    assertEquals(3 * MSS, ack(2 * MSS, 0, Integer.MAX_VALUE, true));
    prr.begin(0, inNetwork, MSS);
    prr.onAck(Integer.MAX_VALUE, Integer.MAX_VALUE - 1, 10, true, MSS);
    assertTrue(prr.window() > 0, "no overflow");
  }
}
