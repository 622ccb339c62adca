package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestPacket;
import java.util.HashSet;
import java.util.Set;

/**
 * What RFC 7323 §3.2 and §4.3 let one end of a connection send, judged by what its packets and
 * those that reached it have said.
 */
final class TimestampJudge {
  private boolean offered;
  private boolean heardOffer;
  private boolean inUse; // a segment behind the SYNs had them
  private boolean told;
  private int latest; // TSval sent
  private boolean echoed;
  private int latestEcho;
  private boolean late;
  private int highest; // TSval that arrived
  private final Set<Integer> arrived = new HashSet<>(); // TSvals

  /**
   * The end sends this.
   *
   * @param lives whether its connection does: the last ACK of one that is over may be overtaken by
   *     its record's
   */
  void onSent(TestPacket p, boolean lives) {
    Integer tsVal = p.timestamp(0);
    if (tsVal == null) {
      check(!inUse || p.has(TestPacket.RST), "a segment without timestamps");
      return;
    }
    if (p.has(TestPacket.SYN)) {
      check(!p.has(TestPacket.ACK) || heardOffer, "offers timestamps that no SYN had");
      offered = true;
    } else {
      check(offered && heardOffer, "timestamps without agreement");
      inUse |= !p.has(TestPacket.RST);
    }
    onEcho(p, p.timestamp(1), lives);
    if (!p.has(TestPacket.SYN)) { // nothing is kept of a cookie, which may be some ms behind
      check(!told || tsVal - latest >= 0, "a clock that goes back");
      told = true;
      latest = tsVal;
    }
  }

  private void onEcho(TestPacket p, int tsEcr, boolean lives) {
    if (!p.has(TestPacket.ACK)) {
      check(tsEcr == 0, "an echo without an ACK");
      return;
    }
    check(arrived.contains(tsEcr), "an echo of what did not arrive");
    if (p.has(TestPacket.SYN) || !lives) {
      return;
    }
    check(!echoed || tsEcr - latestEcho >= 0, "an echo older than one before");
    echoed = true;
    latestEcho = tsEcr;
  }

  /** This reached it undamaged. */
  void onArrived(TestPacket p) {
    Integer tsVal = p.timestamp(0);
    if (tsVal != null) {
      heardOffer |= p.has(TestPacket.SYN);
      late = !arrived.isEmpty() && tsVal - highest < 0;
      highest = late ? highest : tsVal;
      arrived.add(tsVal);
    } else {
      late = false;
    }
  }

  /** Whether the last to arrive is older than one before it, and may have been dropped for that. */
  boolean isLate() {
    return late;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("timestamps: " + what);
    }
  }
}
