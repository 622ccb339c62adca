package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;

/**
 * The times of Linux's tcp_info, from our snapshots: how long data was under way or waiting, how
 * long the peer's window alone held it back, and when data came last.
 */
final class Stopwatches {
  private long atUs; // of the last snapshot
  private boolean busy;
  private boolean limited;
  private long busyUs;
  private long limitedUs;
  private long receivedBytes;
  private long receivedUs = -1; // -1 = the connection is not established yet

  /** Something happened to the connection. */
  void onStep(TcpInfo info, long nowUs) {
    busyUs += busy ? nowUs - atUs : 0;
    limitedUs += limited ? nowUs - atUs : 0;
    atUs = nowUs;
    int unsent = info.sendQueued() - info.inFlight();
    int next = Math.min(unsent, info.mss());
    busy = info.sendQueued() > 0;
    limited =
        unsent > 0
            && info.inFlight() + next > info.sendWindow()
            && info.inFlight() + next <= info.cwnd();
    boolean opens = receivedUs < 0 && info.state() == TcpState.ESTABLISHED;
    if (opens || info.bytesReceived() > receivedBytes) {
      receivedUs = nowUs;
      receivedBytes = info.bytesReceived();
    }
  }

  /** Null for a field that is none of these. */
  Double value(String name, long nowUs) {
    return switch (name) {
      case "tcpi_busy_time" -> (double) (busyUs + (busy ? nowUs - atUs : 0));
      case "tcpi_rwnd_limited" -> (double) (limitedUs + (limited ? nowUs - atUs : 0));
      case "tcpi_last_data_recv" -> receivedUs < 0 ? null : (nowUs - receivedUs) / 1000.0;
      default -> null;
    };
  }
}
