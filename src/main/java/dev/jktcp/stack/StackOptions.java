package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.SECOND;
import static dev.jktcp.time.Nanos.YEAR;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.WindowStyle;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** The options of a stack. Sizes are bytes, times nanoseconds; every limit has its reason. */
public final class StackOptions {
  private static final int MIN_MTU = 68; // RFC 791: the size that every IPv4 link carries
  private static final int MIN_MTU_V6 = 1280; // RFC 8200 §5
  private static final int MAX_MTU = 65_535;
  private static final long LEAST_BYTES_HELD = 64 * 1024; // one connection with little data

  private final List<IpAddress> addresses = new ArrayList<>();
  private int mtu = 1400;
  private int receiveMtu;
  private TcpProfile profile = TcpProfile.RELIABLE_LINK;
  private int sendBuffer = 256 * 1024;
  private int receiveBuffer = 256 * 1024;
  private int maxSendBuffer;
  private int maxReceiveBuffer;
  private int firstLocalPort = 49_152;
  private int lastLocalPort = 65_535;
  private int maxConnections = 65_536;
  private int maxTimeWait = 16_384;
  private int backlog = 128;
  private int maxHalfOpen = 1024;
  private long timeWaitNs = 60 * SECOND;
  private long finWait2Ns = 60 * SECOND;
  private long orphanNs = 60 * SECOND;
  private int acksPerSecond = 10;
  private int resetsPerSecond = 1000;
  private int replyQueue = 256;
  private boolean pathMtuProbing;
  private int maxPaths = 1024;
  private long pathMtuNs = 600 * SECOND;
  private int cookieQueue = 4096;
  private int idleBufferBytes = 4 * 1024 * 1024;
  private long maxBytesHeld = 256L * 1024 * 1024;
  private TcpTuning tuning = TcpTuning.DEFAULT;
  private WindowStyle windowStyle = WindowStyle.DEFAULT;
  private boolean fastPath = true;
  private long idleLookNs = 1_000_000_000L;
  private int maxUdpPorts = 4096;
  private int udpSendBuffer = 256 * 1024;
  private int udpReceiveBuffer = 256 * 1024;
  private int maxReassemblies = 256;
  private int maxReassemblyBytes = 1024 * 1024;
  private long reassemblyNs = 60 * SECOND;
  private int maxPings = 64;

  /** An address of ours; several of both families are fine, the first of each is the default. */
  public StackOptions addAddress(IpAddress address) {
    addresses.add(address);
    return this;
  }

  /** Replaces all addresses. */
  StackOptions changeAddresses(List<IpAddress> changed) {
    addresses.clear();
    addresses.addAll(changed);
    return this;
  }

  public List<IpAddress> addresses() {
    return addresses;
  }

  /** Largest packet we send. */
  public StackOptions mtu(int mtu) {
    this.mtu = mtu;
    return this;
  }

  public int mtu() {
    return mtu;
  }

  /** Largest packet we take, from which our announced MSS follows; 0 = {@link #mtu}. */
  public StackOptions receiveMtu(int mtu) {
    this.receiveMtu = mtu;
    return this;
  }

  public int receiveMtu() {
    return receiveMtu == 0 ? mtu : receiveMtu;
  }

  /** The value as given: 0 = {@link #mtu}. */
  int givenReceiveMtu() {
    return receiveMtu;
  }

  public StackOptions profile(TcpProfile profile) {
    this.profile = profile;
    return this;
  }

  public TcpProfile profile() {
    return profile;
  }

  /** Written and unacknowledged bytes a connection; 256 KiB fills 100 Mbit/s at 20 ms. */
  public StackOptions sendBuffer(int bytes) {
    this.sendBuffer = bytes;
    return this;
  }

  public int sendBuffer() {
    return sendBuffer;
  }

  /** Unread bytes a connection, the largest window we offer; as {@link #sendBuffer}. */
  public StackOptions receiveBuffer(int bytes) {
    this.receiveBuffer = bytes;
    return this;
  }

  public int receiveBuffer() {
    return receiveBuffer;
  }

  /**
   * The limit to which {@link #sendBuffer} is tuned: twice the congestion window, if memory is
   * plenty; 0 = fixed.
   */
  public StackOptions maxSendBuffer(int bytes) {
    this.maxSendBuffer = bytes;
    return this;
  }

  public int maxSendBuffer() {
    return Math.max(sendBuffer, maxSendBuffer);
  }

  /**
   * The limit to which {@link #receiveBuffer} is tuned: twice the bytes read in a round trip, if
   * memory is plenty; 0 = fixed. The window scale is made for this limit.
   */
  public StackOptions maxReceiveBuffer(int bytes) {
    this.maxReceiveBuffer = bytes;
    return this;
  }

  public int maxReceiveBuffer() {
    return Math.max(receiveBuffer, maxReceiveBuffer);
  }

  /** The ports for connections that ask for no certain one; RFC 6335 §6 calls these dynamic. */
  public StackOptions localPorts(int first, int last) {
    this.firstLocalPort = first;
    this.lastLocalPort = last;
    return this;
  }

  public int firstLocalPort() {
    return firstLocalPort;
  }

  public int lastLocalPort() {
    return lastLocalPort;
  }

  /**
   * As many as one address pair and port can have; bounds memory. Half-open connections do not
   * count.
   */
  public StackOptions maxConnections(int connections) {
    this.maxConnections = connections;
    return this;
  }

  public int maxConnections() {
    return maxConnections;
  }

  /** As many as there are ephemeral ports; beyond it the oldest record goes. */
  public StackOptions maxTimeWait(int records) {
    this.maxTimeWait = records;
    return this;
  }

  public int maxTimeWait() {
    return maxTimeWait;
  }

  /**
   * Established and not yet accepted connections a listener; BSD's and Linux's old default. The sum
   * over listeners is bounded by {@link #maxConnections}.
   */
  public StackOptions backlog(int connections) {
    this.backlog = connections;
    return this;
  }

  public int backlog() {
    return backlog;
  }

  /**
   * Connections of all listeners whose handshake is not complete; beyond it SYNs are answered with
   * cookies and nothing is held. At about 1 KB each a flood holds 1 MB, and 80 handshakes a second
   * that are never completed still leave room if each waits 12.6 s. 0 = always cookies.
   */
  public StackOptions maxHalfOpen(int connections) {
    this.maxHalfOpen = connections;
    return this;
  }

  public int maxHalfOpen() {
    return maxHalfOpen;
  }

  /** 2 MSL; Linux's 60 s. */
  public StackOptions timeWaitNs(long ns) {
    this.timeWaitNs = ns;
    return this;
  }

  public long timeWaitNs() {
    return timeWaitNs;
  }

  /** How long a peer may keep its side open after our user left; Linux's 60 s. */
  public StackOptions finWait2Ns(long ns) {
    this.finWait2Ns = ns;
    return this;
  }

  public long finWait2Ns() {
    return finWait2Ns;
  }

  /** How long the peer may take no data after our user left: no connection lives unowned. */
  public StackOptions orphanNs(long ns) {
    this.orphanNs = ns;
    return this;
  }

  public long orphanNs() {
    return orphanNs;
  }

  /** ACKs a second and connection that empty or forged segments can draw (RFC 5961 §7). */
  public StackOptions acksPerSecond(int acks) {
    this.acksPerSecond = acks;
    return this;
  }

  public int acksPerSecond() {
    return acksPerSecond;
  }

  /** Answers a second to segments of no connection: a port scan is answered, a flood is not. */
  public StackOptions resetsPerSecond(int resets) {
    this.resetsPerSecond = resets;
    return this;
  }

  public int resetsPerSecond() {
    return resetsPerSecond;
  }

  /** Answers to segments of no connection that may wait for the transport. */
  public StackOptions replyQueue(int replies) {
    this.replyQueue = replies;
    return this;
  }

  public int replyQueue() {
    return replyQueue;
  }

  /**
   * Whether connections begin with packets of {@link PathMtus#START} bytes and search for the
   * largest that their path carries, up to {@link #mtu} (RFC 4821). If not, they begin with the
   * MTU. Even without a search, connections survive a path that drops large packets without an ICMP
   * error.
   */
  public StackOptions pathMtuProbing(boolean on) {
    this.pathMtuProbing = on;
    return this;
  }

  public boolean pathMtuProbing() {
    return pathMtuProbing;
  }

  /** Paths that are remembered, 192 bytes each; beyond it the oldest is forgotten. */
  public StackOptions maxPaths(int paths) {
    this.maxPaths = paths;
    return this;
  }

  public int maxPaths() {
    return maxPaths;
  }

  /** How long paths are remembered: RFC 1191 §6.3 and RFC 8201 §5.3 suggest ten minutes. */
  public StackOptions pathMtuNs(long ns) {
    this.pathMtuNs = ns;
    return this;
  }

  public long pathMtuNs() {
    return pathMtuNs;
  }

  /**
   * SYN-ACKs with a cookie that may wait for the transport: as many as SYNs of a flood may come in
   * one read, or those of honest peers among them would be dropped.
   */
  public StackOptions cookieQueue(int replies) {
    this.cookieQueue = replies;
    return this;
  }

  public int cookieQueue() {
    return cookieQueue;
  }

  /** Memory kept for the next bytes sent or received; sixteen full buffers. */
  public StackOptions idleBufferBytes(int bytes) {
    this.idleBufferBytes = bytes;
    return this;
  }

  public int idleBufferBytes() {
    return idleBufferBytes;
  }

  /**
   * Memory that the stack and its shell may hold for peers and users, all counted. The default is a
   * thousand full receive buffers, whatever the machine has.
   */
  public StackOptions maxBytesHeld(long bytes) {
    this.maxBytesHeld = bytes;
    return this;
  }

  public long maxBytesHeld() {
    return maxBytesHeld;
  }

  /**
   * The tuning of connections that are not given their own; its TTL is also that of other packets.
   */
  public StackOptions tuning(TcpTuning tuning) {
    this.tuning = tuning;
    return this;
  }

  public TcpTuning tuning() {
    return tuning;
  }

  /** How the window is announced, for users that must imitate another stack. */
  public StackOptions windowStyle(WindowStyle style) {
    this.windowStyle = style;
    return this;
  }

  public WindowStyle windowStyle() {
    return windowStyle;
  }

  /** Only tests turn it off, to compare: the plain path does the same with more work. */
  public StackOptions fastPath(boolean on) {
    this.fastPath = on;
    return this;
  }

  public boolean fastPath() {
    return fastPath;
  }

  /**
   * How often each connection is looked at, to fold it if it is idle. Unfolding an end costs about
   * two microseconds and less than a kilobyte: little for an event that comes once a second.
   */
  public StackOptions idleLookNs(long ns) {
    this.idleLookNs = ns;
    return this;
  }

  public long idleLookNs() {
    return idleLookNs;
  }

  /** UDP ports of ours at once, at 1 KiB each: a resolver may have a thousand questions open. */
  public StackOptions maxUdpPorts(int ports) {
    this.maxUdpPorts = ports;
    return this;
  }

  public int maxUdpPorts() {
    return maxUdpPorts;
  }

  /** Datagrams of a port that wait for the transport, with {@link ByteBudget#DATAGRAM} each. */
  public StackOptions udpSendBuffer(int bytes) {
    this.udpSendBuffer = bytes;
    return this;
  }

  public int udpSendBuffer() {
    return udpSendBuffer;
  }

  /**
   * Datagrams of a port that wait for their reader, with {@link ByteBudget#DATAGRAM} each, which
   * bounds their number; Linux's 208 KiB, rounded up.
   */
  public StackOptions udpReceiveBuffer(int bytes) {
    this.udpReceiveBuffer = bytes;
    return this;
  }

  public int udpReceiveBuffer() {
    return udpReceiveBuffer;
  }

  /** Packets with some fragments received; one from each host of a /24 at once. 0 = none. */
  public StackOptions maxReassemblies(int packets) {
    this.maxReassemblies = packets;
    return this;
  }

  public int maxReassemblies() {
    return maxReassemblies;
  }

  /** Bytes of their fragments; sixteen of the largest packets. */
  public StackOptions maxReassemblyBytes(int bytes) {
    this.maxReassemblyBytes = bytes;
    return this;
  }

  public int maxReassemblyBytes() {
    return maxReassemblyBytes;
  }

  /** How long the first fragment may wait for the last: RFC 8200 §4.5, RFC 1122 §3.3.2. */
  public StackOptions reassemblyNs(long ns) {
    this.reassemblyNs = ns;
    return this;
  }

  public long reassemblyNs() {
    return reassemblyNs;
  }

  /** Echo requests of ours that wait for their answer. */
  public StackOptions maxPings(int pings) {
    this.maxPings = pings;
    return this;
  }

  public int maxPings() {
    return maxPings;
  }

  /**
   * @throws IllegalArgumentException with one line that says what to change
   */
  void validate() {
    check(idleLookNs > 0, "idleLookNs must be above 0");
    boolean v6 = addresses.stream().anyMatch(IpAddress::isV6);
    check(!addresses.isEmpty(), "no local address: give at least one");
    int least = v6 ? MIN_MTU_V6 : MIN_MTU;
    check(
        mtu >= least && mtu <= MAX_MTU,
        "mtu " + mtu + ": must be " + least + " to " + MAX_MTU + (v6 ? " with IPv6" : ""));
    check(
        receiveMtu() >= least && receiveMtu() <= MAX_MTU,
        "receiveMtu " + receiveMtu + ": must be 0 or " + least + " to " + MAX_MTU);
    for (IpAddress address : addresses) {
      check(
          !address.isUnspecified() && !address.isMulticast() && !address.isLimitedBroadcast(),
          "local address " + address + ": must be a unicast address");
    }
    // RFC 7323 §2.3: the largest window that scaling can announce. More could not be in flight.
    check(
        sendBuffer > 0 && sendBuffer <= 1 << 30,
        "sendBuffer " + sendBuffer + ": must be 1 to 1073741824");
    check(
        receiveBuffer > 0 && receiveBuffer <= 1 << 30,
        "receiveBuffer " + receiveBuffer + ": must be 1 to 1073741824");
    check(
        maxSendBuffer >= 0 && maxSendBuffer <= 1 << 30,
        "maxSendBuffer " + maxSendBuffer + ": must be 0 to 1073741824");
    check(
        maxReceiveBuffer >= 0 && maxReceiveBuffer <= 1 << 30,
        "maxReceiveBuffer " + maxReceiveBuffer + ": must be 0 to 1073741824");
    // RFC 6056 §3.2: from 1024 on; those below belong to servers that are known by them.
    check(
        firstLocalPort >= 1024 && firstLocalPort <= lastLocalPort && lastLocalPort <= 65_535,
        "local ports " + firstLocalPort + " to " + lastLocalPort + ": must be from 1024 to 65535");
    check(maxConnections > 0, "maxConnections " + maxConnections + ": must be positive");
    check(
        maxBytesHeld >= LEAST_BYTES_HELD,
        "maxBytesHeld " + maxBytesHeld + ": must be at least " + LEAST_BYTES_HELD);
    check(maxTimeWait >= 0, "maxTimeWait " + maxTimeWait + ": must not be negative");
    check(backlog > 0, "backlog " + backlog + ": must be positive");
    check(maxHalfOpen >= 0, "maxHalfOpen " + maxHalfOpen + ": must not be negative");
    check(timeWaitNs >= 0, "timeWait: must not be negative");
    check(finWait2Ns > 0 && orphanNs > 0, "finWait2 and orphan times must be positive");
    // Deadlines compare by difference: one near Long.MAX_VALUE would lie in the past.
    check(
        Math.max(timeWaitNs, Math.max(finWait2Ns, orphanNs)) <= YEAR,
        "timeWait, finWait2 and orphan times must be at most a year");
    check(maxPaths > 0, "maxPaths " + maxPaths + ": must be positive");
    // RFC 1191 §6.3: to ask sooner than after five minutes only brings lost packets.
    check(pathMtuNs >= SECOND && pathMtuNs <= YEAR, "pathMtu time: must be a second to a year");
    check(
        maxUdpPorts >= 0 && maxPings >= 0 && maxReassemblies >= 0,
        "maxUdpPorts, maxPings and maxReassemblies must not be negative");
    check(
        udpSendBuffer > 0 && udpReceiveBuffer > 0 && maxReassemblyBytes > 0,
        "udpSendBuffer, udpReceiveBuffer and maxReassemblyBytes must be positive");
    check(
        reassemblyNs > 0 && reassemblyNs <= YEAR,
        "reassembly time: must be positive, and at most a year");
    check(
        acksPerSecond > 0 && resetsPerSecond >= 0 && replyQueue > 0 && cookieQueue > 0,
        "acksPerSecond, replyQueue and cookieQueue must be positive,"
            + " resetsPerSecond not negative");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
