package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.TcpInfo;
import java.util.List;

/**
 * Linux's tcpi_ca_state from the counts of our snapshots: the kind of congestion that was met last,
 * until everything sent before it is acknowledged.
 */
final class CaState {
  private static final String PREFIX = "TCP_CA_";
  private static final List<String> NAMES = List.of("Open", "Disorder", "CWR", "Recovery", "Loss");

  private String met = "Open";
  private long end; // bytes sent when it was met
  private TcpInfo before;

  /** Null for a name that is none. */
  static Double constant(String name) {
    int number = name.startsWith(PREFIX) ? NAMES.indexOf(name.substring(PREFIX.length())) : -1;
    return number < 0 ? null : (double) number;
  }

  /** Something happened to the connection. */
  void onStep(TcpInfo info) {
    if (before != null) {
      look(info);
    }
    before = info;
  }

  private void look(TcpInfo info) {
    boolean undone = info.undos() > before.undos();
    if (undone || info.bytesAcked() >= end) {
      met = "Open";
    }
    if (info.timeouts() > before.timeouts()) {
      meet("Loss", info);
    } else if (info.fastRetransmits() > before.fastRetransmits()) {
      meet("Recovery", info);
    } else if (info.ecnReductions() > before.ecnReductions() && met.equals("Open")) {
      meet("CWR", info);
    }
  }

  private void meet(String what, TcpInfo info) {
    met = what;
    end = info.bytesSent();
  }

  double value(TcpInfo info) {
    String now = met.equals("Open") && info.sackedBytes() > 0 ? "Disorder" : met;
    return NAMES.indexOf(now);
  }
}
