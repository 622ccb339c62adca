package dev.jktcp.stack;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.ConnectionSettings;
import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.Isn;
import dev.jktcp.tcp.connection.RateLimit;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IcmpEcho;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A deterministic TCP/IP stack: what it does is a function of the packets, commands and times it is
 * given and of 128 bits of entropy. It never calls outward, reads a clock or schedules anything. In
 * this order, after each input or command:
 *
 * <ul>
 *   <li><b>inputs</b>: {@link #onPacket}, {@link #onTick};
 *   <li><b>outputs</b>: {@link #pollEvent} until null, {@link #pollLooped} until 0, {@link
 *       #pollPacket} until 0 (or for as long as the transport takes packets), {@link
 *       #nextDeadlineNs} for the next {@link #onTick};
 *   <li><b>commands</b>: {@link #connect}, {@link #listen}, those of {@link TcpConnection}, {@link
 *       #abortAll};
 *   <li><b>getters</b> at any time.
 * </ul>
 *
 * <p>Not thread-safe. {@code nowNs} is any monotonic clock; a step back counts as standing still,
 * and a leap, over which a timer was due, as a stop of the process: {@link StackClock}.
 */
public final class IpStack {
  /** {@link #nextDeadlineNs} when nothing is due ever. */
  public static final long NONE = TimerWheel.NONE;

  private static final long QUIET_NS = 500_000_000L; // as Linux, between answers from TIME-WAIT

  private final StackOptions options;
  private final StackCounters counters = new StackCounters();
  private final Isn isn;
  private final PortChooser chooser;
  private final FlowTable flows;
  private final Ports ports;
  private final ListenerTable listeners = new ListenerTable();
  private final HalfOpens halfOpens;
  private final CookieHandshakes cookies;
  private final ReadyQueue outward; // to others, by the transport
  private final ReadyQueue inward; // to ourselves
  private final RateLimit resets;
  private final LocalAddresses addresses;
  private final PathMtus paths;
  private final IcmpInput icmp;
  private final ByteBudget budget;
  private final KnownSettings settings;
  private final ArrayDeque<TcpConnection> withEvents = new ArrayDeque<>();
  private final TcpConnection.Host host = new ConnectionHost();
  private final List<TcpConnection> faulty = new ArrayList<>(0);
  private final IpPacket ip = new IpPacket();
  private final TcpSegment segment = new TcpSegment();

  private Throwable thrownOnTick; // not null while a tick goes on

  // Null until the first time is known.
  private TimerWheel wheel;
  private StackClock clock;
  private TimeWaits timeWaits;
  private MemoryWatch memory;
  private boolean memoryScarce; // since the time was told last

  private int connections;

  /**
   * @param entropy0 half of a secret that must differ between stacks and be unguessable in use
   * @throws IllegalArgumentException for options out of range, with one line that says what to do
   */
  public IpStack(StackOptions options, long entropy0, long entropy1) {
    options.validate();
    this.options = options;
    // Independent keys for independent uses, all from the one secret.
    this.isn = new Isn(derived(entropy0, entropy1, 1));
    this.chooser =
        new PortChooser(
            derived(entropy0, entropy1, 2),
            options.firstLocalPort(),
            options.lastLocalPort(),
            (long) options.maxConnections() + options.maxHalfOpen() + options.maxTimeWait());
    this.flows = new FlowTable(derived(entropy0, entropy1, 3), chooser);
    this.ports = new Ports(options, chooser, flows, listeners);
    this.budget = new ByteBudget(options.maxBytesHeld(), this::onMemoryScarce);
    this.halfOpens = new HalfOpens(options.maxHalfOpen(), budget);
    this.cookies =
        new CookieHandshakes(
            new SynCookies(derived(entropy0, entropy1, 4)),
            new SpentCookies(options.maxTimeWait()),
            counters);
    this.outward = new ReadyQueue(options, faulty);
    this.inward = new ReadyQueue(options, faulty);
    this.resets = new RateLimit(options.resetsPerSecond());
    this.addresses = new LocalAddresses(options.addresses());
    this.paths = new PathMtus(options, flows, counters, budget);
    this.icmp = new IcmpInput(options, addresses, flows, paths, counters);
    this.settings = new KnownSettings(options, budget);
  }

  private static SipHash derived(long entropy0, long entropy1, int use) {
    SipHash secret = new SipHash(entropy0, entropy1);
    return new SipHash(secret.hash(2, use, 0, 0, 0, 0), secret.hash(2, use, 1, 0, 0, 0));
  }

  // --- inputs

  /**
   * One IP packet. Whatever it holds, nothing is thrown but what {@link #takeFaulty} says; what is
   * not for us or not sane is counted by its reason. The bytes are not kept.
   */
  public void onPacket(byte[] bytes, int offset, int length, long nowNs) {
    long now = at(nowNs);
    counters.packetsReceived++;
    counters.bytesReceived += length;
    paths.age(now);
    try {
      ip.parse(bytes, offset, length);
      IpAddress local = addresses.receiverOf(ip);
      addresses.refuseOwnSource(ip);
      if (IcmpEcho.isIcmp(ip)) {
        icmp.onPacket(ip, now);
      } else if (ip.protocol() != IpPacket.TCP) {
        throw MalformedPacket.of(DropReason.UNKNOWN_PROTOCOL);
      } else {
        segment.parse(ip, options.verifyChecksums());
        onSegment(local, now);
      }
    } catch (MalformedPacket malformed) {
      counters.drop(malformed.reason());
    }
  }

  /** Time has passed. Cheap when nothing is due. */
  public void onTick(long nowNs) {
    long now = at(nowNs);
    paths.age(now);
    if (clock.timersMayRun()) {
      wheel.advance(now, this::onDue);
      if (thrownOnTick != null) {
        rethrow();
      }
    }
  }

  /** The stack's own time, which all that it holds lives by. */
  private long at(long nowNs) {
    if (wheel == null) {
      wheel = new TimerWheel(nowNs);
      clock = new StackClock(wheel, nowNs);
      timeWaits = new TimeWaits(options, flows, wheel, counters, budget);
      memory = new MemoryWatch(budget, flows, wheel);
    } else if (clock.isFarFrom(nowNs) && clock.endStop(nowNs)) {
      onStop(clock.at(nowNs));
    }
    long now = clock.at(nowNs);
    watchMemory(now);
    return now;
  }

  private void watchMemory(long now) {
    if (memoryScarce) {
      memoryScarce = false;
      memory.start(now);
    }
  }

  private void onStop(long now) {
    forEachConnection(connection -> connection.onStop(now));
  }

  /**
   * RFC 6528: the clock of ISNs does not stop, or a 4-tuple that a peer let go meanwhile would
   * begin below where it ended.
   */
  private int nextIss(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    return isn.next(local, localPort, remote, remotePort, clock.callersNowNs());
  }

  private void onSegment(IpAddress local, long now) throws MalformedPacket {
    Flow flow = flows.find(ip, segment.srcPort(), segment.dstPort());
    if (flow instanceof TcpConnection connection) {
      if (!connection.isHalfOpen() || !completesByCookie(connection, local, now)) {
        give(connection, now);
      }
    } else if (flow instanceof TimeWait timeWait) {
      onSegmentInTimeWait(timeWait, local, now);
    } else {
      onSegmentWithoutFlow(local, now);
    }
  }

  private void give(TcpConnection connection, long now) {
    try {
      connection.onSegment(segment, now);
    } catch (RuntimeException | AssertionError thrown) {
      faulty.add(connection);
      throw thrown;
    }
  }

  /** RFC 9293 §3.10.7.1 and §3.10.7.2: CLOSED or LISTEN. */
  private void onSegmentWithoutFlow(IpAddress local, long now) throws MalformedPacket {
    refuseAbsurd();
    TcpListener listener = listeners.find(local, segment.dstPort());
    if (listener != null && segment.rst()) { // LISTEN, first
      return;
    }
    if (listener != null && onAckOfCookie(listener, local, now)) {
      return;
    }
    if (listener == null || segment.hasAck()) { // CLOSED; LISTEN, second
      onStray(local, listener == null ? options.tuning() : listener.tuning(), now);
    } else if (segment.syn()) { // LISTEN, third
      onSyn(listener, local, null, now);
    }
  }

  /** Draws no answer and takes no place, whether somebody listens or not. */
  private void refuseAbsurd() throws MalformedPacket {
    if (segment.srcPort() == 0 || segment.dstPort() == 0) {
      throw MalformedPacket.of(DropReason.PORT_ZERO);
    }
    if (segment.syn() && segment.fin()) {
      throw MalformedPacket.of(DropReason.SYN_WITH_FIN);
    }
  }

  private void onSyn(TcpListener listener, IpAddress local, TimeWait previousOrNull, long now) {
    if (!hasPlaceFor(listener, ByteBudget.CONNECTION)) {
      return;
    }
    IpAddress remote = ip.src();
    // One in TIME-WAIT gives its place for this, and a cookie may be below what MAY-2 (1) asks.
    if (!halfOpens.hasRoom() && previousOrNull == null) {
      ConnectionSettings known = settings.of(listener.profile(), local.isV6());
      cookies.answer(listener, known, local, remote, segment, wayTo(remote), now);
      return;
    }
    int iss = nextIss(local, segment.dstPort(), remote, segment.srcPort());
    if (previousOrNull != null) {
      // MAY-2 (1): above what the last incarnation used, which outran the clock beyond 250 kB/s.
      iss = Seq.max(iss, previousOrNull.sndNxt());
    }
    TcpConnection connection =
        TcpConnection.accepting(
            host,
            settings.of(listener.profile(), local.isV6()),
            listener.tuning(),
            listener,
            local,
            remote,
            segment,
            iss,
            now);
    if (previousOrNull != null) {
      timeWaits.lend(previousOrNull, connection);
    }
    add(connection, now);
    counters.connectionsAccepted++;
  }

  /**
   * The SYN came twice, or its cookie's answer was slow: one copy drew a cookie, another had a
   * place. The peer says which it heard of.
   */
  private boolean completesByCookie(TcpConnection halfOpen, IpAddress local, long now) {
    if (!cookies.mayComplete(segment, now)
        || segment.ack() == halfOpen.sndNxt()
        || cookies.mssIn(local, halfOpen.remoteAddress(), segment, now) <= 0) {
      return false;
    }
    TcpListener listener = (TcpListener) halfOpen.acceptQueue();
    if (!listener.isOpen()) {
      return false;
    }
    halfOpen.reset(CloseReason.RESET, false);
    boolean free = !flows.contains(local, segment.dstPort(), ip.src(), segment.srcPort());
    return !free || onAckOfCookie(listener, local, now); // else it was lent by a TIME-WAIT
  }

  /**
   * RFC 4987 §3.6. Where no place is left for an established connection the ACK counts as lost.
   *
   * @return whether the segment is dealt with
   */
  private boolean onAckOfCookie(TcpListener listener, IpAddress local, long now) {
    if (!cookies.mayComplete(segment, now)) {
      return false;
    }
    IpAddress remote = ip.src();
    int mss = cookies.mssIn(local, remote, segment, now);
    if (mss <= 0) {
      counters.cookiesRefused++;
      // Ahead of its first segment: an RST would end what the peer has opened. It comes again.
      return mss == CookieHandshakes.AHEAD;
    }
    if (!hasPlaceFor(listener, ByteBudget.CONNECTION)) {
      return true;
    }
    TcpConnection connection =
        TcpConnection.answered(
            host,
            settings.of(listener.profile(), local.isV6()),
            listener.tuning(),
            listener,
            local,
            remote,
            segment,
            mss,
            now);
    add(connection, now);
    counters.connectionsAccepted++;
    cookies.onCompleted(local, remote, segment, now);
    give(connection, now);
    return true;
  }

  /**
   * For one more that is established; half-open ones have places of their own, or a flood of SYNs
   * would take all of these.
   *
   * @param bytes that it would be charged from now on
   */
  boolean hasPlaceFor(TcpListener listener, int bytes) {
    if (!listener.hasRoom()) {
      counters.backlogDrops++; // the peer's SYN, or its ACK, comes again
      return false;
    }
    if (isFull()) {
      counters.limitDrops++;
      return false;
    }
    if (!budget.admits(bytes)) {
      counters.memoryRefusals++;
      return false;
    }
    return true;
  }

  private boolean isFull() {
    return connections - halfOpens.count() >= options.maxConnections();
  }

  /** §3.10.7.1: an RST tells the peer that its connection is not here; an RST is never answered. */
  private void onStray(IpAddress local, TcpTuning tuning, long now) {
    counters.strays++;
    if (segment.rst()) {
      return;
    }
    if (!resets.allow(now)) {
      counters.repliesDropped++;
      return;
    }
    if (segment.hasAck()) {
      reply(local, segment.ack(), 0, TcpSegment.RST, 0, tuning);
    } else {
      int ack = segment.seq() + segment.length();
      reply(local, 0, ack, TcpSegment.RST | TcpSegment.ACK, 0, tuning);
    }
  }

  private void reply(IpAddress local, int seq, int ack, int flags, int window, TcpTuning tuning) {
    int from = segment.dstPort();
    int to = segment.srcPort();
    IpAddress remote = ip.src();
    if (!wayTo(remote)
        .offer(new ReplyQueue.Reply(local, from, remote, to, seq, ack, flags, window, 0, tuning))) {
      counters.repliesDropped++;
    }
  }

  /**
   * §3.10.7.4 for TIME-WAIT; RSTs are ignored (RFC 1337), a newer SYN may have the tuple (MAY-2).
   */
  private void onSegmentInTimeWait(TimeWait timeWait, IpAddress local, long now)
      throws MalformedPacket {
    if (segment.rst()) {
      return;
    }
    refuseAbsurd();
    if (segment.syn() && !segment.hasAck() && Seq.gt(segment.seq(), timeWait.rcvNxt())) {
      TcpListener listener = listeners.find(local, segment.dstPort());
      if (listener != null) {
        onSyn(listener, local, timeWait, now);
        return;
      }
    }
    boolean sameFin =
        segment.fin() && segment.seq() + segment.length() == timeWait.rcvNxt(); // no other FIN
    if (sameFin) {
      timeWaits.restart(timeWait, now);
    }
    if (!timeWait.answers(segment) || (timeWait.quietUntilNs - now > 0 && !sameFin)) {
      return;
    }
    timeWait.quietUntilNs = now + QUIET_NS;
    timeWait.onAnswer();
    reply(
        local,
        timeWait.sndNxt(),
        timeWait.rcvNxt(),
        TcpSegment.ACK,
        timeWait.window(),
        timeWait.tuning());
  }

  private void onDue(Flow flow, long now) {
    if (flow instanceof TcpConnection connection) {
      onDue(connection, now);
    } else if (flow instanceof TimeWait timeWait) {
      timeWaits.onDue(timeWait);
    } else if (memory.owns(flow)) {
      memory.onDue(now);
    }
  }

  /** What one throws is thrown when the others had their turn, so that no timer is lost. */
  private void onDue(TcpConnection connection, long now) {
    try {
      connection.onTimer(now);
    } catch (RuntimeException | AssertionError thrown) {
      faulty.add(connection);
      if (thrownOnTick == null) {
        thrownOnTick = thrown;
      }
    }
  }

  private void rethrow() {
    Throwable thrown = thrownOnTick;
    thrownOnTick = null;
    if (thrown instanceof RuntimeException bug) {
      throw bug;
    }
    throw (AssertionError) thrown;
  }

  // --- outputs

  /**
   * Writes one whole packet, if there is one to send.
   *
   * @param to has at least {@link #mtu} bytes of room at {@code offset}
   * @return its length, or 0
   */
  public int pollPacket(byte[] to, int offset, long nowNs) {
    long now = at(nowNs);
    int length = outward.pollReply(to, offset);
    if (length == 0) {
      length = icmp.poll(to, offset);
    }
    if (length == 0) {
      length = outward.pollConnection(to, offset, now);
    }
    if (length > 0) {
      counters.packetsSent++;
      counters.bytesSent += length;
    }
    return length;
  }

  /**
   * The connections that something was thrown out of since the last call: by a user's {@link
   * dev.jktcp.tcp.CongestionControl}, or by a bug of ours. The stack is whole, they may not be, and
   * are the caller's to reset.
   */
  public List<TcpConnection> takeFaulty() {
    List<TcpConnection> taken = List.copyOf(faulty);
    faulty.clear();
    return taken;
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
    long now = at(nowNs);
    int length = inward.pollReply(to, offset);
    if (length == 0) {
      length = inward.pollConnection(to, offset, now);
    }
    if (length > 0) {
      counters.packetsLooped++;
      receiveLooped(to, offset, length, now);
    }
    return length;
  }

  /** Whether {@link #pollLooped} may have one. */
  public boolean hasLooped() {
    return !inward.isEmpty();
  }

  /**
   * Takes in a packet to ourselves. Its checksums need no look: they are our own, and no wire was
   * between.
   */
  private void receiveLooped(byte[] bytes, int offset, int length, long now) {
    try {
      ip.parse(bytes, offset, length);
      IpAddress local = addresses.receiverOf(ip);
      segment.parse(ip, false);
      onSegment(local, now);
    } catch (MalformedPacket malformed) {
      counters.drop(malformed.reason());
    }
  }

  private ReadyQueue wayTo(IpAddress remote) {
    return addresses.isOurs(remote) ? inward : outward;
  }

  /** The next connection with events to take, or null. */
  public TcpConnection pollEvent() {
    TcpConnection connection;
    while ((connection = withEvents.poll()) != null) {
      connection.inEventQueue = false;
      if (connection.hasEvents()) {
        return connection;
      }
    }
    return null;
  }

  /**
   * When {@link #onTick} next has work, in the clock of {@code nowNs}, rounded up to a whole number
   * of milliseconds since the first time the stack was told; {@link #NONE} when never. It may be
   * early, it is never late. A caller who comes much later was stopped: see {@link StackClock}.
   */
  public long nextDeadlineNs() {
    return wheel == null || wheel.isEmpty() ? NONE : clock.callersNs(wheel.nextDeadlineNs());
  }

  /** When a connection's {@link TcpConnection#earliestDeadlineNs} is due, in the same clock. */
  public long dueNs(TcpConnection connection) {
    return clock.callersNs(connection.earliestDeadlineNs());
  }

  // --- commands

  /** The same with the stack's own tuning. */
  public TcpConnection connect(
      IpAddress localOrNull,
      int localPortOr0,
      IpAddress remote,
      int remotePort,
      TcpProfile profileOrNull,
      long nowNs)
      throws StackException {
    return connect(localOrNull, localPortOr0, remote, remotePort, profileOrNull, null, nowNs);
  }

  /**
   * RFC 9293 §3.10.1, active OPEN.
   *
   * @param localOrNull null: our first address of the remote's family (MUST-44)
   * @param localPortOr0 0: a random ephemeral port
   * @param profileOrNull null: the stack's
   * @param tuningOrNull null: the stack's
   */
  public TcpConnection connect(
      IpAddress localOrNull,
      int localPortOr0,
      IpAddress remote,
      int remotePort,
      TcpProfile profileOrNull,
      TcpTuning tuningOrNull,
      long nowNs)
      throws StackException {
    long now = at(nowNs);
    if (!addresses.canBePeer(remote)) { // MUST-46
      throw new StackException(
          "cannot connect to " + remote + ": not a unicast address of another host");
    }
    IpAddress local =
        localOrNull == null ? addresses.sourceFor(remote) : addresses.ours(localOrNull);
    if (local.isV6() != remote.isV6()) {
      throw new StackException("local address " + local + " cannot reach " + remote);
    }
    if (isFull()) {
      throw new StackException(
          "too many connections (limit " + options.maxConnections() + "): raise maxConnections");
    }
    if (!budget.admits(ByteBudget.CONNECTION)) {
      throw new StackException(
          "no memory for another connection ("
              + budget.held()
              + " bytes held): raise maxBytesHeld, now "
              + budget.limit());
    }
    int localPort = ports.toConnect(local, localPortOr0, remote, remotePort);
    int iss = nextIss(local, localPort, remote, remotePort);
    TcpProfile profile = profileOrNull == null ? options.profile() : profileOrNull;
    TcpTuning tuning = tuningOrNull == null ? options.tuning() : tuningOrNull;
    TcpConnection connection =
        TcpConnection.connect(
            host,
            settings.of(profile, local.isV6()),
            tuning,
            local,
            localPort,
            remote,
            remotePort,
            iss,
            now);
    add(connection, now);
    counters.connectionsOpened++;
    return connection;
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
    IpAddress local = localOrNull == null ? null : addresses.ours(localOrNull);
    int actual = ports.toListen(local, port);
    TcpListener listener =
        new TcpListener(
            this,
            halfOpens,
            local,
            actual,
            backlog > 0 ? backlog : options.backlog(),
            options.profile(),
            tuningOrNull == null ? options.tuning() : tuningOrNull);
    listeners.add(listener);
    return listener;
  }

  /** All but those in TIME-WAIT; the action may end them. */
  public void forEachConnection(Consumer<TcpConnection> action) {
    List<TcpConnection> all = new ArrayList<>();
    flows.forEach(
        flow -> {
          if (flow instanceof TcpConnection connection) {
            all.add(connection);
          }
        });
    all.forEach(action);
  }

  /** Ends everything: listeners, connections, TIME-WAIT records. RSTs remain to be polled. */
  public void abortAll(CloseReason reason, boolean sendRst, long nowNs) {
    at(nowNs);
    listeners.all().forEach(TcpListener::close);
    forEachConnection(connection -> connection.reset(reason, sendRst));
    timeWaits.clear();
  }

  /**
   * The transport's largest packet is another from now on. Connections that live cut to it what
   * they send, for the first time or again; the MSS that they announced stays.
   *
   * @throws IllegalArgumentException with one line that says what to change; nothing has changed
   */
  public void changeMtu(int mtu) {
    int before = options.mtu();
    try {
      options.mtu(mtu).validate();
    } catch (IllegalArgumentException e) {
      options.mtu(before);
      throw e;
    }
    icmp.forget();
    settings.forget();
    flows.forEach(
        flow -> {
          if (flow instanceof TcpConnection connection) {
            boolean v6 = connection.localAddress().isV6();
            connection.onMtu(settings.of(connection.profile(), v6));
          }
        });
  }

  /** What may be held is another from now on; less than is held is no harm. */
  public void changeMaxBytesHeld(long bytes) {
    long before = options.maxBytesHeld();
    try {
      options.maxBytesHeld(bytes).validate();
    } catch (IllegalArgumentException e) {
      options.maxBytesHeld(before);
      throw e;
    }
    budget.limit(bytes);
  }

  private void add(TcpConnection connection, long now) {
    flows.add(connection);
    paths.introduce(connection, now);
    if (addresses.isOurs(connection.remoteAddress())) {
      connection.account().markInward();
    }
    connections++;
    budget.charge(connection.isHalfOpen() ? ByteBudget.HALF_OPEN : ByteBudget.CONNECTION);
    watchMemory(clock.nowNs());
    outward.dropLastWordsOfTooMany();
    inward.dropLastWordsOfTooMany();
  }

  private void onMemoryScarce() {
    memoryScarce = true;
  }

  void onListenerClosed(TcpListener listener) {
    listeners.remove(listener);
    chooser.onFreed(listener.port());
  }

  /** What connections tell the stack. */
  private final class ConnectionHost implements TcpConnection.Host {
    @Override
    public void onReady(TcpConnection connection) {
      if (!connection.inReadyQueue) {
        wayTo(connection.remoteAddress()).add(connection);
      }
    }

    @Override
    public void onEvents(TcpConnection connection) {
      if (!connection.inEventQueue) {
        connection.inEventQueue = true;
        withEvents.add(connection);
      }
    }

    @Override
    public long ownNs(long nowNs) {
      return at(nowNs);
    }

    @Override
    public void onDeadline(TcpConnection connection, long nowNs) {
      if (connection.hasDeadline()) {
        wheel.arm(connection, connection.earliestDeadlineNs(), nowNs);
      } else {
        wheel.cancel(connection);
      }
      watchMemory(nowNs);
    }

    @Override
    public void onClosed(TcpConnection connection) {
      wheel.cancel(connection);
      flows.remove(connection);
      connections--;
      budget.release(ByteBudget.CONNECTION);
      timeWaits.onClosed(connection, clock.nowNs());
    }

    @Override
    public void onTimeWait(TcpConnection connection, long nowNs) {
      onClosed(connection);
      timeWaits.add(connection, nowNs);
    }
  }

  // --- getters

  public StackCounters counters() {
    return counters;
  }

  /** Connections in any state but TIME-WAIT, half-open ones included. */
  public int connections() {
    return connections;
  }

  /** Those of them whose peer has not yet completed its handshake. */
  public int halfOpen() {
    return halfOpens.count();
  }

  public int timeWaits() {
    return timeWaits == null ? 0 : timeWaits.count();
  }

  /** Destinations whose path is known to take less than our own link does. */
  public int narrowPaths() {
    return paths.size();
  }

  public int listeners() {
    return listeners.size();
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

  public int mtu() {
    return options.mtu();
  }

  public StackOptions options() {
    return options;
  }
}
