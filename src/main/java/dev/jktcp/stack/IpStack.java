package dev.jktcp.stack;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.ChunkPool;
import dev.jktcp.tcp.connection.FastPath;
import dev.jktcp.tcp.connection.FlightPool;
import dev.jktcp.tcp.connection.Lending;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.TimedFlow;
import dev.jktcp.wire.IpAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * A deterministic TCP/IP stack with TCP, UDP and ICMP: what it does is a function of the packets,
 * commands and times it is given and of 128 bits of entropy. It never calls outward, reads a clock
 * or schedules anything. In this order, after each input or command:
 *
 * <ul>
 *   <li><b>inputs</b>: {@link #onPacket}, or {@link #onLentPacket} until {@link #releasePackets},
 *       {@link #onTick}, {@link #onAway} and {@link #onBack};
 *   <li><b>outputs</b>: {@link #pollEvent} until null, {@link #pollNotice} likewise, {@link
 *       #pollLooped} until 0, {@link #pollPacket} until 0 (or for as long as the transport takes
 *       packets), {@link #nextDeadlineNs} for the next {@link #onTick};
 *   <li><b>commands</b>: {@link #connect}, {@link #listen}, {@link #bind}, {@link #ping}, those of
 *       {@link TcpConnection} and {@link UdpPort}, {@link #abortAll};
 *   <li><b>getters</b> at any time.
 * </ul>
 *
 * <p>Not thread-safe. {@code nowNs} is any monotonic clock; a step back counts as standing still,
 * and a leap, over which a timer was due, as a stop of the process: {@link StackClock}.
 */
public final class IpStack {
  /** {@link #nextDeadlineNs} when nothing is due ever. */
  public static final long NONE = TimerWheel.NONE;

  /** Of the idle memory. A segment in flight takes 16 bytes beside its payload. */
  private static final int SHARE_OF_FLIGHTS = 8;

  private final StackOptions options;
  private final StackCounters counters = new StackCounters();
  private final ByteBudget budget;
  private final Lending lending;
  private final LocalAddresses addresses;
  private final PathMtus paths;
  private final FaultyConnections faulty = new FaultyConnections();
  private final WaysOut ways;
  private final MemoryWatch memory;
  private final StackTime time;
  private final TcpHost tcp;
  private final UdpHost udp;
  private final IcmpOutput icmp;
  private final EchoClient echo;
  private final Reassembly reassembly;
  private final IpInput input;
  private final Notices notices = new Notices();
  private boolean datagramsFirst; // the two protocols take turns

  /**
   * @param entropy0 half of a secret that must differ between stacks and be unguessable in use
   * @throws IllegalArgumentException for options out of range, with one line that says what to do
   */
  public IpStack(StackOptions options, long entropy0, long entropy1) {
    options.validate();
    this.options = options;
    this.budget = new ByteBudget(options.maxBytesHeld(), this::onMemoryScarce);
    this.addresses = new LocalAddresses(options.addresses());
    this.paths = new PathMtus(options, counters, budget, new PathListener());
    this.memory = new MemoryWatch(budget);
    this.time = new StackTime(memory, this::onStop);
    this.ways = new WaysOut(options, addresses, faulty, time);
    int forFlights = options.idleBufferBytes() / SHARE_OF_FLIGHTS;
    ChunkPool chunks = new ChunkPool(options.idleBufferBytes() - forFlights, budget);
    FlightPool flights = new FlightPool(forFlights, budget);
    this.lending = new Lending(chunks, budget);
    IpLayer layer =
        new IpLayer(
            options, counters, budget, chunks, flights, lending, addresses, paths, ways, time,
            faulty);
    Secret secret = new Secret(entropy0, entropy1);
    this.tcp = new TcpHost(layer, secret);
    this.icmp = new IcmpOutput(addresses, counters);
    IcmpReports reports = new IcmpReports(options, counters, icmp);
    this.udp = new UdpHost(layer, secret, reports, notices);
    this.echo = new EchoClient(options, addresses, icmp, notices, secret.key(8));
    this.reassembly = new Reassembly(options, counters, budget, reports);
    this.input =
        new IpInput(layer, reassembly, tcp, udp, new IcmpInput(layer, tcp, udp, echo, icmp));
  }

  private void onMemoryScarce() {
    memory.onScarce();
  }

  private final class PathListener implements PathMtus.Listener {
    @Override
    public void onPath(IpAddress remote, int mss, TcpConnection source) {
      tcp.onPath(remote, mss, source);
    }

    @Override
    public void onForgotten(IpAddress remote, int mss) {
      tcp.onPathForgotten(remote, mss);
    }
  }

  private void onStop(long now) {
    tcp.forEachConnection(connection -> connection.onStop(now));
  }

  // --- inputs

  /**
   * One IP packet. Whatever it holds, nothing is thrown but what {@link #takeFaulty} says; what is
   * not for us or not sane is counted by its reason. The bytes are not kept.
   */
  public void onPacket(byte[] bytes, int offset, int length, long nowNs) {
    lending.onPacket(false);
    receive(bytes, offset, length, nowNs);
  }

  /**
   * The same for a packet whose bytes stay as they are until {@link #releasePackets}. A reader that
   * comes before that is shown its payload where it lies.
   */
  public void onLentPacket(byte[] bytes, int offset, int length, long nowNs) {
    lending.onPacket(true);
    receive(bytes, offset, length, nowNs);
  }

  /** The bytes of lent packets are their owner's again: payload that was not read is copied. */
  public void releasePackets() {
    lending.endShow();
    lending.releasePackets();
  }

  private void receive(byte[] bytes, int offset, int length, long nowNs) {
    long now = called(nowNs);
    counters.packetsReceived++;
    counters.bytesReceived += length;
    paths.age(now);
    input.onPacket(bytes, offset, length, now);
  }

  /** Time has passed. Cheap when nothing is due. */
  public void onTick(long nowNs) {
    long now = called(nowNs);
    paths.age(now);
    if (time.clock().timersMayRun()) {
      time.settle();
      time.wheel().advance(now, this::onDue);
      // After a stop these wait as timers do: how often the time is told must not matter.
      reassembly.expire(now);
      echo.expire(now);
    }
    tcp.onTick(now);
    faulty.rethrowOfTick();
  }

  /**
   * The transport is away. Until {@link #onBack} nothing is polled for it, what is timed by a
   * peer's silence stands still, and connections live on.
   *
   * @param gapNs how long. After that a connection ends by {@link CloseReason#TRANSPORT_AWAY},
   *     unless its user gave it more time
   */
  public void onAway(long gapNs, long nowNs) {
    tcp.absence().begin(gapNs, called(nowNs));
  }

  /** It is back. The oldest segment of each connection goes again at once. */
  public void onBack(long nowNs) {
    tcp.absence().end(called(nowNs));
  }

  /** What readers were shown may not be looked at any longer. */
  private long called(long nowNs) {
    lending.endShow();
    return time.at(nowNs);
  }

  private void onDue(TimedFlow flow, long now) {
    if (memory.owns(flow)) {
      memory.onDue(tcp.all(), time.wheel(), now);
    } else if (tcp.absence().owns(flow)) {
      tcp.absence().onDue(now);
    } else {
      tcp.onDue(flow, now);
    }
  }

  // --- outputs

  /**
   * Writes one whole packet, if there is one to send.
   *
   * @param to has at least {@link #mtu} bytes of room at {@code offset}
   * @return its length, or 0
   */
  public int pollPacket(byte[] to, int offset, long nowNs) {
    long now = called(nowNs);
    if (isAway()) {
      return 0;
    }
    int length = ways.outward().pollReply(to, offset);
    if (length == 0) {
      length = icmp.pollOutward(to, offset);
    }
    if (length == 0) {
      length = pollEither(to, offset, now);
    }
    if (length > 0) {
      counters.packetsSent++;
      counters.bytesSent += length;
    }
    return length;
  }

  /** A datagram and a segment in turn, so that neither protocol waits for the other's end. */
  private int pollEither(byte[] to, int offset, long now) {
    if (!udp.hasOutward()) {
      return ways.outward().pollConnection(to, offset, now);
    }
    boolean datagram = datagramsFirst;
    datagramsFirst = !datagram;
    int length = datagram ? udp.pollOutward(to, offset) : 0;
    if (length == 0) {
      length = ways.outward().pollConnection(to, offset, now);
    }
    return length == 0 && !datagram ? udp.pollOutward(to, offset) : length;
  }

  /**
   * The connections that something was thrown out of since the last call: by a user's {@link
   * dev.jktcp.tcp.CongestionPolicy}, or by a bug of ours. The stack is whole, they may not be, and
   * are the caller's to reset.
   */
  public List<TcpConnection> takeFaulty() {
    return faulty.take();
  }

  /**
   * Passes on one whole packet from us to ourselves, if there is one: it is written as for {@link
   * #pollPacket}, for a capture to see, and taken in at once. So no packet waits on the way and
   * none is lost, and a sender goes on when its receiver has taken the last one.
   *
   * @param to has at least {@link #mtu} bytes of room at {@code offset}
   * @return its length, or 0
   */
  public int pollLooped(byte[] to, int offset, long nowNs) {
    long now = called(nowNs);
    int length = ways.inward().pollReply(to, offset);
    if (length == 0) {
      length = ways.inward().pollConnection(to, offset, now);
    }
    if (length == 0) {
      length = udp.pollInward(to, offset);
    }
    if (length == 0) {
      length = icmp.pollInward(to, offset);
    }
    if (length > 0) {
      counters.packetsLooped++;
      lending.onPacket(false);
      input.onLooped(to, offset, length, now);
    }
    return length;
  }

  /** Whether {@link #pollLooped} may have one. */
  public boolean hasLooped() {
    return !ways.inward().isEmpty() || udp.hasInward() || icmp.hasInward();
  }

  /** The next connection with events to take, or null. */
  public TcpConnection pollEvent() {
    return tcp.pollEvent();
  }

  /** Whether {@link #pollEvent} may have one. */
  public boolean hasEvents() {
    return tcp.hasEvents();
  }

  /** The next UDP port with something to take, or ping that is over, or null. */
  public Notice pollNotice() {
    return notices.poll();
  }

  /** Whether {@link #pollNotice} may have one. */
  public boolean hasNotices() {
    return !notices.isEmpty();
  }

  /**
   * When {@link #onTick} next has work, in the clock of {@code nowNs}, rounded up to a whole number
   * of milliseconds since the first time the stack was told; {@link #NONE} when never. It may be
   * early, it is never late. A caller who comes much later was stopped: see {@link StackClock}.
   */
  public long nextDeadlineNs() {
    time.settle();
    long next = first(time.wheel().nextDeadlineNs(), tcp.deadlineNs());
    long other = first(reassembly.deadlineNs(), echo.deadlineNs());
    next = first(next, other == NONE ? NONE : time.wheel().roundedUp(other));
    return next == NONE ? NONE : time.clock().callersNs(next);
  }

  static long first(long one, long other) {
    return other == NONE || (one != NONE && one - other < 0) ? one : other;
  }

  /** When a connection's {@link TcpConnection#earliestDeadlineNs} is due, in the same clock. */
  public long dueNs(TcpConnection connection) {
    return time.clock().callersNs(connection.earliestDeadlineNs());
  }

  // --- commands

  /** RFC 9293 §3.10.1, active OPEN. */
  public TcpConnection connect(ConnectRequest request, long nowNs) throws StackException {
    return tcp.connect(request, time.at(nowNs));
  }

  /** The same with the stack's own tuning. */
  public TcpListener listen(IpAddress localOrNull, int port, int backlog) throws StackException {
    return listen(localOrNull, port, backlog, null);
  }

  /**
   * RFC 9293 §3.10.1, passive OPEN.
   *
   * @param localOrNull null: all our addresses
   * @param port 0: an ephemeral one
   * @param backlog 0: the stack's
   * @param tuningOrNull of its connections; null: the stack's
   */
  public TcpListener listen(IpAddress localOrNull, int port, int backlog, TcpTuning tuningOrNull)
      throws StackException {
    return tcp.listen(localOrNull, port, backlog, tuningOrNull);
  }

  /**
   * RFC 768: takes a UDP port.
   *
   * @param localOrNull null: all our addresses
   * @param port 0: an ephemeral one
   */
  public UdpPort bind(IpAddress localOrNull, int port) throws StackException {
    return udp.bind(localOrNull, port);
  }

  /**
   * Sends an echo request; {@link #pollNotice} tells of its end.
   *
   * @param timeoutNs how long an answer is waited for
   */
  public Ping ping(IpAddress remote, long timeoutNs, long nowNs) throws StackException {
    return echo.ping(remote, timeoutNs, time.at(nowNs));
  }

  /** The caller waits for its answer no longer. */
  public void cancel(Ping ping) {
    echo.cancel(ping);
  }

  /** All but those in TIME-WAIT; the action may end them. */
  public void forEachConnection(Consumer<TcpConnection> action) {
    tcp.forEachConnection(action);
  }

  /**
   * Ends everything: listeners, connections, TIME-WAIT records, UDP ports. RSTs remain to be
   * polled.
   */
  public void abortAll(CloseReason reason, boolean sendRst, long nowNs) {
    udp.closeAll();
    tcp.abortAll(reason, sendRst, time.at(nowNs));
  }

  /**
   * The transport's largest packet is another from now on. Connections that live cut to it what
   * they send, for the first time or again; the MSS that they announced stays.
   *
   * @throws IllegalArgumentException with one line that says what to change; nothing has changed
   */
  public void changeMtu(int mtu) {
    changeMtu(mtu, options.givenReceiveMtu());
  }

  /**
   * The same for both directions.
   *
   * @param receiveMtu what connections that begin from now on announce; 0 = {@code mtu}
   */
  public void changeMtu(int mtu, int receiveMtu) {
    int before = options.mtu();
    int receivedBefore = options.givenReceiveMtu();
    change(
        () -> options.mtu(mtu).receiveMtu(receiveMtu),
        () -> options.mtu(before).receiveMtu(receivedBefore));
    icmp.forget();
    tcp.onMtu();
  }

  /**
   * The stack speaks for these addresses from now on. Connections of an address that is not among
   * them end by {@link CloseReason#ADDRESS_GONE}, and no peer is told: nothing could reach it. UDP
   * ports of such an address are closed ({@link UdpPort#isAddressGone}).
   *
   * @throws IllegalArgumentException with one line that says what to change; nothing has changed
   */
  public void changeAddresses(List<IpAddress> changed) {
    List<IpAddress> before = List.copyOf(options.addresses());
    change(() -> options.changeAddresses(changed), () -> options.changeAddresses(before));
    addresses.change(changed);
    icmp.forget();
    tcp.forEachConnection(
        connection -> {
          if (!addresses.isOurs(connection.localAddress())) {
            connection.reset(CloseReason.ADDRESS_GONE, false);
          }
        });
    udp.onAddresses();
  }

  /** What may be held is another from now on; less than is held is no harm. */
  public void changeMaxBytesHeld(long bytes) {
    long before = options.maxBytesHeld();
    change(() -> options.maxBytesHeld(bytes), () -> options.maxBytesHeld(before));
    budget.limit(bytes);
  }

  /** If options are not valid any more, {@code back} makes them what they were. */
  private void change(Runnable change, Runnable back) {
    change.run();
    try {
      options.validate();
    } catch (IllegalArgumentException e) {
      back.run();
      throw e;
    }
  }

  // --- getters

  public StackCounters counters() {
    return counters;
  }

  /** Whether the transport is away: {@link #onAway}. */
  public boolean isAway() {
    return tcp.absence().isAway();
  }

  /** Connections in any state but TIME-WAIT, half-open ones included. */
  public int connections() {
    return tcp.connections();
  }

  /** Those of them whose peer has not yet completed its handshake. */
  public int halfOpen() {
    return tcp.halfOpen();
  }

  public int timeWaits() {
    return tcp.timeWaits();
  }

  /** Destinations whose path is known to take less than our own link does. */
  public int narrowPaths() {
    return paths.size();
  }

  public int listeners() {
    return tcp.listeners();
  }

  /** The one whose backlog is fullest; null if there is none. */
  public TcpListener fullestListener() {
    return tcp.fullestListener();
  }

  /** UDP ports in use. */
  public int udpPorts() {
    return udp.ports();
  }

  /** Packets of which fragments are missing, or that were given up a short while ago. */
  public int reassemblies() {
    return reassembly.size();
  }

  /** Memory of their fragments. */
  public long reassemblyBytes() {
    return reassembly.bytesHeld();
  }

  /** Pieces of packets looked at since the beginning: a few for each fragment. */
  public long reassemblySteps() {
    return reassembly.steps();
  }

  /** Echo requests of ours that wait for an answer. */
  public int pings() {
    return echo.outstanding();
  }

  /** Memory behind the buffers of all connections, and what the shell holds for them. */
  public long bytesHeld() {
    return budget.data();
  }

  /** Whether anything was ever dropped, reset or refused for want of memory, or soon will be. */
  public boolean memoryUsedUp() {
    return budget.resetsIdleHolders()
        || budget.dropped() + budget.resets() + counters.memoryRefusals > 0;
  }

  /** All that counts against {@link StackOptions#maxBytesHeld}. */
  public ByteBudget budget() {
    return budget;
  }

  /** Whether header prediction is on, and how often it held. */
  public FastPath fastPath() {
    return tcp.fastPath();
  }

  public int mtu() {
    return options.mtu();
  }

  public StackOptions options() {
    return options;
  }
}
