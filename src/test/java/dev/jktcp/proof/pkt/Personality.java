package dev.jktcp.proof.pkt;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.Ecn;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.WindowStyle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What scripts written for a kernel compare byte for byte and no RFC says: where options stand, how
 * numbers are rounded, which timers and buffers a connection starts with.
 */
public enum Personality {
  /** Our own stack as it is: options byte for byte as on the wire. */
  JKTCP(
      TcpProfile.RELIABLE_LINK,
      Map.of(),
      new Defaults(1400, 256 * 1024, 256 * 1024, 0, 0, 1, false, 1_000, 0)),

  LINUX(
      TcpProfile.INTERNET,
      map(
          "minRtoNs",
          200 * MS, // TCP_RTO_MIN
          "maxRtoNs",
          120 * SECOND, // TCP_RTO_MAX
          "delayedAckNs",
          0L, // a young connection is in quickack mode
          "minVarianceNs",
          200 * MS,
          "maxRetries",
          15, // tcp_retries2
          "lossyRetries",
          0,
          "r2Ns",
          0L,
          "synMaxRetries",
          6, // tcp_syn_retries
          "synR2Ns",
          0L,
          "ecn",
          Ecn.ACCEPT, // tcp_ecn
          "blackHoleRetries",
          0), // tcp_mtu_probing
      // tcp_rmem as packetdrill's defaults have it; a connection begins with the largest window
      // that
      // needs no scaling and grows with what arrives, which no script lists.
      new Defaults(1500, 256 * 1024, 65_535, 15 * 1024 * 1024, 540_000, 2, true, 4_000, 12.5)) {
    @Override
    List<TcpOption> layout(List<TcpOption> options) {
      // Words of four bytes; a permission to SACK shares one with the timestamps' first two bytes.
      List<TcpOption> out = new ArrayList<>();
      Sorted sorted = new Sorted(options);
      sorted.move(out, TcpOption.MSS, 0);
      TcpOption sackPermitted = sorted.take(TcpOption.SACK_PERMITTED);
      TcpOption timestamps = sorted.take(TcpOption.TIMESTAMPS);
      if (sackPermitted != null || timestamps != null) {
        if (sackPermitted == null || timestamps == null) {
          pad(out, 2);
        }
        add(out, sackPermitted);
        add(out, timestamps);
      }
      sorted.move(out, TcpOption.WINDOW_SCALE, 1);
      sorted.move(out, TcpOption.SACK, 2);
      out.addAll(sorted.rest());
      while (TcpOption.encode(out).length % 4 != 0) {
        out.add(TcpOption.of(TcpOption.NOP));
      }
      return out;
    }

    @Override
    boolean pushesWithin() {
      return true;
    }

    @Override
    CongestionControl growth(CongestionControl own) {
      return facts -> new LinuxGrowth(own.open(facts));
    }

    @Override
    WindowStyle windowStyle(boolean scales, int shift) {
      return new WindowStyle(scales, shift, false, scales, true, 2, false);
    }

    @Override
    int shiftFor(long bytes) {
      int log = 63 - Long.numberOfLeadingZeros(bytes);
      return Math.max(0, Math.min(MAX_SHIFT, log - 15));
    }
  },

  FREEBSD(
      TcpProfile.INTERNET,
      map(
          "minRtoNs",
          30 * MS, // net.inet.tcp.rexmit_min
          "maxRtoNs",
          64 * SECOND, // TCPTV_REXMTMAX
          "delayedAckNs",
          40 * MS, // net.inet.tcp.delacktime
          "leastDelayedAckNs",
          Long.MAX_VALUE, // it is that, whatever the path
          "acksEverySecondSegment",
          true,
          "minVarianceNs",
          400 * MS, // net.inet.tcp.rexmit_slop: see Sysctls
          "maxRetries",
          12, // TCP_MAXRXTSHIFT
          "lossyRetries",
          0,
          "r2Ns",
          0L,
          "synMaxRetries",
          12,
          "synR2Ns",
          0L,
          "ecn",
          Ecn.ACCEPT, // net.inet.tcp.ecn.enable
          "blackHoleRetries",
          0), // net.inet.tcp.pmtud_blackhole_detection
      new Defaults(1500, 32 * 1024, 64 * 1024, 2_097_152, 0, 1, true, 4_000, 12.5)) {
    @Override
    List<TcpOption> layout(List<TcpOption> options) {
      List<TcpOption> out = new ArrayList<>();
      Sorted sorted = new Sorted(options);
      sorted.move(out, TcpOption.MSS, 0);
      TcpOption scale = sorted.take(TcpOption.WINDOW_SCALE);
      if (scale != null) {
        aligned(out, scale, 2, 1);
      }
      TcpOption permitted = sorted.take(TcpOption.SACK_PERMITTED);
      if (permitted != null) {
        aligned(out, permitted, 2, 0);
      }
      for (int kind : new int[] {TcpOption.TIMESTAMPS, TcpOption.MD5, TcpOption.SACK}) {
        TcpOption option = sorted.take(kind);
        if (option != null) {
          aligned(out, option, 4, 2);
        }
      }
      out.addAll(sorted.rest());
      while (TcpOption.encode(out).length % 4 != 0) {
        out.add(TcpOption.of(TcpOption.EOL));
      }
      return out;
    }

    @Override
    String errno(SoftError errorOrNull) {
      boolean refused = errorOrNull == null || errorOrNull.hard();
      return refused ? "ECONNREFUSED" : "EHOSTUNREACH";
    }

    @Override
    TcpTuning tuning() {
      return super.tuning()
          .with(probing(7_200 * SECOND, 75 * SECOND, 8)) // net.inet.tcp.always_keepalive
          .with(t -> t.connectTimeout(Duration.ofNanos(75 * SECOND))); // net.inet.tcp.keepinit
    }

    @Override
    boolean asksNagleOnce() {
      return true; // tcp_output() looks whether all is acknowledged before its loop
    }

    @Override
    boolean alwaysKeepsAlive() {
      return true;
    }

    @Override
    boolean resetsAsSocket() {
      return true;
    }

    @Override
    boolean repeatsFin() {
      return true; // tcp_output() steps back over a FIN that is under way
    }

    @Override
    public int roundedReceiveBuffer(int bytes, int mss) {
      return (bytes + mss - 1) / mss * mss;
    }

    @Override
    WindowStyle windowStyle(boolean scales, int shift) {
      return new WindowStyle(scales, shift, true, true, false, 4, false);
    }

    @Override
    int shiftFor(long bytes) {
      int shift = 0;
      while (shift < MAX_SHIFT && 0xffffL << shift < bytes) {
        shift++;
      }
      return shift;
    }
  };

  /**
   * What a stack starts with, where the script's settings say nothing.
   *
   * @param mtu of an IPv4 script
   * @param largestBuffer what the window's scale is made from; 0 = the receive buffer
   * @param toldReceiveBuffer what SO_RCVBUF says of a new socket; 0 = the receive buffer
   * @param bufferFactor what getsockopt gives for one byte that setsockopt asked for
   * @param nagle whether small segments wait by default
   * @param toleranceUs by which a packet may miss its time
   * @param tolerancePercent the same, of the time since the event before
   */
  record Defaults(
      int mtu,
      int sendBuffer,
      int receiveBuffer,
      long largestBuffer,
      int toldReceiveBuffer,
      int bufferFactor,
      boolean nagle,
      long toleranceUs,
      double tolerancePercent) {}

  private static final int MAX_SHIFT = 14; // RFC 7323 §2.3

  private final TcpProfile base;
  private final Map<String, Object> changes;
  private final Defaults defaults;

  Personality(TcpProfile base, Map<String, Object> changes, Defaults defaults) {
    this.base = base;
    this.changes = changes;
    this.defaults = defaults;
  }

  TcpProfile base() {
    return base;
  }

  Map<String, Object> changes() {
    return changes;
  }

  Defaults defaults() {
    return defaults;
  }

  /**
   * Where this kernel would put options, padding included.
   *
   * @param options what a segment of ours carries, in its order
   */
  List<TcpOption> layout(List<TcpOption> options) {
    return options;
  }

  /** The same of options as they stand in a header. */
  public byte[] layout(byte[] options) {
    return TcpOption.encode(layout(TcpOption.decode(options)));
  }

  /** Its timers and patience. */
  public TcpProfile profile() {
    return Profiles.with(base, changes);
  }

  /** What a socket starts with. */
  TcpTuning tuning() {
    return TcpTuning.DEFAULT.withNoDelay(!defaults.nagle());
  }

  /** What a connection that ICMP ended tells its user. */
  String errno(SoftError errorOrNull) {
    SoftError error = errorOrNull == null ? SoftError.HOST_UNREACHABLE : errorOrNull;
    return switch (error) {
      case NET_UNREACHABLE -> "ENETUNREACH";
      case PORT_UNREACHABLE -> "ECONNREFUSED";
      case PROTOCOL_UNREACHABLE -> "ENOPROTOOPT";
      default -> "EHOSTUNREACH";
    };
  }

  /**
   * How the window is told.
   *
   * @param shift -1 = as the receive buffer needs it
   */
  WindowStyle windowStyle(boolean scales, int shift) {
    WindowStyle usual = WindowStyle.DEFAULT;
    return new WindowStyle(
        scales,
        shift,
        usual.wholeSegments(),
        usual.eager(),
        usual.roundsUp(),
        usual.updatePart(),
        false);
  }

  /** The window's scale for the largest buffer that a socket can have. */
  int shiftFor(long bytes) {
    return -1;
  }

  /** What SO_RCVBUF becomes when the connection is established. */
  public int roundedReceiveBuffer(int bytes, int mss) {
    return bytes;
  }

  /** Whether {@link LinuxPush} says where PSH stands; if not our segments have it as they are. */
  boolean pushesWithin() {
    return false;
  }

  /** Its way to open the congestion window. */
  CongestionControl growth(CongestionControl own) {
    return own;
  }

  /** Its name in the {@code #ifdef} of scripts. */
  String scriptsName() {
    return this == FREEBSD ? "FreeBSD" : this == LINUX ? "Linux" : "jktcp";
  }

  /** Whether a write that finds nothing in flight leaves at once with its last, small piece. */
  boolean asksNagleOnce() {
    return false;
  }

  /** Whether connections without SO_KEEPALIVE are kept alive, too. */
  boolean alwaysKeepsAlive() {
    return false;
  }

  /** Whether an RST from a bound socket's port has the socket's hop limit and traffic class. */
  boolean resetsAsSocket() {
    return false;
  }

  /** Whether each ACK goes out as the FIN again, until that is acknowledged. */
  boolean repeatsFin() {
    return false;
  }

  private static void pad(List<TcpOption> out, int count) {
    for (int i = 0; i < count; i++) {
      out.add(TcpOption.of(TcpOption.NOP));
    }
  }

  private static void add(List<TcpOption> out, TcpOption optionOrNull) {
    if (optionOrNull != null) {
      out.add(optionOrNull);
    }
  }

  private static void aligned(List<TcpOption> out, TcpOption option, int modulus, int rest) {
    while (TcpOption.encode(out).length % modulus != rest) {
      out.add(TcpOption.of(TcpOption.NOP));
    }
    out.add(option);
  }

  /** Options without padding, taken out one by one. */
  private static final class Sorted {
    private final List<TcpOption> left;

    Sorted(List<TcpOption> options) {
      left = new ArrayList<>(options);
      left.removeIf(TcpOption::isPadding);
    }

    TcpOption take(int kind) {
      for (int i = 0; i < left.size(); i++) {
        if (left.get(i).kind() == kind) {
          return left.remove(i);
        }
      }
      return null;
    }

    void move(List<TcpOption> out, int kind, int padding) {
      TcpOption option = take(kind);
      if (option != null) {
        pad(out, padding);
        out.add(option);
      }
    }

    List<TcpOption> rest() {
      return left;
    }
  }

  private static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
