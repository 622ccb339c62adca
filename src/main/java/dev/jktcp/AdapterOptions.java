package dev.jktcp;

import dev.jktcp.impl.AdapterOptionsJson;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of an {@link Adapter}. Not thread-safe; read once when the adapter is created. If an
 * option is wrong, creating the adapter fails with one line that names it.
 */
@DataObject
public final class AdapterOptions {
  /** The first size of a tuned buffer: 256 KiB fill a path of 100 Mbit/s and 20 ms. */
  public static final int FIRST_BUFFER = 256 * 1024;

  /**
   * A path of 100 Mbit/s and 300 ms holds 3.75 MB. As much again lets the window grow, and a loss
   * be repaired, without a pause.
   */
  public static final int DEFAULT_MAX_BUFFER = 8 * 1024 * 1024;

  /** RFC 6335 §6: the dynamic ports are 49152 to 65535. */
  public static final int DEFAULT_FIRST_LOCAL_PORT = 49_152;

  public static final int DEFAULT_LAST_LOCAL_PORT = 65_535;
  public static final int DEFAULT_MAX_CONNECTIONS = 65_536;
  public static final int DEFAULT_MAX_TIME_WAIT = 16_384;

  /** 192 bytes each, 200 KB in all. */
  public static final int DEFAULT_MAX_PATHS = 1024;

  /** RFC 1191 §6.3 and RFC 8201 §5.3 suggest ten minutes. */
  public static final Duration DEFAULT_PATH_MTU = Duration.ofMinutes(10);

  public static final int DEFAULT_BACKLOG = 128;

  /** About 1 KB each. */
  public static final int DEFAULT_MAX_HALF_OPEN = 1_024;

  /** RFC 9293 §3.6.1 asks for 2 MSL, 4 minutes; Linux takes 60 s, so do we. */
  public static final Duration DEFAULT_TIME_WAIT = Duration.ofMinutes(1);

  /** Linux's tcp_fin_timeout. */
  public static final Duration DEFAULT_FIN_WAIT_2 = Duration.ofMinutes(1);

  public static final int DEFAULT_MAX_PENDING_WRITES = 64 * 1024 * 1024;
  public static final Duration DEFAULT_ORPHAN_TIMEOUT = Duration.ofMinutes(1);

  /**
   * Covers the first four retransmissions of a lost last segment (200 + 400 + 800 + 1600 ms) and
   * their round trips. It is half of the ten seconds after which a stopping process is often
   * killed.
   */
  public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

  /** Three heartbeats, so that two may get lost. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(10);

  public static final int DEFAULT_MAX_SESSIONS = 65_536;

  /** Half a megabyte of JSON on the event bus. */
  public static final int DEFAULT_MAX_LISTED = 500;

  /** A resolver may have a thousand questions open, each from its own port; 1 KiB each. */
  public static final int DEFAULT_MAX_UDP_PORTS = 4096;

  /** Linux's 208 KiB, rounded up. */
  public static final int DEFAULT_UDP_BUFFER = 256 * 1024;

  /** One packet from each host of a /24 at once. */
  public static final int DEFAULT_MAX_REASSEMBLIES = 256;

  /** Sixteen of the largest packets. */
  public static final int DEFAULT_MAX_REASSEMBLY_BYTES = 1024 * 1024;

  /** RFC 8200 §4.5; RFC 1122 §3.3.2 asks for 60 to 120 s. */
  public static final Duration DEFAULT_REASSEMBLY_TIMEOUT = Duration.ofMinutes(1);

  /** More than a person starts, fewer than a flood needs. */
  public static final int DEFAULT_MAX_PINGS = 64;

  private List<String> localAddresses = new ArrayList<>();
  private List<String> peerAddresses = new ArrayList<>();
  private int mtu;
  private TcpProfile profile = TcpProfile.RELIABLE_LINK;
  private String congestion = "";
  private TcpTuning tuning = TcpTuning.DEFAULT;
  private int sendBuffer;
  private int receiveBuffer;
  private int maxSendBuffer = DEFAULT_MAX_BUFFER;
  private int maxReceiveBuffer = DEFAULT_MAX_BUFFER;
  private int firstLocalPort = DEFAULT_FIRST_LOCAL_PORT;
  private int lastLocalPort = DEFAULT_LAST_LOCAL_PORT;
  private int maxConnections = DEFAULT_MAX_CONNECTIONS;
  private int maxTimeWait = DEFAULT_MAX_TIME_WAIT;
  private boolean pathMtuProbing;
  private int maxPaths = DEFAULT_MAX_PATHS;
  private Duration pathMtu = DEFAULT_PATH_MTU;
  private int backlog = DEFAULT_BACKLOG;
  private int maxHalfOpen = DEFAULT_MAX_HALF_OPEN;
  private Duration timeWait = DEFAULT_TIME_WAIT;
  private Duration finWait2 = DEFAULT_FIN_WAIT_2;
  private int maxPendingWrites = DEFAULT_MAX_PENDING_WRITES;
  private long maxBytesHeld;
  private Duration orphanTimeout = DEFAULT_ORPHAN_TIMEOUT;
  private Duration shutdownTimeout = DEFAULT_SHUTDOWN_TIMEOUT;
  private Duration lease = DEFAULT_LEASE;
  private int maxSessions = DEFAULT_MAX_SESSIONS;
  private int maxListed = DEFAULT_MAX_LISTED;
  private String metricsName = "";
  private int maxUdpPorts = DEFAULT_MAX_UDP_PORTS;
  private int udpSendBuffer = DEFAULT_UDP_BUFFER;
  private int udpReceiveBuffer = DEFAULT_UDP_BUFFER;
  private int maxReassemblies = DEFAULT_MAX_REASSEMBLIES;
  private int maxReassemblyBytes = DEFAULT_MAX_REASSEMBLY_BYTES;
  private Duration reassemblyTimeout = DEFAULT_REASSEMBLY_TIMEOUT;
  private int maxPings = DEFAULT_MAX_PINGS;

  private List<String> dnsServers = new ArrayList<>();
  private Map<String, List<String>> hosts = new LinkedHashMap<>();

  public AdapterOptions() {}

  public AdapterOptions(AdapterOptions other) {
    localAddresses = new ArrayList<>(other.localAddresses);
    peerAddresses = new ArrayList<>(other.peerAddresses);
    mtu = other.mtu;
    profile = other.profile;
    congestion = other.congestion;
    tuning = other.tuning;
    sendBuffer = other.sendBuffer;
    receiveBuffer = other.receiveBuffer;
    maxSendBuffer = other.maxSendBuffer;
    maxReceiveBuffer = other.maxReceiveBuffer;
    firstLocalPort = other.firstLocalPort;
    lastLocalPort = other.lastLocalPort;
    maxConnections = other.maxConnections;
    maxTimeWait = other.maxTimeWait;
    pathMtuProbing = other.pathMtuProbing;
    maxPaths = other.maxPaths;
    pathMtu = other.pathMtu;
    backlog = other.backlog;
    maxHalfOpen = other.maxHalfOpen;
    timeWait = other.timeWait;
    finWait2 = other.finWait2;
    maxPendingWrites = other.maxPendingWrites;
    maxBytesHeld = other.maxBytesHeld;
    orphanTimeout = other.orphanTimeout;
    shutdownTimeout = other.shutdownTimeout;
    lease = other.lease;
    maxSessions = other.maxSessions;
    maxListed = other.maxListed;
    metricsName = other.metricsName;
    maxUdpPorts = other.maxUdpPorts;
    udpSendBuffer = other.udpSendBuffer;
    udpReceiveBuffer = other.udpReceiveBuffer;
    maxReassemblies = other.maxReassemblies;
    maxReassemblyBytes = other.maxReassemblyBytes;
    reassemblyTimeout = other.reassemblyTimeout;
    maxPings = other.maxPings;
    dnsServers = new ArrayList<>(other.dnsServers);
    setHosts(other.hosts);
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. A profile is read by its
   * name.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public AdapterOptions(JsonObject json) {
    AdapterOptionsJson.keys().read(json, this);
  }

  public JsonObject toJson() {
    return AdapterOptionsJson.keys().write(this);
  }

  public List<String> getLocalAddresses() {
    return localAddresses;
  }

  /**
   * IP addresses of this side, of either family, at least one. The host of a CDTunnel sets none,
   * for the handshake brings them. The device of a CDTunnel sets one at most; {@code "fd66::1"} if
   * absent.
   */
  public AdapterOptions setLocalAddresses(List<String> localAddresses) {
    this.localAddresses = new ArrayList<>(localAddresses);
    return this;
  }

  @GenIgnore
  public AdapterOptions addLocalAddress(String address) {
    localAddresses.add(address);
    return this;
  }

  public List<String> getPeerAddresses() {
    return peerAddresses;
  }

  /**
   * IP addresses of the other side, at most one of each family, and none of this side; {@link
   * Adapter#connect(int)} goes there. The host of a CDTunnel sets none. The device of a CDTunnel
   * has {@code "fd66::2"} if absent.
   */
  public AdapterOptions setPeerAddresses(List<String> peerAddresses) {
    this.peerAddresses = new ArrayList<>(peerAddresses);
    return this;
  }

  @GenIgnore
  public AdapterOptions addPeerAddress(String address) {
    peerAddresses.add(address);
    return this;
  }

  public int getMtu() {
    return mtu;
  }

  /**
   * Bytes of the largest packet, at least 1280 with an IPv6 address (RFC 8200 §5) and 68 without
   * (RFC 791); 0 means the transport's, which is never exceeded. For the host of a CDTunnel, the
   * largest packet sent; for its device, the size granted to the host.
   */
  public AdapterOptions setMtu(int mtu) {
    this.mtu = AdapterOptionsJson.keys().checked("mtu", mtu);
    return this;
  }

  public TcpProfile getProfile() {
    return profile;
  }

  /**
   * The profile of connections that ask for no other: {@code "reliable-link"}, {@code "internet"}
   * or {@code "stop-and-wait"}.
   */
  public AdapterOptions setProfile(TcpProfile profile) {
    this.profile = AdapterOptionsJson.given("profile", profile);
    return this;
  }

  public String getCongestion() {
    return congestion;
  }

  /**
   * A congestion control in place of the profile's: {@code "cubic"}, {@code "new-reno"}, {@code
   * "tolerant-reno"}, {@code "bbr"}, {@code "bbr-ignoring-loss"}, {@code "stop-and-wait"} or {@code
   * "fixed-window:BYTES"}; empty means the profile's own.
   *
   * <p>A {@link TcpConnectOptions#setProfile profile of one connection} brings its own congestion
   * control.
   */
  public AdapterOptions setCongestion(String congestion) {
    this.congestion = AdapterOptionsJson.checkedCongestion(congestion);
    return this;
  }

  public TcpTuning getTuning() {
    return tuning;
  }

  /**
   * An object with the options of each connection that has no tuning of its own: Nagle, keep-alive,
   * timeouts, TTL, traffic class, largest segment, lingering.
   */
  public AdapterOptions setTuning(TcpTuning tuning) {
    this.tuning = AdapterOptionsJson.given("tuning", tuning);
    return this;
  }

  public int getSendBuffer() {
    return sendBuffer;
  }

  /**
   * Bytes written and not yet acknowledged that a connection holds at most; 0 means tuned, from 256
   * KiB up to {@link #setMaxSendBuffer}.
   */
  public AdapterOptions setSendBuffer(int sendBuffer) {
    this.sendBuffer = AdapterOptionsJson.keys().checked("sendBuffer", sendBuffer);
    return this;
  }

  public int getReceiveBuffer() {
    return receiveBuffer;
  }

  /**
   * Bytes received and not yet read that a connection holds at most, which is its largest window; 0
   * means tuned, from 256 KiB up to {@link #setMaxReceiveBuffer}.
   */
  public AdapterOptions setReceiveBuffer(int receiveBuffer) {
    this.receiveBuffer = AdapterOptionsJson.keys().checked("receiveBuffer", receiveBuffer);
    return this;
  }

  public int getMaxSendBuffer() {
    return maxSendBuffer;
  }

  /**
   * The largest size in bytes of a tuned send buffer.
   *
   * <p>A tuned send buffer is twice the congestion window, but no more than this, and no more than
   * half of its connection's share of {@link #setMaxBytesHeld}.
   */
  public AdapterOptions setMaxSendBuffer(int maxSendBuffer) {
    this.maxSendBuffer = AdapterOptionsJson.keys().checked("maxSendBuffer", maxSendBuffer);
    return this;
  }

  public int getMaxReceiveBuffer() {
    return maxReceiveBuffer;
  }

  /**
   * The largest size in bytes of a tuned receive buffer.
   *
   * <p>A tuned receive buffer is twice the bytes read in a round trip, but no more than this, and
   * no more than half of its connection's share of {@link #setMaxBytesHeld}. The window scale is
   * chosen to express this size.
   */
  public AdapterOptions setMaxReceiveBuffer(int maxReceiveBuffer) {
    this.maxReceiveBuffer = AdapterOptionsJson.keys().checked("maxReceiveBuffer", maxReceiveBuffer);
    return this;
  }

  public int getFirstLocalPort() {
    return firstLocalPort;
  }

  /**
   * Lowest port given, at random, to a connection that names none; at least 1024 (RFC 6056 §3.2).
   *
   * <p>The range limits the rate of new connections to one destination: each keeps its port for a
   * minute in TIME-WAIT, so the default's 16,384 ports allow 273 connections a second.
   */
  public AdapterOptions setFirstLocalPort(int firstLocalPort) {
    this.firstLocalPort = AdapterOptionsJson.keys().checked("firstLocalPort", firstLocalPort);
    return this;
  }

  public int getLastLocalPort() {
    return lastLocalPort;
  }

  /** Highest port given to a connection that names none. */
  public AdapterOptions setLastLocalPort(int lastLocalPort) {
    this.lastLocalPort = AdapterOptionsJson.keys().checked("lastLocalPort", lastLocalPort);
    return this;
  }

  public int getMaxConnections() {
    return maxConnections;
  }

  /** Connections at once, TIME-WAIT not counted. */
  public AdapterOptions setMaxConnections(int maxConnections) {
    this.maxConnections = AdapterOptionsJson.keys().checked("maxConnections", maxConnections);
    return this;
  }

  public int getMaxTimeWait() {
    return maxTimeWait;
  }

  /** TIME-WAIT records at once; beyond this number the oldest are dropped. */
  public AdapterOptions setMaxTimeWait(int maxTimeWait) {
    this.maxTimeWait = AdapterOptionsJson.keys().checked("maxTimeWait", maxTimeWait);
    return this;
  }

  public boolean isPathMtuProbing() {
    return pathMtuProbing;
  }

  /**
   * Whether connections search for the largest packet that their path carries (RFC 4821), from 1400
   * bytes up to {@link #setMtu}.
   *
   * <p>Each begins with packets of 1400 bytes and tries larger ones, one segment of data at a time.
   * A size that passes is used from then on. If a timeout comes within its first hundred segments,
   * the size is withdrawn, and the path is not probed again for {@link #setPathMtu}. If this is
   * off, connections begin with the MTU. In both cases, timeouts show a path that drops large
   * packets without an ICMP error.
   *
   * <p>The transport of a CDTunnel takes no packet above {@link
   * dev.jktcp.transport.CdTunnelOptions#setSendMtu}.
   */
  public AdapterOptions setPathMtuProbing(boolean pathMtuProbing) {
    this.pathMtuProbing = pathMtuProbing;
    return this;
  }

  public int getMaxPaths() {
    return maxPaths;
  }

  /**
   * Destinations whose path's largest packet is remembered; beyond this number the oldest is
   * forgotten.
   */
  public AdapterOptions setMaxPaths(int maxPaths) {
    this.maxPaths = AdapterOptionsJson.keys().checked("maxPaths", maxPaths);
    return this;
  }

  public Duration getPathMtu() {
    return pathMtu;
  }

  /** The time until a path's largest packet is forgotten and larger packets are tried again. */
  public AdapterOptions setPathMtu(Duration pathMtu) {
    this.pathMtu = AdapterOptionsJson.keys().checked("pathMtuMs", pathMtu);
    return this;
  }

  public int getBacklog() {
    return backlog;
  }

  /** Connections that a listener holds and has not yet given to its handler. */
  public AdapterOptions setBacklog(int backlog) {
    this.backlog = AdapterOptionsJson.keys().checked("backlog", backlog);
    return this;
  }

  public int getMaxHalfOpen() {
    return maxHalfOpen;
  }

  /**
   * Connections of all listeners whose handshake is not complete; a SYN beyond this number is
   * answered with a SYN cookie (RFC 4987). 0 means always cookies.
   *
   * <p>Thanks to cookies, a flood of SYNs does not stop a listener. A connection made from a cookie
   * sends segments of a common size no larger than the peer's MSS. It has window scale, SACK and
   * ECN only if the peer has timestamps, which carry them.
   */
  public AdapterOptions setMaxHalfOpen(int maxHalfOpen) {
    this.maxHalfOpen = AdapterOptionsJson.keys().checked("maxHalfOpen", maxHalfOpen);
    return this;
  }

  public Duration getTimeWait() {
    return timeWait;
  }

  /** The time that a connection stays in TIME-WAIT. */
  public AdapterOptions setTimeWait(Duration timeWait) {
    this.timeWait = AdapterOptionsJson.keys().checked("timeWaitMs", timeWait);
    return this;
  }

  public Duration getFinWait2() {
    return finWait2;
  }

  /** The time a closed connection waits for the peer's FIN. */
  public AdapterOptions setFinWait2(Duration finWait2) {
    this.finWait2 = AdapterOptionsJson.keys().checked("finWait2Ms", finWait2);
    return this;
  }

  public int getMaxPendingWrites() {
    return maxPendingWrites;
  }

  /** Bytes that may be written to a stream beyond its send buffer before it is reset. */
  public AdapterOptions setMaxPendingWrites(int maxPendingWrites) {
    this.maxPendingWrites = AdapterOptionsJson.keys().checked("maxPendingWrites", maxPendingWrites);
    return this;
  }

  public long getMaxBytesHeld() {
    return maxBytesHeld;
  }

  /**
   * Bytes that the adapter holds at most for all connections together, at least 65536; 0 means a
   * share of a quarter of the heap.
   *
   * <p>All bytes count that were received and not read, written and not acknowledged, that wait, or
   * that are on their way to a handle. Each connection counts with a fixed charge besides. Buffers
   * given to a handler do not count, for they are the user's. All adapters of one Vert.x instance
   * that name no limit share a quarter of the heap's maximum in equal parts.
   *
   * <p>As the limit comes near, windows stay closed. Then the peers' segments are dropped as if
   * lost. Then the connections are reset that hold most and have moved less than a tenth of it in
   * 10 s.
   */
  public AdapterOptions setMaxBytesHeld(long maxBytesHeld) {
    this.maxBytesHeld = AdapterOptionsJson.keys().checked("maxBytesHeld", maxBytesHeld);
    return this;
  }

  public Duration getOrphanTimeout() {
    return orphanTimeout;
  }

  /**
   * The time that a closed connection may go without progress before it is reset, and that the
   * unread data of a failed connection waits for its reader.
   */
  public AdapterOptions setOrphanTimeout(Duration orphanTimeout) {
    this.orphanTimeout = AdapterOptionsJson.keys().checked("orphanTimeoutMs", orphanTimeout);
    return this;
  }

  public Duration getShutdownTimeout() {
    return shutdownTimeout;
  }

  /**
   * The time that an undeployment, or the end of the adapter's context, waits for written data to
   * arrive; after it the connections left are reset. 0 resets them at once.
   *
   * <p>When the Vert.x instance closes, it waits for as long.
   */
  public AdapterOptions setShutdownTimeout(Duration shutdownTimeout) {
    this.shutdownTimeout = AdapterOptionsJson.keys().checked("shutdownTimeoutMs", shutdownTimeout);
    return this;
  }

  public Duration getLease() {
    return lease;
  }

  /**
   * The silence after which the session of a handle on another node is ended and its connections
   * are reset. Time during which this process was stopped does not count. A session within one
   * process never ends by the clock.
   *
   * <p>The interval of heartbeats is a third of it. A handle gives up an adapter after the same
   * silence.
   */
  public AdapterOptions setLease(Duration lease) {
    this.lease = AdapterOptionsJson.keys().checked("leaseMs", lease);
    return this;
  }

  public int getMaxSessions() {
    return maxSessions;
  }

  /** Sessions of handles at once: one for each handle and context. */
  public AdapterOptions setMaxSessions(int maxSessions) {
    this.maxSessions = AdapterOptionsJson.keys().checked("maxSessions", maxSessions);
    return this;
  }

  public int getMaxListed() {
    return maxListed;
  }

  /** Connections in one answer of {@link Adapter#connections}; longer lists come in pages. */
  public AdapterOptions setMaxListed(int maxListed) {
    this.maxListed = AdapterOptionsJson.keys().checked("maxListed", maxListed);
    return this;
  }

  public String getMetricsName() {
    return metricsName;
  }

  /**
   * The name of the adapter's streams in the metrics of Vert.x, as {@code
   * NetClientOptions.setMetricsName} sets it for a NetClient; empty means no name. Prometheus
   * requires that all clients have a name or none has.
   */
  public AdapterOptions setMetricsName(String metricsName) {
    this.metricsName = Objects.requireNonNull(metricsName, "metricsName");
    return this;
  }

  public int getMaxUdpPorts() {
    return maxUdpPorts;
  }

  /** UDP ports in use at once, 1 KiB each. */
  public AdapterOptions setMaxUdpPorts(int maxUdpPorts) {
    this.maxUdpPorts = AdapterOptionsJson.keys().checked("maxUdpPorts", maxUdpPorts);
    return this;
  }

  public int getUdpSendBuffer() {
    return udpSendBuffer;
  }

  /**
   * Bytes of one UDP port that wait for the transport, 128 more for each datagram. As many of one
   * socket may be on their way from other threads. Beyond either limit a send fails.
   */
  public AdapterOptions setUdpSendBuffer(int udpSendBuffer) {
    this.udpSendBuffer = AdapterOptionsJson.keys().checked("udpSendBuffer", udpSendBuffer);
    return this;
  }

  public int getUdpReceiveBuffer() {
    return udpReceiveBuffer;
  }

  /**
   * Bytes of one UDP port that wait for their reader, 128 more for each datagram; further datagrams
   * are dropped, and counted as {@code datagramsDropped}.
   */
  public AdapterOptions setUdpReceiveBuffer(int udpReceiveBuffer) {
    this.udpReceiveBuffer = AdapterOptionsJson.keys().checked("udpReceiveBuffer", udpReceiveBuffer);
    return this;
  }

  public int getMaxReassemblies() {
    return maxReassemblies;
  }

  /**
   * Packets of which some fragments have arrived; beyond this number the oldest is dropped. 0 drops
   * every fragment.
   */
  public AdapterOptions setMaxReassemblies(int maxReassemblies) {
    this.maxReassemblies = AdapterOptionsJson.keys().checked("maxReassemblies", maxReassemblies);
    return this;
  }

  public int getMaxReassemblyBytes() {
    return maxReassemblyBytes;
  }

  /** Bytes of the fragments of incomplete packets; beyond them the oldest packet is dropped. */
  public AdapterOptions setMaxReassemblyBytes(int maxReassemblyBytes) {
    this.maxReassemblyBytes =
        AdapterOptionsJson.keys().checked("maxReassemblyBytes", maxReassemblyBytes);
    return this;
  }

  public Duration getReassemblyTimeout() {
    return reassemblyTimeout;
  }

  /** The time that the first fragment of a packet waits for the last (RFC 8200 §4.5). */
  public AdapterOptions setReassemblyTimeout(Duration reassemblyTimeout) {
    this.reassemblyTimeout =
        AdapterOptionsJson.keys().checked("reassemblyTimeoutMs", reassemblyTimeout);
    return this;
  }

  public int getMaxPings() {
    return maxPings;
  }

  /** Echo requests that may wait for their answers at once. */
  public AdapterOptions setMaxPings(int maxPings) {
    this.maxPings = AdapterOptionsJson.keys().checked("maxPings", maxPings);
    return this;
  }

  public List<String> getDnsServers() {
    return dnsServers;
  }

  /**
   * DNS servers in the tunnel, asked in this order, each {@code ADDR} or {@code ADDR:PORT}: {@code
   * ["10.7.0.53", "[fd00::53]:5353"]}. With them a connection may name its host.
   *
   * <p>Without servers, only the names of {@link #setHosts} are known.
   */
  public AdapterOptions setDnsServers(List<String> dnsServers) {
    this.dnsServers = new ArrayList<>(dnsServers);
    return this;
  }

  public AdapterOptions addDnsServer(String dnsServer) {
    dnsServers.add(dnsServer);
    return this;
  }

  public Map<String, List<String>> getHosts() {
    return hosts;
  }

  /**
   * Addresses of names that need no DNS server: {@code {"db.corp.example": "10.7.0.5",
   * "www.corp.example": ["10.7.0.6", "fd00::6"]}}.
   */
  public AdapterOptions setHosts(Map<String, List<String>> hosts) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    hosts.forEach((name, addresses) -> copy.put(name, new ArrayList<>(addresses)));
    this.hosts = copy;
    return this;
  }

  /** One more address of a name. */
  @GenIgnore
  public AdapterOptions addHost(String name, String address) {
    hosts.computeIfAbsent(name, first -> new ArrayList<>()).add(address);
    return this;
  }
}
