package dev.jktcp.proof.pkt;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Between the script's packets and real ones. The language knows one connection at a time, the one
 * under test: the socket last made, or what a listener made of the last packet that came for it.
 * Sequence numbers in SYNs are the script's own, all others count from the ISNs.
 */
final class Wire {
  private static final int OUR_STREAM = 1;
  private static final int THEIR_STREAM = 2;
  private static final int FIRST_REMOTE_PORT = 40_001;

  private enum State {
    /** No socket: packets come for a port where nothing is. */
    NONE,
    NEW,
    LISTENING,
    /** A peer's packet came for the listener. */
    PASSIVE,
    ACTIVE
  }

  private final Settings settings;
  private final byte[] ours;
  private final byte[] theirs;
  private State state = State.NONE;
  private int remotePorts = FIRST_REMOTE_PORT;
  private int localPort;
  private int remotePort;
  private boolean localIsnKnown;
  private long announcedMss; // in our SYN
  private int localIsn;
  private long scriptLocalIsn;
  private boolean scriptIsnKnown;
  private boolean remoteIsnKnown;
  private int remoteIsn;
  private final Map<Long, Long> liveTimestamps = new HashMap<>();
  private boolean timestampsKnown;
  private long firstScriptTimestamp;
  private long firstLiveTimestamp;
  private int lastAck; // of ours that was compared
  private long listedEnd; // of data of ours that was compared
  private long peersAck; // the highest so far
  private boolean asksForFastOpen;
  private int lastWindow; // of ours, as its header has it
  private Boolean burstsPush; // null while no script line told
  private TcpConnection connection;
  private Sock socket; // made last
  private final Tunnel tunnel;

  Wire(Settings settings, Tunnel tunnel) {
    this.settings = settings;
    this.tunnel = tunnel;
    this.ours = IpAddress.parse(settings.localIp).toBytes();
    this.theirs = IpAddress.parse(settings.remoteIp).toBytes();
  }

  // --- which connection

  void onSocket(Sock made) {
    socket = made;
    state = State.NEW;
    forget();
    localPort = 0;
    remotePort = 0;
  }

  void onListen(int port) {
    state = State.LISTENING;
    localPort = port;
  }

  /** A listener is closed: what it made goes on, the rest is nobody's. */
  void onListenerClosed() {
    state = state == State.LISTENING ? State.NONE : state;
  }

  void onConnect(TcpConnection opened) {
    state = State.ACTIVE;
    connection = opened;
    localPort = opened.localPort();
    remotePort = opened.remotePort();
  }

  void onAccepted(TcpConnection accepted) {
    if (accepted.remotePort() == remotePort && accepted.localPort() == localPort) {
      connection = accepted;
    }
  }

  /** The connection under test, null while nobody knows it. */
  TcpConnection connection() {
    return connection;
  }

  /** A peer's SYN is answered, and nobody was told of the connection yet. */
  boolean halfOpen() {
    return state == State.PASSIVE && connection == null && localIsnKnown;
  }

  long announcedMss() {
    return announcedMss;
  }

  /**
   * tcpi_state of a socket that has no connection yet; null when the script has none.
   *
   * @param halfOpenThere whether the stack still has a connection that no call was told of
   */
  Double stateBefore(InfoFields fields, boolean halfOpenThere) {
    return switch (state) {
      case NEW -> fields.unused();
      case LISTENING -> fields.listening();
      case PASSIVE -> halfOpen() && halfOpenThere ? fields.state(TcpState.SYN_RECEIVED) : null;
      default -> null;
    };
  }

  private void forget() {
    connection = null;
    localIsnKnown = false;
    localIsn = 0;
    scriptLocalIsn = 0;
    scriptIsnKnown = false;
    remoteIsnKnown = false;
    remoteIsn = 0;
    listedEnd = 0;
    peersAck = 0;
    liveTimestamps.clear();
    timestampsKnown = false;
  }

  // --- packets that arrive

  /** Null for a segment that comes to a UDP port where TCP is not heard. */
  byte[] inbound(Action.Tcp tcp, int line) {
    if (!tunnel.hears(tcp.udpOrNull())) {
      return null;
    }
    boolean syn = tcp.has('S');
    int way = Tunnel.wayOf(tcp.udpOrNull());
    boolean begins = state == State.LISTENING || state == State.NONE;
    boolean silent = state == State.NEW && remotePort == 0; // a socket that never spoke
    if (begins || silent) {
      tunnel.way(way);
    }
    asksForFastOpen = asksForFastOpen && !begins || syn && hasCookie(tcp.options());
    boolean stranger = way != tunnel.way();
    if (begins) {
      if (state == State.NONE) {
        localPort = settings.bindPort;
      }
      state = State.PASSIVE;
      forget();
      remotePort = remotePorts++;
      remoteIsn = (int) tcp.seq();
      remoteIsnKnown = true;
    } else if (silent) {
      localPort = settings.bindPort;
      remotePort = remotePorts++;
    } else if (syn && !remoteIsnKnown && !stranger) {
      remoteIsn = (int) tcp.seq();
      remoteIsnKnown = true;
    }
    TestPacket p = toUs();
    p.srcPort = stranger ? tunnel.strangersPort(way) : p.srcPort;
    p.flags = flags(tcp);
    p.seq = (int) tcp.seq() + (syn || tcp.absolute() ? 0 : remoteIsn);
    if (!stranger) {
      checkSecurity(p, line);
    }
    p.ack = tcp.has('.') ? liveAck(tcp.ack(), syn) : (int) tcp.ack();
    peersAck = Math.max(peersAck, tcp.has('.') && !syn ? tcp.ack() : 0);
    p.window = Math.max(0, tcp.window());
    p.urgentPointer = tcp.urgent();
    p.options = TcpOption.encode(live(tcp.options(), tcp.has('.'), syn, line));
    p.payload = TestBytes.of(THEIR_STREAM, offset(p.seq - remoteIsn, syn), tcp.length());
    byte[] bytes = p.encode();
    boolean counts = (ace(tcp) & 4) != 0;
    if (counts) {
      bytes[(settings.family.v6() ? 40 : 20) + 12] |= 1;
    }
    if (marked(bytes, tcp.ip()) || counts) {
      TestPacket.fixChecksums(bytes);
    }
    return bytes;
  }

  /**
   * FreeBSD can be told to believe each RST, or SYN, in the window, as before RFC 5961. Our stack
   * cannot: where the two would answer differently the script is over for us.
   */
  private void checkSecurity(TestPacket p, int line) {
    boolean rst = settings.insecureRst && p.has(TestPacket.RST);
    boolean syn = settings.insecureSyn && p.has(TestPacket.SYN) && !p.has(TestPacket.RST);
    int next;
    int window;
    if (connection != null && connection.state() == TcpState.TIME_WAIT) {
      if (rst) {
        return; // ignored there by both
      }
      next = connection.rcvNxt();
      window = lastWindow;
    } else if (connection != null && connection.state().synchronizedState()) {
      next = connection.rcvNxt();
      window = connection.info(0).receiveWindow();
    } else if (rst
        && connection != null
        && connection.state() == TcpState.SYN_RECEIVED
        && connection.attachment() instanceof Sock socket) {
      next = connection.rcvNxt();
      window = (int) Math.max(0xffff, settings.receiveBufferTold(socket, 0));
    } else if (halfOpen() && rst) {
      next = remoteIsn + 1;
      window = 0xffff;
    } else {
      return;
    }
    int ahead = p.seq - next;
    boolean inside = ahead >= 0 && ahead < window;
    if (inside && (syn || rst && ahead > 0)) {
      throw new SkippedException(
          SkipReason.SYSCTL, line, "an answer that RFC 5961 no longer has: insecure_rst, _syn");
    }
  }

  /** Whether the peer's SYN had a cookie of Fast Open, or asked for one. */
  boolean asksForFastOpen() {
    return asksForFastOpen;
  }

  /** Whether only Fast Open would send that: a cookie, or the ACK of data that a SYN had. */
  boolean isOfFastOpen(Action.Tcp expected) {
    boolean synAck = expected.has('S') && expected.has('.');
    boolean takesData = asksForFastOpen && (int) expected.ack() != remoteIsn + 1;
    return expected.has('S') && hasCookie(expected.options()) || synAck && takesData;
  }

  private static boolean hasCookie(List<TcpOption> optionsOrNull) {
    return optionsOrNull != null
        && optionsOrNull.stream()
            .anyMatch(o -> o.kind() == TcpOption.FAST_OPEN || o.kind() == TcpOption.EXPERIMENT);
  }

  /** Of the payload in its stream: the byte behind the SYN is the first. */
  private static long offset(int fromIsn, boolean syn) {
    return Integer.toUnsignedLong(fromIsn) - (syn ? 0 : 1);
  }

  private int liveAck(long ack, boolean syn) {
    return (int) ack + localIsn - (syn ? (int) scriptLocalIsn : 0);
  }

  private List<TcpOption> live(List<TcpOption> options, boolean ack, boolean syn, int line) {
    List<TcpOption> live = new ArrayList<>();
    for (TcpOption option : options) {
      live.add(
          switch (option.kind()) {
            case TcpOption.SACK ->
                new TcpOption(
                    TcpOption.SACK,
                    option.values().stream()
                        .map(v -> Integer.toUnsignedLong(liveAck(v, syn)))
                        .toList());
            case TcpOption.TIMESTAMPS -> ack ? liveTimestamps(option, line) : option;
            default -> option;
          });
    }
    return live;
  }

  /** What the peer echoes must be something that we sent. */
  private TcpOption liveTimestamps(TcpOption option, int line) {
    Long live = liveTimestamps.get(option.value(1));
    if (live == null && timestampsKnown && settings.timestampsScaled) {
      live = firstLiveTimestamp + option.value(1) - firstScriptTimestamp & 0xffff_ffffL;
    }
    if (live == null && settings.forgiven.contains("TS")) {
      settings.looked = true;
      return option;
    }
    if (live == null) {
      throw new FailedException(line, "TS val " + option.value(1) + " sent before", "none");
    }
    return TcpOption.of(TcpOption.TIMESTAMPS, option.value(0), live);
  }

  private TestPacket toUs() {
    TestPacket p = new TestPacket();
    p.src = theirs;
    p.dst = ours;
    p.srcPort = remotePort;
    p.dstPort = localPort;
    return p;
  }

  private static int flags(Action.Tcp tcp) {
    int flags = TestPacket.parseFlags(tcp.flags().replace("A", ""));
    int ace = ace(tcp);
    flags |= (ace & 1) != 0 ? 64 : 0;
    flags |= (ace & 2) != 0 ? 128 : 0;
    return flags;
  }

  /** The three bits that are AE, CWR and ECE. */
  private static int ace(Action.Tcp tcp) {
    if (tcp.ace() >= 0) {
      return tcp.ace();
    }
    return (tcp.has('A') ? 4 : 0) | (tcp.has('W') ? 2 : 0) | (tcp.has('E') ? 1 : 0);
  }

  /** Only IPv6 has flow labels. */
  void checkPlayable(Action.IpBits bits, int line) {
    if (bits.flowLabel() >= 0 && !settings.family.v6()) {
      throw new SkippedException(SkipReason.SYNTAX, line, "a flow label on IPv4");
    }
  }

  private static boolean marked(byte[] packet, Action.IpBits bits) {
    boolean v6 = (packet[0] & 0xf0) == 0x60;
    int tos = Math.max(0, bits.tos());
    if (v6) {
      packet[0] |= (byte) (tos >> 4);
      packet[1] |= (byte) (tos << 4);
      if (bits.flowLabel() >= 0) {
        packet[1] |= (byte) (bits.flowLabel() >> 16);
        TestPacket.put16(packet, 2, bits.flowLabel());
      }
    } else {
      packet[1] = (byte) tos;
    }
    if (bits.ttl() >= 0) {
      packet[v6 ? 7 : 8] = (byte) bits.ttl();
    }
    return bits != Action.IpBits.NONE;
  }

  /** Null for an error about a datagram that is not ours. */
  byte[] inbound(Action.Icmp icmp, int line) {
    if (!tunnel.isOurs(icmp.udpOrNull())) {
      return null;
    }
    boolean v6 = settings.family.v6();
    if (!icmp.quotesTcp() || !Icmp.isOf(icmp, v6) || icmp.ip() != Action.IpBits.NONE) {
      throw new SkippedException(
          SkipReason.PROTOCOL, line, "icmp " + icmp.type() + " " + icmp.codeOrNull());
    }
    TestPacket quoted = new TestPacket();
    quoted.src = ours;
    quoted.dst = theirs;
    quoted.srcPort = localPort;
    quoted.dstPort = remotePort;
    quoted.seq = (int) icmp.echoedSeq() + localIsn;
    quoted.flags = TestPacket.ACK;
    int mtu = icmp.mtu() - (icmp.mtu() > 0 && icmp.udpOrNull() != null ? Tunnel.OVERHEAD : 0);
    return Icmp.encode(icmp, quoted, icmp.echoedLength(), mtu);
  }

  // --- packets that we send

  /**
   * @throws AssertionError when the packet is malformed
   */
  TestPacket decode(byte[] packet) {
    TestPacket p = TestPacket.decode(packet, 0, packet.length);
    boolean syn = p.has(TestPacket.SYN);
    if (isUnderTest(p) && syn && !localIsnKnown && !tunnel.isStranger(p.dstPort)) {
      localIsn = p.seq;
      localIsnKnown = true;
      for (TcpOption option : TcpOption.decode(p.options)) {
        announcedMss = option.kind() == TcpOption.MSS ? option.value(0) : announcedMss;
      }
    }
    return p;
  }

  boolean isUnderTest(TestPacket p) {
    return p.srcPort == localPort
        && (p.dstPort == remotePort || tunnel.isStranger(p.dstPort))
        && Arrays.equals(p.src, ours)
        && Arrays.equals(p.dst, theirs);
  }

  /**
   * Compares one packet of ours, or several that a kernel would have left to its card to cut, with
   * a line.
   *
   * @throws FailedException with both, in the script's words
   */
  void check(Action.Tcp expected, List<TestPacket> packets, List<byte[]> raw, int line) {
    TestPacket first = packets.get(0);
    TestPacket last = packets.get(packets.size() - 1);
    if (first.has(TestPacket.SYN) && expected.has('S') && !scriptIsnKnown) {
      scriptLocalIsn = Math.max(0, expected.seq()); // the script's to choose, once
      scriptIsnKnown = true;
    }
    String what = difference(expected, packets, first, last, raw);
    if (what != null) {
      throw new FailedException(line, show(expected), what + " in " + show(packets));
    }
  }

  private String difference(
      Action.Tcp expected,
      List<TestPacket> packets,
      TestPacket first,
      TestPacket last,
      List<byte[]> raw) {
    int length = packets.stream().mapToInt(p -> p.payload.length).sum();
    int flags = flags(expected);
    int push = pushes(packets, expected) ? TestPacket.PSH : 0;
    int fin = repeatsFin(first) ? TestPacket.FIN : 0;
    lastAck = last.ack;
    listedEnd = Math.max(listedEnd, scriptSeq(last) + last.payload.length);
    lastWindow = last.window;
    if ((last.flags & ~TestPacket.PSH | push | fin) != flags) {
      return "other flags";
    }
    if ((ace(expected) & 4) != 0) {
      return "no AE flag"; // TestPacket.decode refuses it
    }
    if (!tunnel.goesAs(last.dstPort, expected.udpOrNull())) {
      return "another way";
    }
    long seq = expected.absolute() ? Integer.toUnsignedLong(first.seq) : scriptSeq(first);
    boolean other = expected.seq() >= 0 && seq - (fin == 0 ? 0 : 1) != expected.seq();
    if (other || length != expected.length()) {
      return "other sequence numbers";
    }
    if (scriptAck(last) != expected.ack()) {
      return "another ack";
    }
    if (expected.window() >= 0 && last.window != expected.window() && !settings.forgivesWindow()) {
      return "another window";
    }
    if (last.urgentPointer != expected.urgent()) {
      return "another urgent pointer";
    }
    for (byte[] packet : raw) {
      String bits = difference(expected.ip(), shown(packet, first));
      if (bits != null) {
        return bits;
      }
    }
    for (TestPacket p : packets) {
      long offset = offset(p.seq - localIsn, p.has(TestPacket.SYN));
      if (TestBytes.mismatch(OUR_STREAM, offset, p.payload, 0, p.payload.length) >= 0) {
        return "a wrong byte of payload";
      }
      String options = expected.options() == null ? null : optionsDifference(expected, p);
      if (options != null) {
        return options;
      }
    }
    return null;
  }

  /**
   * Whether the personality has PSH on what was sent. At the end of all that was written it must be
   * on ours (RFC 9293 MUST-61), whatever the personality shows.
   */
  private boolean pushes(List<TestPacket> packets, Action.Tcp expected) {
    TestPacket last = packets.get(packets.size() - 1);
    boolean ours = last.has(TestPacket.PSH);
    if (!settings.personality.pushesWithin()
        || last.payload.length == 0
        || connection == null
        || !(connection.attachment() instanceof Sock socket)) {
      return ours;
    }
    long end = offset(last.seq + last.payload.length - localIsn, last.has(TestPacket.SYN));
    if (end == socket.written && !ours) {
      return false;
    }
    if (packets.size() == 1 || socket.push.at(end)) {
      return socket.push.at(end);
    }
    // A burst that a card is to cut has PSH on Linux since 5.4, and not before: on one of the two.
    if (burstsPush == null) {
      burstsPush = expected.has('P');
    }
    if (burstsPush) {
      socket.push.onBurst(end);
    }
    return burstsPush;
  }

  /**
   * Whether the personality would show an ACK of ours as its FIN, sent once more. One that
   * acknowledges nothing new is an answer to what was not acceptable, and has none.
   */
  private boolean repeatsFin(TestPacket packet) {
    return settings.personality.repeatsFin()
        && packet.ack != lastAck
        && packet.payload.length == 0
        && packet.flags == TestPacket.ACK
        && connection != null
        && connection.state() == TcpState.CLOSING;
  }

  /**
   * A packet as the personality would send it. Where no connection is, an RST of ours has the
   * stack's hop limit and traffic class, and FreeBSD's has those of the socket at the port.
   */
  private byte[] shown(byte[] packet, TestPacket p) {
    boolean strays = p.has(TestPacket.RST) && (connection == null || tunnel.isStranger(p.dstPort));
    if (!strays || socket == null || !settings.personality.resetsAsSocket()) {
      return packet;
    }
    byte[] shown = packet.clone();
    boolean v6 = settings.family.v6();
    int tos = socket.tuning.trafficClass();
    shown[v6 ? 7 : 8] = (byte) socket.tuning.ttl();
    if (v6) {
      shown[0] = (byte) (packet[0] & 0xf0 | tos >> 4);
      shown[1] = (byte) (packet[1] & 0xf | tos << 4);
    } else {
      shown[1] = (byte) tos;
    }
    return shown;
  }

  private static String difference(Action.IpBits bits, byte[] packet) {
    boolean v6 = (packet[0] & 0xf0) == 0x60;
    int tos = v6 ? (packet[0] & 15) << 4 | (packet[1] & 0xff) >> 4 : packet[1] & 0xff;
    int ttl = packet[v6 ? 7 : 8] & 0xff;
    if (bits.tos() >= 0 && (tos & bits.tosMask()) != bits.tos()) {
      return "another traffic class, " + tos + ",";
    }
    if (bits.ect01() && (tos & 3) != 1 && (tos & 3) != 2) {
      return "no ECT";
    }
    if (bits.ttl() >= 0 && ttl != bits.ttl()) {
      return "another ttl, " + ttl + ",";
    }
    int label = TestPacket.get32(packet, 0) & 0xfffff;
    return v6 && bits.flowLabel() >= 0 && label != bits.flowLabel()
        ? "another flow label, " + label + ","
        : null;
  }

  private String optionsDifference(Action.Tcp expected, TestPacket p) {
    List<TcpOption> actual = settings.personality.layout(scripted(p));
    List<TcpOption> wanted = expected.options();
    actual = settings.withoutForgiven(actual);
    wanted = settings.withoutForgiven(wanted);
    if (actual.size() != wanted.size()) {
      return "other options";
    }
    for (int i = 0; i < wanted.size(); i++) {
      TcpOption a = actual.get(i);
      TcpOption w = wanted.get(i);
      boolean same =
          a.kind() == TcpOption.TIMESTAMPS && w.kind() == a.kind()
              ? sameTimestamps(a, w)
              : a.equals(w);
      if (!same) {
        return "other options";
      }
    }
    return null;
  }

  /** A clock of its own, so the value may differ by what its ticks and the tolerance allow. */
  private boolean sameTimestamps(TcpOption actual, TcpOption wanted) {
    liveTimestamps.put(wanted.value(0), actual.value(0));
    if (!timestampsKnown) {
      timestampsKnown = true;
      firstScriptTimestamp = wanted.value(0);
      firstLiveTimestamp = actual.value(0);
    }
    int mapped = (int) (actual.value(0) - firstLiveTimestamp + firstScriptTimestamp);
    long off = Math.abs((long) (mapped - (int) wanted.value(0)));
    boolean inTime =
        settings.timestampTickUs == 0 || off * settings.timestampTickUs <= settings.toleranceUs;
    return inTime && actual.value(1) == wanted.value(1);
  }

  /** Options of ours with the script's sequence numbers. */
  private List<TcpOption> scripted(TestPacket p) {
    return TcpOption.decode(p.options).stream()
        .map(
            o ->
                o.kind() == TcpOption.SACK
                    ? new TcpOption(
                        TcpOption.SACK,
                        o.values().stream().map(v -> v - remoteIsn & 0xffff_ffffL).toList())
                    : o)
        .toList();
  }

  /**
   * Whether it carries nothing but data that was listed before, and that the peer has acknowledged
   * since.
   */
  boolean isTakenAgain(TestPacket p) {
    long end = scriptSeq(p) + p.payload.length;
    return isUnderTest(p) && p.payload.length > 0 && end <= listedEnd && end <= peersAck;
  }

  /** Its number as scripts write it. */
  long scriptSeq(TestPacket p) {
    long isn = p.has(TestPacket.SYN) ? localIsn - scriptLocalIsn : localIsn;
    return p.seq - isn & 0xffff_ffffL;
  }

  private long scriptAck(TestPacket p) {
    if (!p.has(TestPacket.ACK)) {
      return Integer.toUnsignedLong(p.ack);
    }
    return p.ack - (p.has(TestPacket.SYN) ? 0 : remoteIsn) & 0xffff_ffffL;
  }

  // --- showing

  static String show(Action.Tcp tcp) {
    StringBuilder out = new StringBuilder(tcp.flags().isEmpty() ? "-" : tcp.flags());
    out.append(tcp.seq() < 0 ? " ..." : " " + tcp.seq() + ":" + (tcp.seq() + tcp.length()));
    out.append('(').append(tcp.length()).append(')');
    out.append(tcp.has('.') ? " ack " + tcp.ack() : "");
    out.append(tcp.window() >= 0 ? " win " + tcp.window() : "");
    out.append(tcp.urgent() != 0 ? " urg " + tcp.urgent() : "");
    out.append(
        tcp.options() == null
            ? " <...>"
            : tcp.options().isEmpty() ? "" : " " + TcpOption.show(tcp.options()));
    return out.toString();
  }

  String show(List<TestPacket> packets) {
    StringBuilder out = new StringBuilder();
    for (TestPacket p : packets) {
      out.append(out.length() == 0 ? "" : "; ").append(show(p));
    }
    return out.toString();
  }

  String show(TestPacket p) {
    long seq = scriptSeq(p);
    String options =
        p.options.length == 0 ? "" : " " + TcpOption.show(settings.personality.layout(scripted(p)));
    return (isUnderTest(p) ? "" : "of another connection: ")
        + TestPacket.formatFlags(p.flags)
        + " "
        + seq
        + ":"
        + (seq + p.payload.length)
        + "("
        + p.payload.length
        + ")"
        + (p.has(TestPacket.ACK) ? " ack " + scriptAck(p) : "")
        + " win "
        + p.window
        + (p.has(TestPacket.URG) ? " urg " + p.urgentPointer : "")
        + options;
  }
}
