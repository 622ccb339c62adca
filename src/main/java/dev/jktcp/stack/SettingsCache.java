package dev.jktcp.stack;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.ConnectionSettings;
import dev.jktcp.tcp.connection.FastPath;
import dev.jktcp.tcp.connection.Plan;
import dev.jktcp.tcp.connection.RoundTrip;
import dev.jktcp.tcp.connection.SenderFacts;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.tcp.connection.TimestampOffsets;
import dev.jktcp.wire.PacketWriter;
import java.util.HashMap;
import java.util.Map;

/** The settings that connections of one profile and address family share, made once. */
final class SettingsCache {
  private static final int MAX_PROFILES = 64; // a user may make one for each connection

  /** A window that a user has set for some of the connections. */
  private record OwnWindow(TcpProfile profile, boolean overV6, int receiveBuffer) {}

  private final IpLayer ip;
  private final StackOptions options;
  private final FastPath fastPath;
  private final SenderFacts facts;
  private final Plan plan = new Plan();
  private final RoundTrip roundTrip = new RoundTrip();
  private final TimestampOffsets timestampOffsets;
  private final Map<TcpProfile, ConnectionSettings> v4 = new HashMap<>();
  private final Map<TcpProfile, ConnectionSettings> v6 = new HashMap<>();
  private final Map<OwnWindow, ConnectionSettings> ownWindows = new HashMap<>();
  private ConnectionSettings latestV4; // null: not made yet
  private ConnectionSettings latestV6;

  SettingsCache(IpLayer ip, SipHash random, TimestampOffsets timestampOffsets) {
    this.ip = ip;
    this.options = ip.options();
    this.facts = new SenderFacts(random);
    this.timestampOffsets = timestampOffsets;
    this.fastPath = new FastPath(options.fastPath());
  }

  FastPath fastPath() {
    return fastPath;
  }

  /** The options have changed. */
  void forget() {
    v4.clear();
    v6.clear();
    ownWindows.clear();
    latestV4 = null;
    latestV6 = null;
  }

  /** Most connections have the profile of the one before them. */
  ConnectionSettings of(TcpProfile profile, boolean overV6) {
    ConnectionSettings latest = overV6 ? latestV6 : latestV4;
    if (latest != null && latest.profile() == profile) {
      return latest;
    }
    ConnectionSettings found = find(profile, overV6);
    if (overV6) {
      latestV6 = found;
    } else {
      latestV4 = found;
    }
    return found;
  }

  /**
   * @param receiveBuffer bytes that may wait for the reader, at most the stack's largest receive
   *     buffer; 0: as the stack's options say
   */
  ConnectionSettings of(TcpProfile profile, boolean overV6, int receiveBuffer) {
    if (receiveBuffer == 0) {
      return of(profile, overV6);
    }
    if (ownWindows.size() >= MAX_PROFILES) {
      ownWindows.clear();
    }
    int bytes = Math.min(receiveBuffer, options.maxReceiveBuffer());
    return ownWindows.computeIfAbsent(
        new OwnWindow(profile, overV6, bytes), own -> of(profile, overV6).withReceiveBuffer(bytes));
  }

  private ConnectionSettings find(TcpProfile profile, boolean overV6) {
    Map<TcpProfile, ConnectionSettings> known = overV6 ? v6 : v4;
    if (known.size() >= MAX_PROFILES) {
      known.clear();
    }
    return known.computeIfAbsent(profile, p -> make(p, PacketWriter.headerLength(overV6, 0)));
  }

  private ConnectionSettings make(TcpProfile profile, int headers) {
    return new ConnectionSettings(
        profile,
        options.sendBuffer(),
        options.maxSendBuffer(),
        options.receiveBuffer(),
        options.maxReceiveBuffer(),
        options.windowStyle(),
        options.mtu() - headers,
        options.receiveMtu() - headers,
        options.pathMtuProbing(),
        options.finWait2Ns(),
        options.orphanNs(),
        options.acksPerSecond(),
        ip.chunks(),
        ip.flights(),
        ip.lending(),
        ip.budget(),
        fastPath,
        timestampOffsets,
        roundTrip,
        facts,
        plan,
        ip.counters().repairs());
  }
}
