package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestPacket;

/**
 * What RFC 3168 lets one end of a connection send, judged by what its packets and those that
 * reached it have said.
 */
final class EcnJudge {
  private static final int ASKS = TestPacket.ECE | TestPacket.CWR;
  private static final int ECT_0 = 2;
  private static final int CE = 3;

  private final Tally tally;
  private boolean setupSent;
  private boolean plainSent;
  private boolean setupHeard;
  private boolean plainHeard;
  private boolean forgetful; // SYNs were answered with cookies: nothing is known of them
  private boolean timestampsSent; // in a SYN
  private boolean anyMark;
  private boolean owesEcho;
  private int nxt; // behind all data sent

  EcnJudge(Tally tally) {
    this.tally = tally;
  }

  /**
   * The end sends this.
   *
   * @param lives whether its connection does, and not a record of it
   */
  void onSent(TestPacket p, boolean lives) {
    int codepoint = p.trafficClass & 3;
    if (p.has(TestPacket.SYN)) {
      onSynSent(p);
    }
    boolean fresh = !p.has(TestPacket.SYN) && p.payload.length > 0 && p.seq - nxt >= 0;
    check(codepoint == 0 || fresh, "a segment without new data is ECN-capable");
    check(codepoint == 0 || codepoint == ECT_0, "a codepoint of " + codepoint);
    check(codepoint == 0 || mayMark(), "ECN-capable data without agreement");
    if (p.has(TestPacket.SYN) || p.has(TestPacket.RST)) {
      return;
    }
    check(!p.has(TestPacket.CWR) || codepoint == ECT_0, "CWR without new ECN-capable data");
    check(!p.has(TestPacket.ECE) || anyMark, "an echo of no mark");
    // RFC 4987 §3.6: if the ACK of a cookie has lost its timestamp, all that was agreed on is gone.
    boolean forgot = timestampsSent && p.timestamp(0) == null;
    check(!owesEcho || !lives || forgot || p.has(TestPacket.ECE), "a mark without an echo");
    if (p.has(TestPacket.ECE)) {
      tally.add(Kind.ECN_ECHO);
    }
    if (p.has(TestPacket.CWR)) {
      tally.add(Kind.ECN_WINDOW_REDUCED);
    }
    nxt = fresh ? p.seq + p.payload.length : nxt;
  }

  /**
   * Of SYNs answered with cookies, an end knows only that which the ACK's cookie tells of: a SYN
   * sent again without ECN, and the answer to it, are forgotten.
   */
  private boolean mayMark() {
    return setupSent && setupHeard && (forgetful || (!plainSent && !plainHeard));
  }

  /** It has answered a SYN with a cookie. */
  void onCookieMade() {
    forgetful = true;
  }

  private void onSynSent(TestPacket p) {
    boolean setup = isSetup(p);
    boolean answer = p.has(TestPacket.ACK);
    check(!answer || !setup || setupHeard, "agrees to ECN that no SYN asked for");
    check(setup || (p.flags & ASKS) == 0, "a SYN with half of what asks for ECN");
    if (!answer && !setup && setupSent) {
      tally.add(Kind.ECN_SYN_FALLS_BACK);
    }
    setupSent |= setup;
    plainSent |= !setup;
    timestampsSent |= p.timestamp(0) != null;
    nxt = p.seq + 1;
  }

  /**
   * This reached it undamaged.
   *
   * @param next whether it must be taken
   */
  void onArrived(TestPacket p, boolean next) {
    if (p.has(TestPacket.SYN)) {
      setupHeard |= isSetup(p);
      plainHeard |= !isSetup(p);
      return;
    }
    if (p.has(TestPacket.CWR)) {
      owesEcho = false;
    }
    // If a SYN without ECN comes to an established connection, it changes nothing.
    boolean mayHear = setupSent && setupHeard;
    if (mayHear && (p.trafficClass & 3) == CE && p.payload.length > 0) {
      anyMark = true;
      owesEcho |= next && !plainHeard;
    }
  }

  private static boolean isSetup(TestPacket syn) {
    return (syn.flags & ASKS) == (syn.has(TestPacket.ACK) ? TestPacket.ECE : ASKS);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("ECN: " + what);
    }
  }
}
