package dev.jktcp.proof.pkt;

import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.CongestionFacts;
import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.WrappedPolicy;
import dev.jktcp.tcp.connection.WindowStyle;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What a script's options and kernel settings make of its stack; fixed once the stack is made. */
final class Settings {
  private static final int TIMESTAMPS_PADDED = 12; // RFC 7323 appendix A

  final Personality personality;
  final Family family;
  final Map<String, Object> profileChanges = new HashMap<>();
  private TcpProfile base;
  String localIp;
  String remoteIp;
  int bindPort = 8080;
  int connectPort = 8080;
  int mtu;
  int sendBuffer;
  int receiveBuffer;
  int backlog = 128;

  /** False where a setting turns RFC 7323's scaling off. */
  boolean scalesWindows = true;

  /** Of which a kernel derives the window's scale; 0 = of the receive buffer. */
  long largestBuffer;

  /** What SO_RCVBUF tells of a new socket; 0 = the receive buffer. */
  int toldReceiveBuffer;

  /** FreeBSD's settings that ask for less than RFC 5961: see {@link Wire}. */
  boolean insecureRst;

  boolean insecureSyn;

  /** Whether every SYN is answered with a cookie. */
  boolean onlyCookies;

  /** Where TCP in UDP is heard; 0 = nowhere. */
  int udpPort;

  /** Whether the script goes on if a socket option is missing. */
  boolean lacksOptions;

  /** Of sockets made from now on. */
  TcpTuning tuning;

  long timeWaitNs = 60_000_000_000L;
  boolean restartsAfterIdle = true;
  long toleranceUs;
  double tolerancePercent;
  long timestampTickUs;
  boolean timestampsScaled;
  boolean strictSegments;

  /** The segments that a card merges into one larger packet have so many bytes; 0 = none does. */
  int mergedSegment;

  /** Whether the script reads what MSG_ZEROCOPY tells of its sends. */
  boolean readsCompletions;

  /** What comparisons look away from, and whether they had to. */
  final Set<String> forgiven;

  boolean looked;
  boolean fixed;

  Settings(Personality personality, Family family, Set<String> forgiven) {
    this.forgiven = forgiven;
    Personality.Defaults defaults = personality.defaults();
    this.personality = personality;
    this.tuning = personality.tuning();
    this.family = family;
    this.base = personality.base();
    this.profileChanges.putAll(personality.changes());
    this.mtu = defaults.mtu() + family.extraMtu();
    this.sendBuffer = defaults.sendBuffer();
    this.receiveBuffer = defaults.receiveBuffer();
    this.largestBuffer = defaults.largestBuffer();
    this.toldReceiveBuffer = defaults.toldReceiveBuffer();
    this.toleranceUs = defaults.toleranceUs();
    this.tolerancePercent = defaults.tolerancePercent();
    this.localIp = family.v6() ? "fd3d:fa7b:d17d::0" : "192.168.0.1";
    this.remoteIp = family.v6() ? "2001:db8::1" : "192.0.2.1";
  }

  void base(TcpProfile profile) {
    base = profile;
  }

  /** Our own scripts are no kernel's: one of them is for both families. */
  boolean ownScripts() {
    return personality == Personality.JKTCP;
  }

  /** Packetdrill's own scripts are for Linux, and end where they have seen enough. */
  boolean googles() {
    return personality == Personality.LINUX;
  }

  boolean linux() {
    return personality != Personality.FREEBSD;
  }

  /** SO_RCVBUF's answer. */
  long receiveBufferTold(Sock socket, long nowNs) {
    boolean open = socket.connection != null && socket.connection.state() != TcpState.SYN_SENT;
    int bytes = toldReceiveBuffer == 0 ? socket.receiveBuffer : toldReceiveBuffer;
    return open
        ? personality.roundedReceiveBuffer(bytes, Math.max(1, mssOf(socket, nowNs)))
        : bytes;
  }

  /** The MSS as the ends announced it: without timestamps taken off. */
  private static int mssOf(Sock socket, long nowNs) {
    TcpInfo info = socket.connection.info(nowNs);
    return info.mss() + (info.options().timestamps() ? TIMESTAMPS_PADDED : 0);
  }

  /** Linux's tcp_reordering. */
  int reorderingDegree() {
    return profileChanges.get("dupAckThreshold") instanceof Integer degree ? degree : 3;
  }

  private WindowStyle windowStyle() {
    int shift = largestBuffer == 0 ? -1 : personality.shiftFor(largestBuffer);
    return personality.windowStyle(scalesWindows, shift);
  }

  StackOptions stackOptions() {
    fixed = true;
    TcpProfile profile = Profiles.with(base, profileChanges);
    CongestionControl grown = personality.growth(profile.congestionControl());
    profile =
        profile.withCongestionControl(
            restartsAfterIdle ? grown : facts -> new NoIdleRestart(grown.open(facts)));
    StackOptions usual = new StackOptions();
    return usual
        .maxHalfOpen(onlyCookies ? 0 : usual.maxHalfOpen())
        .addAddress(IpAddress.parse(localIp))
        .mtu(mtu)
        .sendBuffer(sendBuffer)
        .receiveBuffer(receiveBuffer)
        .windowStyle(windowStyle())
        .backlog(backlog)
        .timeWaitNs(timeWaitNs)
        .tuning(tuning)
        .profile(profile);
  }

  /** Options as if those that are forgiven did not exist. */
  List<TcpOption> withoutForgiven(List<TcpOption> options) {
    if (forgiven.isEmpty()) {
      return options;
    }
    List<TcpOption> kept = new ArrayList<>(options);
    boolean removed =
        kept.removeIf(
            o ->
                o.kind() == TcpOption.SACK_PERMITTED && forgiven.contains("sackOK")
                    || o.kind() == TcpOption.TIMESTAMPS && forgiven.contains("TS")
                    || o.kind() == TcpOption.WINDOW_SCALE && forgiven.contains("wscale")
                    || o.kind() == TcpOption.SACK && forgiven.contains("sack"));
    looked |= removed;
    return personality.layout(kept);
  }

  /** Whether a window may be another one than the script's. */
  boolean forgivesWindow() {
    boolean forgives = forgiven.contains("win");
    looked |= forgives;
    return forgives;
  }

  /** Whether a setting that was made later would have changed what a stack was made with. */
  boolean changedBy(Consumer<Settings> change) {
    String before = described();
    boolean was = fixed;
    change.accept(this);
    fixed = was;
    return !described().equals(before);
  }

  private String described() {
    return base
        + " "
        + profileChanges
        + " "
        + mtu
        + " "
        + sendBuffer
        + " "
        + receiveBuffer
        + " "
        + scalesWindows
        + " "
        + largestBuffer
        + " "
        + insecureRst
        + " "
        + insecureSyn
        + " "
        + backlog
        + " "
        + onlyCookies
        + " "
        + timeWaitNs
        + " "
        + restartsAfterIdle;
  }

  /** Linux's tcp_slow_start_after_idle=0. */
  private static final class NoIdleRestart extends WrappedPolicy {
    NoIdleRestart(CongestionPolicy own) {
      super(own);
    }

    @Override
    public void onIdle(CongestionFacts facts) {}
  }
}
