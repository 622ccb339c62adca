package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.TcpInfo;
import java.util.List;

/**
 * The fields of Linux's tcp_info that our snapshots do not have: derived from snapshots and packets
 * of one connection.
 */
final class LinuxWatch {
  private static final int LEAST_RECEIVED = 536; // TCP_MSS_DEFAULT

  private final CaState congestion = new CaState();
  private final Stopwatches times = new Stopwatches();
  private final LinuxFlight flight;
  private int largestReceived;

  /**
   * @param degree tcp_reordering
   */
  LinuxWatch(int degree) {
    flight = new LinuxFlight(degree);
  }

  void onStep(TcpInfo info, long nowUs) {
    congestion.onStep(info);
    times.onStep(info, nowUs);
  }

  /** A segment of ours with data leaves; numbers are the script's. */
  void onSent(long from, int length) {
    flight.onSent(from, length);
  }

  /** A segment arrives. */
  void onArriving(Action.Tcp segment, int mss) {
    largestReceived = Math.max(largestReceived, segment.length());
    if (segment.has('.') && !segment.has('S')) {
      List<Long> blocks =
          segment.options().stream()
              .filter(o -> o.kind() == TcpOption.SACK)
              .flatMap(o -> o.values().stream())
              .toList();
      flight.onAck(segment.ack(), blocks, mss);
    }
  }

  /** Null for a field that is none of these. */
  Double value(String name, TcpInfo info, long nowUs) {
    return switch (name) {
      case "tcpi_ca_state" -> congestion.value(info);
      case "tcpi_reordering" -> (double) flight.degree();
      case "tcpi_reord_seen" -> (double) flight.seen();
      case "tcpi_retrans" -> (double) flight.sentAgain();
      case "tcpi_rcv_mss" ->
          (double) Math.max(largestReceived, Math.min(LEAST_RECEIVED, info.mss()));
      default -> times.value(name, nowUs);
    };
  }
}
