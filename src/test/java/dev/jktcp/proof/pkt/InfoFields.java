package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.AgreedOptions;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import java.util.List;

/** A kernel's tcp_info, of what our own snapshot knows: its fields, units and numbers. */
final class InfoFields {
  private static final List<String> LINUX_STATES =
      List.of(
          " ", // counted from 1
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
          "CLOSING");
  private static final List<String> FREEBSD_STATES =
      List.of(
          "CLOSED",
          "LISTEN",
          "SYN_SENT",
          "SYN_RECEIVED",
          "ESTABLISHED",
          "CLOSE_WAIT",
          "FIN_WAIT_1",
          "CLOSING",
          "LAST_ACK",
          "FIN_WAIT_2",
          "TIME_WAIT");
  private static final List<String> OPTIONS =
      List.of("TCPI_OPT_TIMESTAMPS", "TCPI_OPT_SACK", "TCPI_OPT_WSCALE", "TCPI_OPT_ECN");

  /** A SYN's data was acknowledged: only Fast Open does that. */
  private static final double LINUX_SYN_DATA = 32;

  private static final double LINUX_INFINITE = 0x7fffffff;
  private static final double FREEBSD_INFINITE = 65_535 << 14; // the largest window there is

  private final boolean linux;

  InfoFields(boolean linux) {
    this.linux = linux;
  }

  /** Null for a name that is none. */
  Double constant(String name) {
    int option = OPTIONS.indexOf(name);
    if (option >= 0) {
      return (double) (1 << option);
    }
    if (linux && name.equals("TCPI_OPT_SYN_DATA")) {
      return LINUX_SYN_DATA;
    }
    if (linux && CaState.constant(name) != null) {
      return CaState.constant(name);
    }
    if (linux && name.equals("TCP_INFINITE_SSTHRESH")) {
      return LINUX_INFINITE;
    }
    String prefix = linux ? "TCP_" : "TCPI_";
    int number =
        name.startsWith(prefix)
            ? (linux ? LINUX_STATES : FREEBSD_STATES).indexOf(name.substring(prefix.length()))
            : -1;
    return number < 0 ? null : (double) number;
  }

  /** tcpi_state of a socket that is no connection yet, and does not listen. */
  double unused() {
    return linux ? constant("TCP_CLOSE") : constant("TCPI_CLOSED");
  }

  double listening() {
    return linux ? constant("TCP_LISTEN") : constant("TCPI_LISTEN");
  }

  double state(TcpState state) {
    return linux
        ? LINUX_STATES.indexOf(
            switch (state) {
              case SYN_RECEIVED -> "SYN_RECV";
              case FIN_WAIT_1 -> "FIN_WAIT1";
              case FIN_WAIT_2 -> "FIN_WAIT2";
              case CLOSED -> "CLOSE";
              default -> state.name();
            })
        : FREEBSD_STATES.indexOf(state.name());
  }

  /** Null for a field that the kernel does not have, or that we do not know. */
  Double value(TcpInfo info, String name) {
    Double common =
        switch (name) {
          case "tcpi_state" -> state(info.state());
          case "tcpi_options" -> (double) options(info.options());
          case "tcpi_snd_mss" -> (double) info.mss();
          case "tcpi_rtt" -> (double) (info.srttNs() / 1_000);
          case "tcpi_rto" -> (double) (info.rtoNs() / 1_000);
          case "tcpi_snd_cwnd" -> (double) (info.cwnd() / windowUnit(info));
          case "tcpi_snd_ssthresh" -> ssthresh(info);
          default -> null;
        };
    return common == null && linux ? linuxValue(info, name) : common;
  }

  private static int options(AgreedOptions agreed) {
    return (agreed.timestamps() ? 1 : 0)
        | (agreed.sack() ? 2 : 0)
        | (agreed.sendScale() >= 0 ? 4 : 0)
        | (agreed.ecn() ? 8 : 0);
  }

  /** Linux counts segments, FreeBSD bytes. */
  private int windowUnit(TcpInfo info) {
    return linux ? Math.max(1, info.mss()) : 1;
  }

  private double ssthresh(TcpInfo info) {
    if (info.ssthresh() == Integer.MAX_VALUE) {
      return linux ? LINUX_INFINITE : FREEBSD_INFINITE;
    }
    return info.ssthresh() / windowUnit(info);
  }

  private static Double linuxValue(TcpInfo info, String name) {
    int mss = Math.max(1, info.mss());
    return switch (name) {
      case "tcpi_lost" -> (double) ((info.lostBytes() + mss - 1) / mss);
      case "tcpi_sacked" -> (double) ((info.sackedBytes() + mss - 1) / mss);
      case "tcpi_unacked" -> (double) ((info.inFlight() + mss - 1) / mss);
      case "tcpi_total_retrans" -> (double) info.retransmits();
      case "tcpi_bytes_acked" -> (double) info.bytesAcked();
      case "tcpi_bytes_received" -> (double) info.bytesReceived();
      default -> null;
    };
  }
}
