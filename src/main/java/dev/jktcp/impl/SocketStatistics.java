package dev.jktcp.impl;

import dev.jktcp.ConnectionInfo;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.text.Fields;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;

/** A connection as Linux's {@code ss -ti} prints it. */
public final class SocketStatistics {
  private static final double NS_PER_MS = 1e6;

  private SocketStatistics() {}

  public static String lines(ConnectionInfo connection) {
    TcpInfo tcp = connection.tcp();
    return String.format(
        Locale.ROOT,
        "%-10s %6d %6d %s %s %s %s%n\t%s",
        state(tcp.state()),
        tcp.readable(),
        tcp.sendQueued(),
        address(connection.localAddress()),
        address(connection.remoteAddress()),
        age(connection.age()),
        connection.owner(),
        details(tcp));
  }

  /** {@code ESTAB}, {@code SYN-SENT}, … */
  public static String state(TcpState state) {
    return switch (state) {
      case ESTABLISHED -> "ESTAB";
      case SYN_RECEIVED -> "SYN-RECV";
      case FIN_WAIT_1 -> "FIN-WAIT-1";
      case FIN_WAIT_2 -> "FIN-WAIT-2";
      default -> state.name().replace('_', '-');
    };
  }

  /** {@code 10.7.0.1:80}, {@code [fd66::1]:80}. */
  public static String address(SocketAddress address) {
    return Fields.join(address.host(), address.port());
  }

  /** The two largest units: {@code 4.2s}, {@code 3m05s}, {@code 2h40m}, {@code 5d07h}. */
  public static String age(Duration age) {
    long s = age.toSeconds();
    if (s < 60) {
      return String.format(Locale.ROOT, "%.1fs", age.toMillis() / 1e3);
    }
    if (s < 3_600) {
      return String.format(Locale.ROOT, "%dm%02ds", s / 60, s % 60);
    }
    if (s < 86_400) {
      return String.format(Locale.ROOT, "%dh%02dm", s / 3_600, s / 60 % 60);
    }
    return String.format(Locale.ROOT, "%dd%02dh", s / 86_400, s / 3_600 % 24);
  }

  /** Zero and unknown values are left out, as {@code ss} does. */
  private static String details(TcpInfo tcp) {
    StringJoiner out = new StringJoiner(" ");
    agreed(tcp, out);
    out.add("rto:" + ms(tcp.rtoNs()));
    if (tcp.srttNs() > 0) {
      out.add("rtt:" + ms(tcp.srttNs()) + "/" + ms(tcp.rttVarNs()));
    }
    out.add("mss:" + tcp.mss()).add("pmtu:" + tcp.pathMtu());
    if (tcp.cwnd() < Integer.MAX_VALUE && tcp.mss() > 0) {
      out.add("cwnd:" + tcp.cwnd() / tcp.mss()); // in segments, as ss has it
    }
    if (tcp.ssthresh() < Integer.MAX_VALUE && tcp.mss() > 0) {
      out.add("ssthresh:" + tcp.ssthresh() / tcp.mss());
    }
    count(out, "bytes_sent", tcp.bytesSent());
    count(out, "bytes_retrans", tcp.bytesRetransmitted());
    count(out, "bytes_acked", tcp.bytesAcked());
    count(out, "bytes_received", tcp.bytesReceived());
    count(out, "segs_out", tcp.segmentsSent());
    count(out, "segs_in", tcp.segmentsReceived());
    if (tcp.pacingRate() > 0) {
      out.add("pacing_rate " + tcp.pacingRate() * 8 + "bps");
    }
    count(out, "unacked_bytes", tcp.inFlight());
    count(out, "sacked_bytes", tcp.sackedBytes());
    count(out, "lost_bytes", tcp.lostBytes());
    count(out, "retrans", tcp.retransmits());
    count(out, "timeouts", tcp.timeouts());
    count(out, "dsack_dups", tcp.dsacks());
    if (tcp.reorderingSeen()) {
      out.add("reord_seen");
    }
    count(out, "rcv_ooo", tcp.outOfOrder());
    out.add("rcv_space:" + tcp.receiveBuffer()).add("snd_wnd:" + tcp.sendWindow());
    return out.toString();
  }

  private static void agreed(TcpInfo tcp, StringJoiner out) {
    if (tcp.options().timestamps()) {
      out.add("ts");
    }
    if (tcp.options().sack()) {
      out.add("sack");
    }
    if (tcp.options().ecn()) {
      out.add("ecn");
    }
    if (!tcp.congestion().isEmpty()) {
      out.add(tcp.congestion());
    }
    int sent = tcp.options().sendScale();
    if (sent >= 0) {
      out.add("wscale:" + sent + "," + tcp.options().receiveScale());
    }
  }

  private static void count(StringJoiner out, String name, long value) {
    if (value > 0) {
      out.add(name + ":" + value);
    }
  }

  /** Three significant digits are enough. */
  private static String ms(long ns) {
    double ms = ns / NS_PER_MS;
    return String.format(Locale.ROOT, ms < 10 ? "%.3f" : ms < 100 ? "%.1f" : "%.0f", ms);
  }
}
