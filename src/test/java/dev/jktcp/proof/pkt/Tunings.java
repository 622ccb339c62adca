package dev.jktcp.proof.pkt;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.tcp.TcpTuning;
import java.time.Duration;

/** Socket options that one connection of ours may have of its own, in the sockets' units. */
final class Tunings {
  private Tunings() {}

  /**
   * Null for an option that is none of these.
   *
   * @throws IllegalArgumentException for a value out of range
   */
  static TcpTuning with(TcpTuning t, String option, long value) {
    return switch (option) {
      case "TCP_NODELAY" -> t.withNoDelay(value != 0);
      case "SO_KEEPALIVE" -> t.withKeepAlive(value != 0);
      case "TCP_KEEPIDLE" -> alive(t, value * SECOND, t.keepAliveRetryNs(), t.keepAliveProbes());
      case "TCP_KEEPINTVL" -> alive(t, t.keepAliveNs(), value * SECOND, t.keepAliveProbes());
      case "TCP_KEEPCNT" -> alive(t, t.keepAliveNs(), t.keepAliveRetryNs(), (int) value);
      case "TCP_USER_TIMEOUT" -> t.with(b -> b.userTimeout(Duration.ofNanos(value * MS)));
      case "TCP_KEEPINIT" -> t.with(b -> b.connectTimeout(Duration.ofNanos(value * SECOND)));
      case "IP_TTL", "IPV6_UNICAST_HOPS" -> t.withTtl((int) value);
      case "IP_TOS", "IPV6_TCLASS" -> t.withTrafficClass((int) value);
      case "TCP_MAXSEG" -> t.withMaxSegment((int) value);
      default -> null;
    };
  }

  /** As Linux and FreeBSD check them; what is in it our stack may refuse all the same. */
  static boolean inKernelsRange(String option, long value) {
    return switch (option) {
      case "TCP_KEEPIDLE", "TCP_KEEPINTVL" -> value >= 1 && value <= 32_767;
      case "TCP_KEEPCNT" -> value >= 1 && value <= 127;
      case "TCP_USER_TIMEOUT", "TCP_KEEPINIT" -> value >= 0;
      case "IP_TTL", "IPV6_UNICAST_HOPS" -> value >= 1 && value <= 255;
      case "IP_TOS", "IPV6_TCLASS" -> value >= 0 && value <= 255;
      case "TCP_MAXSEG" -> value >= 88 && value <= 32_767; // Linux's; 0 takes it back there
      default -> true;
    };
  }

  private static TcpTuning alive(TcpTuning t, long idleNs, long retryNs, int probes) {
    return t.with(probing(idleNs, retryNs, probes)).withKeepAlive(t.keepAlive());
  }

  /** Null for an option that is none of these. */
  static Long get(TcpTuning t, String option) {
    return switch (option) {
      case "TCP_NODELAY" -> t.noDelay() ? 1L : 0L;
      case "SO_KEEPALIVE" -> t.keepAlive() ? 1L : 0L;
      case "TCP_KEEPIDLE" -> t.keepAliveNs() / SECOND;
      case "TCP_KEEPINTVL" -> t.keepAliveRetryNs() / SECOND;
      case "TCP_KEEPCNT" -> (long) t.keepAliveProbes();
      case "TCP_USER_TIMEOUT" -> t.userTimeoutNs() / MS;
      case "TCP_KEEPINIT" -> t.connectTimeoutNs() / SECOND;
      case "IP_TTL", "IPV6_UNICAST_HOPS" -> (long) t.ttl();
      case "IP_TOS", "IPV6_TCLASS" -> (long) t.trafficClass();
      default -> null;
    };
  }
}
