package dev.jktcp.proof.model.compare;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.model.End;
import dev.jktcp.proof.model.Observation;
import dev.jktcp.proof.model.Seg;
import dev.jktcp.proof.model.Signal;
import dev.jktcp.proof.model.State;
import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.WindowStyle;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** The library's stack behind the same calls as the model's, its packets held to the letter. */
final class CoreEnd implements End {
  static final int ISS = -1_500; // what is in flight crosses 2^32
  static final int PEER_ISN = -600;
  static final int PEER_TS = -3; // crosses 2^32, too
  static final int RCV_BUFF = 1_200; // less than our MSS
  static final int WIDE_RCV_BUFF = 8_000; // several times our MSS
  private static final int WIDE_SHIFT = 3;
  static final int RCV_MSS = 1_360;
  static final long TIME_WAIT_MS = 60_000;

  private static final int ISN_TICK_NS = 4_000; // RFC 9293 §3.4.1
  private static final int OURS = 1;
  private static final int THEIRS = 2;
  private static final int PORT = 80;
  private static final int PEER_PORT = 40_000;
  private static final byte[] OUR_ADDRESS = {10, 0, 0, 1};
  private static final byte[] PEER_ADDRESS = {10, 0, 0, 2};
  private static final TcpProfile PROFILE =
      TcpProfile.RELIABLE_LINK.withDelayedAckNs(0).withCongestionControl(facts -> new NoLimit());
  private static final long START_NS = startForIss();
  private static final int START_TS = firstStamp();

  private final byte[] buffer = new byte[RCV_MSS + 40];
  private final IpStack stack;
  private long nowNs;
  private int iss;
  private int stamp; // the last TSval sent
  private boolean listening;
  private TcpConnection connection; // the last one its user heard of
  private TcpConnection rested; // the one before, whose TIME-WAIT may come back
  private int written;
  private int received;
  private EnumSet<Signal> signals = EnumSet.noneOf(Signal.class);
  private List<Seg> sent = new ArrayList<>();

  /** The scale that we offer. */
  static int shiftOf(int rcvBuff) {
    return rcvBuff == WIDE_RCV_BUFF ? WIDE_SHIFT : 0;
  }

  CoreEnd(int rcvBuff) {
    this(rcvBuff, true);
  }

  CoreEnd(int rcvBuff, boolean fastPath) {
    this(rcvBuff, fastPath, START_NS);
  }

  private CoreEnd(int rcvBuff, boolean fastPath, long startNs) {
    nowNs = startNs;
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.of(OUR_ADDRESS))
            .profile(PROFILE)
            .mtu(RCV_MSS + 40)
            .receiveBuffer(rcvBuff)
            .windowStyle(new WindowStyle(true, shiftOf(rcvBuff), false, false, true, 2, false))
            .sendBuffer(65_536)
            .maxConnections(4)
            .acksPerSecond(1_000)
            .idleBufferBytes(0)
            .timeWaitNs(TIME_WAIT_MS * MS)
            .fastPath(fastPath);
    stack = new IpStack(options, 1, 2);
  }

  /** The ISS follows the clock: the time at which it is the one we want. */
  private static long startForIss() {
    CoreEnd probe = new CoreEnd(RCV_BUFF, false, 0);
    probe.open();
    return Integer.toUnsignedLong(ISS - probe.sent.get(0).seq()) * ISN_TICK_NS;
  }

  /** The TSval of a first SYN: a connection's clock has an offset of its own. */
  private static int firstStamp() {
    CoreEnd probe = new CoreEnd(RCV_BUFF, false, START_NS);
    probe.open();
    return probe.stamp;
  }

  @Override
  public void listen() {
    listening = true;
    try {
      stack.listen(null, PORT, 0);
    } catch (StackException e) {
      throw new AssertionError(e);
    }
    drain();
  }

  @Override
  public void open() {
    try {
      connection =
          stack.connect(
              ConnectRequest.to(IpAddress.of(PEER_ADDRESS), PEER_PORT).fromPort(PORT), nowNs);
    } catch (StackException e) {
      throw new AssertionError(e);
    }
    drain();
  }

  @Override
  public void send(int octets) {
    byte[] bytes = TestBytes.of(OURS, written, octets);
    if (connection.write(bytes, 0, octets, nowNs) != octets) {
      throw new AssertionError("the send buffer is full");
    }
    written += octets;
    drain();
  }

  @Override
  public void receive(int octets) {
    int left = octets;
    for (Slice s; left > 0 && (s = connection.read(left, nowNs)) != null; left -= s.length()) {
      if (TestBytes.mismatch(THEIRS, received, s.bytes(), s.offset(), s.length()) >= 0) {
        throw new AssertionError("wrong octets delivered");
      }
      received += s.length();
    }
    drain();
  }

  @Override
  public void close() {
    connection.end();
    drain();
  }

  @Override
  public void leave() {
    connection.close(nowNs);
    drain();
  }

  @Override
  public void persist() {
    int before = sent.size();
    while (sent.size() == before) {
      nowNs = stack.nextDeadlineNs();
      stack.onTick(nowNs);
      drain();
    }
  }

  @Override
  public void pass(int milliseconds) {
    long endNs = nowNs + milliseconds * MS;
    for (long dueNs; (dueNs = stack.nextDeadlineNs()) != IpStack.NONE && dueNs - endNs <= 0; ) {
      nowNs = dueNs; // one by one: a stack that is late takes it for a stop
      stack.onTick(nowNs);
      drain();
    }
    nowNs = endNs;
    stack.onTick(nowNs);
    drain();
  }

  @Override
  public void arrives(Seg seg) {
    TestPacket p = new TestPacket();
    p.src = PEER_ADDRESS;
    p.dst = OUR_ADDRESS;
    p.srcPort = PEER_PORT;
    p.dstPort = PORT;
    p.flags = seg.ctl();
    p.seq = seg.seq();
    p.ack = seg.ack();
    p.window = seg.wnd();
    p.urgentPointer = seg.up();
    p.options = options(seg);
    int first = seg.seq() + (seg.syn() ? 1 : 0);
    p.payload = TestBytes.of(THEIRS, first - PEER_ISN - 1, seg.text());
    byte[] bytes = p.encode();
    stack.onLentPacket(bytes, 0, bytes.length, nowNs);
    drain();
    stack.releasePackets();
  }

  private static byte[] options(Seg seg) {
    List<String> options = new ArrayList<>();
    if (seg.mss() > 0) {
      options.add("mss " + seg.mss());
    }
    if (seg.sackOk()) {
      options.add("sackOK");
    }
    if (seg.shift() >= 0) {
      options.add("wscale " + seg.shift());
    }
    if (seg.hasStamps()) {
      options.add("TS " + seg.tsVal() + " " + seg.stamps().get(1));
    }
    return options.isEmpty() ? new byte[0] : TestPacket.parseOptions(String.join(",", options));
  }

  @Override
  public long timeWait() {
    long begin = nowNs;
    while (state() == State.TIME_WAIT) {
      nowNs = stack.nextDeadlineNs();
      stack.onTick(nowNs);
    }
    return (nowNs - begin) / MS;
  }

  private void drain() {
    for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
      int events = c.takeEvents();
      if ((events & TcpConnection.ACCEPTED) != 0) {
        c.accept();
        connection = c;
        written = 0;
      }
      onEvents(c, events);
    }
    for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      onPacket(TestPacket.decode(buffer, 0, length));
    }
  }

  private void onEvents(TcpConnection c, int events) {
    tell(events, TcpConnection.CONNECTED, Signal.OPENED);
    if ((events & TcpConnection.CONNECTED) != 0) {
      int next = c.rcvNxt() - (c.finReceived() ? 1 : 0) - c.readable();
      received = next - PEER_ISN - 1;
    }
    tell(events, TcpConnection.READABLE, Signal.TEXT);
    tell(events, TcpConnection.WRITABLE, Signal.SENT_OK);
    tell(events, TcpConnection.FIN_RECEIVED, Signal.CLOSING);
    tell(events, TcpConnection.FIN_ACKED, Signal.CLOSE_OK);
    tell(events, TcpConnection.URGENT, Signal.URGENT);
    if ((events & TcpConnection.CLOSED) != 0 && c.closeReason() != CloseReason.CLOSED) {
      signals.add(Signal.valueOf(c.closeReason().name()));
    }
  }

  private void tell(int events, int event, Signal signal) {
    if ((events & event) != 0) {
      signals.add(signal);
    }
  }

  private void onPacket(TestPacket p) {
    Seg seg = new Seg(p.flags, p.seq, p.ack, p.window, p.payload.length);
    if (seg.syn()) {
      seg = seg.withMss(p.option("mss")).withShift(p.option("wscale"));
      seg = seg.withSackOk(p.permitsSack());
      iss = p.seq;
    }
    if (p.timestamp(0) != null) {
      stamp = p.timestamp(0);
      int clock = START_TS + (int) (Math.floorDiv(nowNs, MS) - Math.floorDiv(START_NS, MS));
      seg = seg.withStamps(clock - stamp, p.timestamp(1));
    }
    seg = seg.withSack(Arrays.stream(p.sackEdges()).boxed().toList());
    int position = p.seq - iss - 1;
    if (TestBytes.mismatch(OURS, position, p.payload, 0, p.payload.length) >= 0) {
      throw new AssertionError("wrong octets sent: " + Text.of(seg));
    }
    sent.add(seg);
  }

  @Override
  public Observation observe() {
    State state = state();
    boolean hidden = state == State.SYN_RECEIVED && !lives();
    boolean sends = state.compareTo(State.SYN_SENT) >= 0 && !hidden;
    boolean receives = state.compareTo(State.SYN_RECEIVED) >= 0 && !hidden;
    boolean lives = receives && state != State.TIME_WAIT;
    if (hidden) {
      rested = connection == null ? rested : connection;
      connection = null; // what its user may still do with the old one is not looked at
    } else if (state == State.TIME_WAIT && connection == null) {
      connection = rested;
    }
    TcpInfo info = connection == null ? null : connection.info(nowNs);
    Observation observation =
        new Observation(
            state,
            sends && state != State.TIME_WAIT ? connection.sndNxt() - info.inFlight() : 0,
            sends ? connection.sndNxt() : 0,
            lives ? info.sendWindow() : 0,
            receives ? connection.rcvNxt() : 0,
            lives ? info.receiveWindow() : 0,
            hidden || info == null ? 0 : info.readable(),
            takesText(state) ? info.outOfOrder() : 0,
            receives ? connection.urgentAhead() : 0,
            signals,
            sent);
    signals = EnumSet.noneOf(Signal.class);
    sent = new ArrayList<>();
    return observation;
  }

  private static boolean takesText(State state) {
    return switch (state) {
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> true;
      default -> false;
    };
  }

  /** How often it took the fast path. */
  long predictions() {
    return stack.fastPath().predictedData() + stack.fastPath().predictedAcks();
  }

  /** Duplicate ACKs made it send again, as §3.10 does not. */
  boolean recovers() {
    return connection != null && connection.info(nowNs).fastRetransmits() > 0;
  }

  /** Whether its user has it in hand. */
  boolean hasUser() {
    return lives() && connection.state().synchronizedState();
  }

  int sendRoom() {
    return connection.sendRoom();
  }

  /** A connection that its listener has not announced can only be counted. */
  private State state() {
    if (lives()) {
      return State.valueOf(connection.state().name());
    }
    if (stack.timeWaits() > 0) {
      return State.TIME_WAIT;
    }
    if (stack.connections() > 0) {
      return State.SYN_RECEIVED;
    }
    return listening ? State.LISTEN : State.CLOSED;
  }

  private boolean lives() {
    return connection != null && connection.closeReason() == null;
  }
}
