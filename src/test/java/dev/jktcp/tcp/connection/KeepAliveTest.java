package dev.jktcp.tcp.connection;

import static dev.jktcp.testkit.Tuned.probing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** A peer that was heard of meanwhile is not probed (RFC 9293 §3.8.4). */
class KeepAliveTest {
  private static final TcpTuning TUNING = TcpTuning.DEFAULT.with(probing(1_000, 100, 2));

  /** The transport took nothing while its time came. */
  @Test
  @Rfc("9293 MUST-26")
  void peerHeardOfBeforeTheProbeLeft_isNotAsked() {
    KeepAlive keepAlive = new KeepAlive(0);
    assertTrue(keepAlive.onTimeout(TUNING, 1_000));
    assertTrue(keepAlive.probeToSend());
    keepAlive.onHeard(1_050);
    assertFalse(keepAlive.probeToSend());
    assertEquals(2_050, keepAlive.deadlineNs(TUNING));
  }
}
