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
 * A deterministic TCP/IP stack with TCP, UDP and ICMP: a function of packets, commands, times and
 * 128 bits of entropy. It never calls outward, reads a clock or schedules anything. After each
 * input or command the caller takes the outputs, in the order below:
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
 * <p>Not thread-safe. {@code nowNs} is any monotonic clock in nanoseconds. A step back counts as
 * standing still; a leap past a timer that was due counts as a stop of the process: {@link
 * StackClock}.
 */
public final class IpStack {
  /** {@link #nextDeadlineNs} when no timer runs. */
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
   * @param entropy0 one half of a secret that must differ between stacks and be unguessable; {@code
   *     entropy1} is the other half
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
    public void onPath(IpAddress remote, TcpConnection sourceOrNull, long nowNs) {
      tcp.news().add(remote, sourceOrNull, false, nowNs);
    }

    @Override
    public void onForgotten(IpAddress remote, long nowNs) {
      tcp.news().add(remote, null, true, nowNs);
    }
  }

  private void onStop(long now) {
    tcp.forEachConnection(connection -> connection.onStop(now));
  }

  // --- inputs

  /**
   * Takes one IP packet. No packet makes this throw; see {@link #takeFaulty} for faults of a
   * policy. If the packet is malformed or not for us, it is dropped and counted by its reason. The
   * bytes are not kept.
   */
  public void onPacket(byte[] bytes, int offset, int length, long nowNs) {
    lending.onPacket(false);
    receive(bytes, offset, length, nowNs);
  }

  /**
   * The same for a packet whose bytes stay as they are until {@link #releasePackets}. A reader that
   * reads before then gets the payload in place, without a copy.
   */
  public void onLentPacket(byte[] bytes, int offset, int length, long nowNs) {
    lending.onPacket(true);
    receive(bytes, offset, length, nowNs);
  }

  /**
   * Ends the loan: unread payload of lent packets is copied, and their bytes are the owner's again.
   */
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

  /** Time has passed: fires the timers that are due. Cheap if no timer is due. */
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
   * The transport is away. Until {@link #onBack} there are no packets for it, timers of a peer's
   * silence stand still, and connections live on.
   *
   * @param gapNs after so long a connection ends by {@link CloseReason#TRANSPORT_AWAY}, unless its
   *     user timeout is longer
   */
  public void onAway(long gapNs, long nowNs) {
    tcp.absence().begin(gapNs, called(nowNs));
  }

  /** The transport is back. The oldest unanswered segment of each connection goes again at once. */
  public void onBack(long nowNs) {
    tcp.absence().end(called(nowNs));
  }

  /** Begins each call: slices that readers got before are no longer valid. */
  private long called(long nowNs) {
    lending.endShow();
    return time.at(nowNs);
  }

  private void onDue(TimedFlow flow, long now) {
    if (memory.owns(flow)) {
      memory.onDue(tcp.all(), time.wheel(), now);
    } else if (tcp.absence().owns(flow)) {
      tcp.absence().onDue(now);
    } else if (tcp.news().owns(flow)) {
      tcp.news().look();
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

  /** Datagrams and segments take turns, so that neither protocol waits until the other has none. */
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
   * The connections that threw since the last call, out of a user's {@link
   * dev.jktcp.tcp.CongestionPolicy} or by a bug of ours. The stack is consistent, but they may not
   * be: the caller resets them.
   */
  public List<TcpConnection> takeFaulty() {
    return faulty.take();
  }

  /**
   * Passes on one whole packet from the stack to itself, if there is one. It is written as for
   * {@link #pollPacket}, for captures, and taken in at once: no packet waits or is lost on the way,
   * and a sender goes on once its receiver has taken the last packet.
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

  /** Whether {@link #pollLooped} may have a packet. */
  public boolean hasLooped() {
    return !ways.inward().isEmpty() || udp.hasInward() || icmp.hasInward();
  }

  /** The next connection with events to take, or null. */
  public TcpConnection pollEvent() {
    return tcp.pollEvent();
  }

  /** Whether {@link #pollEvent} may have a connection. */
  public boolean hasEvents() {
    return tcp.hasEvents();
  }

  /** The next UDP port with news, or ping that has ended, or null. */
  public Notice pollNotice() {
    return notices.poll();
  }

  /** Whether {@link #pollNotice} may have a notice. */
  public boolean hasNotices() {
    return !notices.isEmpty();
  }

  /**
   * When {@link #onTick} next has work, in the clock of {@code nowNs}, rounded up to whole
   * milliseconds since the first time given to the stack; {@link #NONE} when no timer runs. It may
   * be early, never late. If a tick comes much later, the stack assumes a stop of the process: see
   * {@link StackClock}.
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

  /** Passive OPEN with the stack's own tuning. */
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
   * Sends an echo request; {@link #pollNotice} returns the ping when it has ended.
   *
   * @param timeoutNs time limit for the answer
   */
  public Ping ping(IpAddress remote, long timeoutNs, long nowNs) throws StackException {
    return echo.ping(remote, timeoutNs, time.at(nowNs));
  }

  /** Gives up the wait for an echo reply. */
  public void cancel(Ping ping) {
    echo.cancel(ping);
  }

  /** Visits all connections but those in TIME-WAIT; the action may end them. */
  public void forEachConnection(Consumer<TcpConnection> action) {
    tcp.forEachConnection(action);
  }

  /** Ends all listeners, connections, TIME-WAIT records and UDP ports. RSTs remain to be polled. */
  public void abortAll(CloseReason reason, boolean sendRst, long nowNs) {
    udp.closeAll();
    tcp.abortAll(reason, sendRst, time.at(nowNs));
  }

  /**
   * From now on the transport's largest packet has {@code mtu} bytes. Existing connections cut
   * their segments to it, new ones and retransmissions; the MSS that they announced stays.
   *
   * @throws IllegalArgumentException with one line that says what to change; nothing has changed
   */
  public void changeMtu(int mtu) {
    changeMtu(mtu, options.givenReceiveMtu());
  }

  /**
   * Sets both directions, in bytes.
   *
   * @param receiveMtu largest packet that new connections announce; 0 = {@code mtu}
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
   * From now on the stack has these addresses. If a connection's own address is not among them, it
   * ends by {@link CloseReason#ADDRESS_GONE}, without an RST, which could not reach the peer. UDP
   * ports of such an address are closed ({@link UdpPort#isAddressGone}).
   *
   * @throws IllegalArgumentException with one line that says what to change; nothing has changed
   */
  public void changeAddresses(List<IpAddress> changed) {
    List<IpAddress> before = List.copyOf(options.addresses());
    change(() -> options.changeAddresses(changed), () -> options.changeAddresses(before));
    addresses.change(changed);
    icmp.forget();
    counters.repliesDropped += ways.outward().dropAnswers();
    tcp.forEachConnection(
        connection -> {
          if (!addresses.isOurs(connection.localAddress())) {
            connection.reset(CloseReason.ADDRESS_GONE, false);
          }
        });
    udp.onAddresses();
  }

  /** Changes the memory limit; it may be less than is held now. */
  public void changeMaxBytesHeld(long bytes) {
    long before = options.maxBytesHeld();
    change(() -> options.maxBytesHeld(bytes), () -> options.maxBytesHeld(before));
    budget.limit(bytes);
  }

  /** If the options are no longer valid, {@code back} restores them. */
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

  /** The connections whose peer has not yet completed its handshake. */
  public int halfOpen() {
    return tcp.halfOpen();
  }

  public int timeWaits() {
    return tcp.timeWaits();
  }

  /** Destinations whose path is known to have a smaller MTU than our own link. */
  public int narrowPaths() {
    return paths.size();
  }

  /** Connections looked at since the beginning because the size of a path had changed. */
  public long pathSteps() {
    return tcp.news().steps();
  }

  public int listeners() {
    return tcp.listeners();
  }

  /** The listener with the fullest backlog; null if there is no listener. */
  public TcpListener fullestListener() {
    return tcp.fullestListener();
  }

  /** UDP ports in use. */
  public int udpPorts() {
    return udp.ports();
  }

  /** Packets with missing fragments, including those given up a short while ago. */
  public int reassemblies() {
    return reassembly.size();
  }

  /** Bytes of memory that fragments take. */
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

  /** Bytes of memory behind the buffers of all connections, including the shell's share. */
  public long bytesHeld() {
    return budget.data();
  }

  /** Whether lack of memory ever dropped, reset or refused anything, or soon will. */
  public boolean memoryUsedUp() {
    return budget.resetsIdleHolders()
        || budget.dropped() + budget.resets() + counters.memoryRefusals > 0;
  }

  /** The account of all memory under {@link StackOptions#maxBytesHeld}. */
  public ByteBudget budget() {
    return budget;
  }

  /** Header prediction: whether it is on, and how often it applied. */
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
