package dev.jktcp.proof.pkt;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.tcp.Ecn;
import dev.jktcp.tcp.TcpProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Kernel settings and what each means for the stack: it changes an option of it, or asks for what
 * it does anyway, or tunes a mechanism that it does not have, so that every value means the same.
 * Anything else skips the script.
 */
final class Sysctls {
  @FunctionalInterface
  private interface Rule {
    /** Applies a value; false = the stack cannot be so. */
    boolean apply(Settings settings, String value);
  }

  /**
   * What tunes a mechanism that our stack has not, or has not in this form. Where the mechanism
   * shows on the wire a script lists the packets, and fails on them.
   */
  private static final Set<String> WITHOUT_MEANING =
      Set.of(
          "net.ipv4.tcp_dsack",
          "net.ipv4.tcp_fack",
          "net.ipv4.tcp_frto",
          "net.ipv4.tcp_early_retrans",
          "net.ipv4.tcp_recovery",
          "net.ipv4.tcp_congestion_control",
          "net.ipv4.tcp_tso_win_divisor",
          "net.ipv4.tcp_min_tso_segs",
          "net.ipv4.tcp_ecn_option",
          "net.ipv4.tcp_ecn_option_beacon",
          "net.ipv4.tcp_pacing_ss_ratio",
          "net.ipv4.tcp_pacing_ca_ratio",
          "net.ipv4.tcp_fastopen",
          "net.ipv4.tcp_fastopen_key",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.tcp_no_metrics_save",
          "net.ipv4.tcp_autocorking",
          "net.ipv4.tcp_notsent_lowat",
          "net.ipv4.tcp_max_reordering",
          "net.ipv4.tcp_comp_sack_nr",
          "net.ipv4.tcp_comp_sack_delay_ns",
          "net.ipv4.tcp_comp_sack_slack_ns",
          "net.inet.tcp.ecn.maxretries",
          "net.inet.tcp.hostcache.purgenow",
          "net.inet.tcp.fastopen.client_enable",
          "net.inet.tcp.fastopen.server_enable",
          "net.inet.tcp.cc.algorithm",
          "net.inet.tcp.syncookies");

  private static final Set<String> CONGESTION_CONTROLS =
      Set.of("reno", "newreno", "cubic", "bbr", "dctcp", "htcp", "vegas", "westwood");

  private static final Map<String, Rule> RULES = new HashMap<>();

  static {
    rule("jktcp.profile", (s, v) -> base(s, v));
    rule("jktcp.mtu", (s, v) -> set(() -> s.mtu = integer(v) + s.family.extraMtu()));
    rule("jktcp.send_buffer", (s, v) -> set(() -> s.sendBuffer = integer(v)));
    rule("jktcp.receive_buffer", (s, v) -> set(() -> s.receiveBuffer = integer(v)));
    rule("jktcp.backlog", (s, v) -> set(() -> s.backlog = integer(v)));
    rule("jktcp.time_wait_ms", (s, v) -> set(() -> s.timeWaitNs = integer(v) * MS));
    rule("net.ipv4.tcp_rmem", (s, v) -> set(() -> receiveMemory(s, v)));
    rule("net.ipv4.tcp_wmem", (s, v) -> set(() -> s.sendBuffer = last(v)));
    rule("net.ipv4.tcp_syn_retries", (s, v) -> profile(s, "synMaxRetries", integer(v)));
    rule("net.ipv4.tcp_synack_retries", (s, v) -> profile(s, "synMaxRetries", integer(v)));
    rule("net.ipv4.tcp_retries2", (s, v) -> profile(s, "maxRetries", integer(v)));
    rule("net.ipv4.tcp_reordering", (s, v) -> profile(s, "dupAckThreshold", integer(v)));
    rule(
        "net.ipv4.tcp_slow_start_after_idle",
        (s, v) -> set(() -> s.restartsAfterIdle = integer(v) != 0));
    rule(
        "net.ipv4.tcp_window_scaling",
        (s, v) -> flag(v, 1) && set(() -> s.scalesWindows = integer(v) == 1));
    rule(
        "net.ipv4.tcp_sack",
        (s, v) -> flag(v, 1) && profile(s, "sack", Boolean.valueOf(integer(v) == 1)));
    rule(
        "net.inet.tcp.sack.enable",
        (s, v) -> flag(v, 1) && profile(s, "sack", Boolean.valueOf(integer(v) == 1)));
    rule( // 2: without the offset
        "net.ipv4.tcp_timestamps",
        (s, v) -> flag(v, 2) && profile(s, "timestamps", Boolean.valueOf(integer(v) > 0)));
    rule("net.ipv4.tcp_ecn", Sysctls::ecn);
    rule("net.inet.tcp.ecn.enable", Sysctls::ecn);
    rule("net.ipv4.tcp_ecn_fallback", only("1"));
    rule("net.ipv4.tcp_mtu_probing", only("0"));
    rule("net.ipv4.tcp_fin_timeout", only("60"));
    rule("net.inet.tcp.recvspace", (s, v) -> set(() -> s.receiveBuffer = integer(v)));
    rule("net.inet.tcp.sendspace", (s, v) -> set(() -> s.sendBuffer = integer(v)));
    rule("kern.ipc.maxsockbuf", (s, v) -> set(() -> s.largestBuffer = Long.parseLong(v)));
    rule("net.inet.tcp.rexmit_initial", (s, v) -> profile(s, "initialRtoNs", millis(v)));
    rule("net.inet.tcp.rexmit_min", (s, v) -> profile(s, "minRtoNs", millis(v)));
    rule("net.inet.tcp.rexmit_slop", Sysctls::slop);
    rule("net.inet.tcp.delacktime", (s, v) -> profile(s, "delayedAckNs", millis(v)));
    rule("net.inet.tcp.keepinit", (s, v) -> tune(s, "TCP_KEEPINIT", integer(v) / 1000));
    rule("net.inet.tcp.keepidle", (s, v) -> tune(s, "TCP_KEEPIDLE", integer(v) / 1000));
    rule("net.inet.tcp.keepintvl", (s, v) -> tune(s, "TCP_KEEPINTVL", integer(v) / 1000));
    rule("net.inet.tcp.keepcnt", (s, v) -> tune(s, "TCP_KEEPCNT", integer(v)));
    rule("net.inet.tcp.msl", (s, v) -> set(() -> s.timeWaitNs = 2 * millis(v)));
    rule(
        "net.inet.tcp.rfc1323",
        (s, v) ->
            flag(v, 1)
                && set(() -> s.scalesWindows = integer(v) == 1)
                && profile(s, "timestamps", Boolean.valueOf(integer(v) == 1)));
    rule(
        "net.inet.tcp.tolerate_missing_ts",
        (s, v) ->
            flag(v, 1) && set(() -> s.tuning = s.tuning.withRequireTimestamps(integer(v) == 0)));
    rule("net.inet.tcp.blackhole", only("0"));
    rule(
        "net.inet.tcp.insecure_rst",
        (s, v) -> flag(v, 1) && set(() -> s.insecureRst = integer(v) == 1));
    rule(
        "net.inet.tcp.insecure_syn",
        (s, v) -> flag(v, 1) && set(() -> s.insecureSyn = integer(v) == 1));
    // A listener of ours drops a SYN with a FIN in any case: what asks for either is played.
    rule("net.inet.tcp.drop_synfin", (s, v) -> flag(v, 1));
    rule("net.inet.tcp.udp_tunneling_port", (s, v) -> set(() -> s.udpPort = integer(v)));
    rule("net.inet.tcp.udp_tunneling_overhead", only(Integer.toString(Tunnel.OVERHEAD)));
    rule(
        "net.inet.tcp.syncookies_only",
        (s, v) -> flag(v, 1) && set(() -> s.onlyCookies = integer(v) == 1));
    rule("net.inet.tcp.rexmit_drop_options", only("0"));
    rule("net.inet.tcp.icmp_may_rst", only("1"));
    rule("net.inet.tcp.path_mtu_discovery", only("1"));
    rule("net.inet.tcp.mssdflt", only("536"));
    rule("net.inet.tcp.v6mssdflt", only("1220"));
  }

  private Sysctls() {}

  /**
   * @throws SkippedException for {@link SkipReason#SYSCTL}
   */
  static void apply(Settings settings, String name, String value, int line) {
    String key = name.replace('/', '.');
    if (!isKnown(key)) {
      throw new SkippedException(SkipReason.SYSCTL, line, key);
    }
    Rule rule = RULES.getOrDefault(key, Sysctls::isWritten);
    boolean applied;
    try {
      applied = rule.apply(settings, value);
    } catch (IllegalArgumentException | ArithmeticException e) {
      applied = false;
    }
    if (!applied) {
      throw new SkippedException(SkipReason.SYSCTL, line, key + "=" + value);
    }
  }

  /** Whether a setting of that name is there. */
  static boolean isKnown(String name) {
    String key = name.replace('/', '.');
    return WITHOUT_MEANING.contains(key) || RULES.containsKey(key);
  }

  /** A value that means nothing to us must be one all the same. */
  private static boolean isWritten(Settings settings, String value) {
    return CONGESTION_CONTROLS.contains(value)
        || value.matches("[0-9a-f]{8}(-[0-9a-f]{8}){3}") // a key of Fast Open
        || number(value) >= 0;
  }

  private static void rule(String name, Rule rule) {
    RULES.put(name, rule);
  }

  private static Rule only(String value) {
    return (settings, actual) -> actual.equals(value);
  }

  private static boolean set(Runnable assignment) {
    assignment.run();
    return true;
  }

  private static boolean profile(Settings settings, String component, Object value) {
    settings.profileChanges.put(component, value);
    return true;
  }

  private static boolean tune(Settings settings, String option, long value) {
    settings.tuning = Tunings.with(settings.tuning, option, value);
    return true;
  }

  /**
   * FreeBSD adds it to each timeout; ours has a least variance. They meet behind the first round
   * trip, which is of 100 ms in nearly all scripts: four times its half.
   */
  private static boolean slop(Settings settings, String value) {
    return profile(settings, "minVarianceNs", millis(value) + 200 * MS);
  }

  /** Both kernels count alike: 2 agrees without asking, and beyond it lies AccECN. */
  private static boolean ecn(Settings settings, String value) {
    return flag(value, 2)
        && profile(settings, "ecn", List.of(Ecn.OFF, Ecn.ON, Ecn.ACCEPT).get(integer(value)));
  }

  private static boolean base(Settings settings, String name) {
    settings.base(TcpProfile.named(name));
    return true;
  }

  /** Whether it is a number from 0 to that. */
  private static boolean flag(String text, int most) {
    int value = integer(text);
    return value >= 0 && value <= most;
  }

  private static int integer(String text) {
    return Math.toIntExact(number(text));
  }

  private static long number(String text) {
    return Long.decode(text.trim());
  }

  private static long millis(String text) {
    return integer(text) * MS;
  }

  /** Least, default and most: what the most is decides. */
  private static int last(String text) {
    return integer(three(text)[2]);
  }

  private static String[] three(String text) {
    String[] words = text.trim().split("\\s+");
    if (words.length != 3) {
      throw new IllegalArgumentException(text);
    }
    return words;
  }

  /**
   * The default is what a connection begins with, half of it, in whole segments, for its window;
   * and the most decides on the scale.
   */
  private static void receiveMemory(Settings settings, String text) {
    settings.toldReceiveBuffer = integer(three(text)[1]);
    int mss = settings.mtu - (settings.family.v6() ? 60 : 40);
    int space = settings.toldReceiveBuffer / 2;
    int whole = space > mss ? space / mss * mss : space;
    settings.receiveBuffer = Math.max(1, Math.min(0xffff, whole));
    settings.largestBuffer = integer(three(text)[2]);
  }
}
