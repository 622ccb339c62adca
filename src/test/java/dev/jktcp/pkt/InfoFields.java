package dev.jktcp.pkt;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import java.util.HashMap;
import java.util.Map;

/** Linux's tcp_info, of what our own snapshot knows, in Linux's units. */
final class InfoFields {
  private static final Map<String, Integer> LINUX = new HashMap<>();
  private static final Map<String, Integer> FREEBSD = new HashMap<>();

  static {
    String[] linux = {
      "ESTABLISHED",
      "SYN_SENT",
      "SYN_RECV",
      "FIN_WAIT1",
      "FIN_WAIT2",
      "TIME_WAIT",
      "CLOSE",
      "CLOSE_WAIT",
      "LAST_ACK",
      "LISTEN",
      "CLOSING"
    };
    for (int i = 0; i < linux.length; i++) {
      LINUX.put("TCP_" + linux[i], i + 1);
    }
    // FreeBSD's names of the same states, with the same numbers.
    String[] freebsd = {
      "ESTABLISHED",
      "SYN_SENT",
      "SYN_RECEIVED",
      "FIN_WAIT_1",
      "FIN_WAIT_2",
      "TIME_WAIT",
      "CLOSED",
      "CLOSE_WAIT",
      "LAST_ACK",
      "LISTEN",
      "CLOSING"
    };
    for (int i = 0; i < freebsd.length; i++) {
      FREEBSD.put("TCPI_" + freebsd[i], i + 1);
    }
    LINUX.put("TCP_INFINITE_SSTHRESH", 0x7fffffff);
  }

  private InfoFields() {}

  /** Null for a name that is none. */
  static Double constant(String name, boolean linux) {
    Integer value = (linux ? LINUX : FREEBSD).get(name);
    return value == null ? null : (double) value;
  }

  /** Null for a field that we do not know. */
  static Double value(TcpInfo info, String name) {
    int mss = Math.max(1, info.mss());
    return switch (name) {
      case "tcpi_state" -> (double) state(info.state());
      case "tcpi_snd_mss" -> (double) info.mss();
      case "tcpi_snd_cwnd" -> (double) (info.cwnd() / mss);
      case "tcpi_snd_ssthresh" ->
          info.ssthresh() == Integer.MAX_VALUE
              ? (double) 0x7fffffff
              : (double) (info.ssthresh() / mss);
      case "tcpi_unacked" -> (double) ((info.inFlight() + mss - 1) / mss);
      case "tcpi_rtt" -> info.srttNs() / 1000.0;
      case "tcpi_rto" -> info.rtoNs() / 1000.0;
      case "tcpi_total_retrans" -> (double) info.retransmits();
      case "tcpi_bytes_acked" -> (double) info.bytesAcked();
      case "tcpi_bytes_received" -> (double) info.bytesReceived();
      default -> null;
    };
  }

  private static int state(TcpState state) {
    return switch (state) {
      case ESTABLISHED -> 1;
      case SYN_SENT -> 2;
      case SYN_RECEIVED -> 3;
      case FIN_WAIT_1 -> 4;
      case FIN_WAIT_2 -> 5;
      case TIME_WAIT -> 6;
      case CLOSED -> 7;
      case CLOSE_WAIT -> 8;
      case LAST_ACK -> 9;
      case CLOSING -> 11;
    };
  }
}
