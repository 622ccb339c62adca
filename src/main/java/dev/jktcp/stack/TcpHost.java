package dev.jktcp.stack;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.ConnectionSettings;
import dev.jktcp.tcp.connection.FastPath;
import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.Isn;
import dev.jktcp.tcp.connection.Negotiated;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.TimeWaitFacts;
import dev.jktcp.tcp.connection.TimedFlow;
import dev.jktcp.tcp.connection.TimestampOffsets;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The stack's TCP: finds the connection, the record in TIME-WAIT or the listener that a segment is
 * for, and opens connections either way. Parts that all protocols share are the {@link IpLayer}'s.
 */
final class TcpHost {
  private final IpLayer ip;
  private final StackOptions options;
  private final StackCounters counters;
  private final StackTime time;
  private final Isn isn;
  private final PortChooser chooser;
  private final FlowTable flows;
  private final Ports ports;
  private final ListenerTable<TcpListener> listeners = new ListenerTable<>();
  private final HalfOpens halfOpens;
  private final Admission admission;
  private final CookieHandshakes cookies;
  private final TimeWaits timeWaits;
  private final SegmentReplies replies;
  private final SettingsCache settings;
  private final TimestampOffsets timestampOffsets;
  private final IdleWatch idleWatch;
  private final Absence absence;
  private final PathNews news;
  private final TurnQueue<TcpConnection> withEvents = TurnQueue.ofConnections();
  private final TcpConnection.Host host = new ConnectionHost();
  private final TcpSegment segment = new TcpSegment();
  private IpAddress latestSource; // null: none yet

  TcpHost(IpLayer ip, Secret secret) {
    this.ip = ip;
    this.options = ip.options();
    this.counters = ip.counters();
    this.time = ip.time();
    // Independent keys for independent uses, all from one secret.
    // MUST-9
    this.isn = new Isn(secret.key(1));
    this.chooser =
        new PortChooser(
            secret.key(2),
            options.firstLocalPort(),
            options.lastLocalPort(),
            (long) options.maxConnections() + options.maxHalfOpen() + options.maxTimeWait());
    this.flows = new FlowTable(secret.key(3), chooser);
    this.ports = new Ports(options, chooser, flows, listeners);
    this.halfOpens = new HalfOpens(options.maxHalfOpen(), ip.budget());
    this.admission = new Admission(options, counters, ip.budget(), halfOpens);
    this.timestampOffsets = new TimestampOffsets(secret.key(6));
    this.cookies =
        new CookieHandshakes(
            new SynCookies(secret.key(4)),
            new SpentCookies(options.maxTimeWait()),
            timestampOffsets,
            counters);
    this.timeWaits = new TimeWaits(options, flows, time.wheel(), counters, ip.budget());
    this.replies = new SegmentReplies(ip, timestampOffsets);
    this.idleWatch = new IdleWatch(options.idleLookNs(), ip.faulty());
    this.settings = new SettingsCache(ip, secret.key(5), timestampOffsets);
    this.absence = new Absence(this, time);
    this.news = new PathNews(this, ip);
  }

  // --- inputs

  /** A packet of protocol TCP to one of our addresses. */
  void onPacket(IpPacket packet, IpAddress local, boolean verifyChecksum, long now)
      throws MalformedPacket {
    segment.parse(packet, verifyChecksum);
    Flow flow = flows.find(packet, segment.srcPort(), segment.dstPort());
    if (flow instanceof TcpConnection connection) {
      if (!connection.isHalfOpen() || !completesByCookie(connection, local, now)) {
        give(connection, now);
      }
    } else if (flow instanceof TimeWait timeWait) {
      onSegmentInTimeWait(timeWait, local, now);
    } else {
      onSegmentWithoutFlow(local, sourceOf(packet), now);
    }
  }

  /**
   * The packet's source as an object. While packets without a flow come from one address, they
   * share it; a connection that opens keeps it.
   */
  private IpAddress sourceOf(IpPacket packet) {
    if (latestSource == null || !packet.srcMatches(latestSource)) {
      latestSource = packet.src();
    }
    return latestSource;
  }

  private void give(TcpConnection connection, long now) {
    try {
      connection.onSegment(segment, now);
    } catch (RuntimeException | AssertionError thrown) {
      ip.faulty().add(connection);
      throw thrown;
    }
  }

  /** RFC 9293 §3.10.7.1 and §3.10.7.2: CLOSED or LISTEN. */
  private void onSegmentWithoutFlow(IpAddress local, IpAddress remote, long now)
      throws MalformedPacket {
    if (segment.srcPort() == 0 || segment.dstPort() == 0) {
      throw MalformedPacket.of(DropReason.PORT_ZERO);
    }
    TcpListener listener = listeners.find(local, segment.dstPort());
    if (listener != null && segment.syn() && segment.fin()) { // a flood must not take its places
      throw MalformedPacket.of(DropReason.SYN_WITH_FIN);
    }
    if (listener != null && segment.rst()) { // LISTEN, first
      return;
    }
    if (listener != null && onAckOfCookie(listener, local, remote, now)) {
      return;
    }
    if (listener == null || segment.hasAck()) { // CLOSED; LISTEN, second
      TcpTuning tuning = listener == null ? options.tuning() : listener.tuning();
      replies.onStray(local, remote, segment, tuning, now);
    } else if (segment.syn()) { // LISTEN, third
      onSyn(listener, local, remote, null, now);
    }
  }

  private void onSyn(
      TcpListener listener, IpAddress local, IpAddress remote, TimeWait previousOrNull, long now) {
    if (!admission.hasPlaceFor(listener, ByteBudget.CONNECTION)) {
      return;
    }
    ConnectionSettings known = settingsOf(listener, local.isV6());
    // A TIME-WAIT record would give its place, and a cookie's ISN may be below that of MAY-2 (1).
    if (!halfOpens.hasRoom() && previousOrNull == null) {
      cookies.answer(listener, known, local, remote, segment, ip.ways().to(remote), now);
      return;
    }
    int iss = nextIss(local, segment.dstPort(), remote, segment.srcPort());
    if (previousOrNull != null) {
      // MAY-2 (1): above the last incarnation's numbers, which outrun the clock beyond 250 kB/s.
      iss = Seq.max(iss, previousOrNull.sndNxt());
    }
    TcpConnection connection =
        TcpConnection.accepting(
            host, known, listener.tuning(), listener, local, remote, segment, iss, now);
    if (previousOrNull != null) {
      timeWaits.lend(previousOrNull, connection);
    }
    add(connection, now);
    counters.connectionsAccepted++;
  }

  /**
   * RFC 6528: the clock of ISNs does not stop with the process. Otherwise, if the peer let go of a
   * 4-tuple meanwhile, it would begin again below its last numbers.
   */
  private int nextIss(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    return isn.next(local, localPort, remote, remotePort, time.clock().callersNowNs());
  }

  /**
   * Two copies of one SYN came: one drew a cookie, the other got a half-open place. The ACK shows
   * which SYN-ACK the peer received.
   */
  private boolean completesByCookie(TcpConnection halfOpen, IpAddress local, long now) {
    IpAddress remote = halfOpen.remoteAddress();
    if (!cookies.mayComplete(segment, now)
        || segment.ack() == halfOpen.sndNxt()
        || cookies.mssIn(local, remote, segment, now) <= 0) {
      return false;
    }
    TcpListener listener = TcpListener.of(halfOpen);
    if (!listener.isOpen()) {
      return false;
    }
    halfOpen.reset(CloseReason.RESET, false);
    boolean free = !flows.contains(local, segment.dstPort(), remote, segment.srcPort());
    return !free || onAckOfCookie(listener, local, remote, now); // if not free, a TIME-WAIT lent it
  }

  /**
   * RFC 4987 §3.6. If no place is left for an established connection, the ACK counts as lost.
   *
   * @return whether the segment is dealt with
   */
  private boolean onAckOfCookie(TcpListener listener, IpAddress local, IpAddress remote, long now) {
    if (!cookies.mayComplete(segment, now)) {
      return false;
    }
    int mss = cookies.mssIn(local, remote, segment, now);
    if (mss <= 0) {
      counters.cookiesRefused++;
      // AHEAD: data overtook the ACK, and an RST would end the peer's connection. It comes again.
      return mss == CookieHandshakes.AHEAD;
    }
    if (!admission.hasPlaceFor(listener, ByteBudget.CONNECTION)) {
      return true;
    }
    ConnectionSettings known = settingsOf(listener, local.isV6());
    Negotiated agreed = cookies.agreedIn(local, remote, segment, mss, now);
    TcpConnection connection =
        TcpConnection.answered(
            host, known, listener.tuning(), listener, local, remote, segment, agreed, now);
    add(connection, now);
    counters.connectionsAccepted++;
    cookies.onCompleted(local, remote, segment, now);
    give(connection, now);
    return true;
  }

  /**
   * §3.10.7.4 for TIME-WAIT; RSTs are ignored (RFC 1337), a newer SYN may have the tuple (MAY-2,
   * RFC 6191). A SYN with FIN opens nothing, and is challenged as every SYN is.
   */
  private void onSegmentInTimeWait(TimeWait timeWait, IpAddress local, long now) {
    if (segment.rst()) {
      return;
    }
    if (segment.syn() && !segment.hasAck() && !segment.fin()) {
      TcpListener listener = listeners.find(local, segment.dstPort());
      if (listener != null && yieldsTo(timeWait, listener)) {
        onSyn(listener, local, timeWait.remoteAddress(), timeWait, now);
        return;
      }
    }
    if (timeWaits.onSegment(timeWait, segment, now)) {
      replies.onSegmentInTimeWait(timeWait, now);
    }
  }

  /** Whether the TIME-WAIT record yields to the segment, a SYN. */
  private boolean yieldsTo(TimeWait timeWait, TcpListener listener) {
    boolean v6 = timeWait.localAddress().isV6();
    TcpTuning tuning = listener.tuning();
    Negotiated offer = Negotiated.offer(settingsOf(listener, v6), tuning);
    return timeWait.yieldsTo(segment, offer.timestamps(), tuning.requireTimestamps());
  }

  /** Fires the timers that are due. */
  void onTick(long now) {
    idleWatch.onTick(now);
  }

  Absence absence() {
    return absence;
  }

  /** When {@link #onTick} next has work. A flow's deadline is in the wheel. */
  long deadlineNs() {
    if (admission.connections() == 0) {
      idleWatch.stop();
    } else if (idleWatch.isWanted()) {
      idleWatch.start(time.clock().nowNs());
    }
    return idleWatch.deadlineNs();
  }

  /** A flow's deadline has come. If its connection throws, the others still get their turn. */
  void onDue(TimedFlow flow, long now) {
    if (flow instanceof TcpConnection connection) {
      try {
        connection.onTimer(now);
      } catch (RuntimeException | AssertionError thrown) {
        ip.faulty().addOnTick(connection, thrown);
      }
    } else {
      timeWaits.onDue();
    }
  }

  /**
   * RFC 9293 §3.9.2.2: an ICMP message goes to the connection that it quotes (MUST-54), which
   * judges it.
   *
   * @return whether it was believed
   */
  boolean onIcmpError(SoftError meaning, IcmpError error, long now) {
    Flow flow = flows.find(error.src(), error.srcPort(), error.dst(), error.dstPort());
    if (!(flow instanceof TcpConnection connection)
        || !connection.onIcmpError(meaning, error.seq())) {
      return false;
    }
    if (meaning == SoftError.PACKET_TOO_BIG) {
      ip.paths().onTooBig(connection, error, now);
    }
    return true;
  }

  /** RFC 1191 §6.1: tells every connection over a path its new estimate. */
  PathNews news() {
    return news;
  }

  int pathMss(IpAddress remote) {
    return ip.paths().mss(remote);
  }

  /** The MTU in the options has changed. */
  void onMtu() {
    settings.forget();
    each(
        connection -> {
          boolean v6 = connection.localAddress().isV6();
          int own = connection.fixedReceiveBuffer();
          connection.onMtu(settings.of(connection.profile(), v6, own));
        });
  }

  // --- output

  /** The next connection with events to take, or null. */
  TcpConnection pollEvent() {
    TcpConnection connection;
    while ((connection = withEvents.poll()) != null) {
      connection.inEventQueue = false;
      if (connection.hasEvents()) {
        return connection;
      }
    }
    return null;
  }

  /** Whether {@link #pollEvent} may have a connection. */
  boolean hasEvents() {
    return !withEvents.isEmpty();
  }

  // --- commands

  /** RFC 9293 §3.10.1, active OPEN. */
  TcpConnection connect(ConnectRequest request, long now) throws StackException {
    IpAddress remote = request.remote();
    if (!ip.addresses().canBePeer(remote)) { // MUST-46
      throw new StackException(
          "cannot connect to " + remote + ": not a unicast address of another host; give one");
    }
    IpAddress local = request.localFrom(ip.addresses());
    admission.requirePlace();
    int localPort = ports.toConnect(local, request.localPortOr0(), remote, request.remotePort());
    TcpConnection connection = open(request, local, localPort, now);
    add(connection, now);
    counters.connectionsOpened++;
    return connection;
  }

  private TcpConnection open(ConnectRequest request, IpAddress local, int localPort, long now) {
    IpAddress remote = request.remote();
    return TcpConnection.connect(
        host,
        settings.of(request.profileOf(options), local.isV6(), request.receiveBufferOr0()),
        request.tuningOf(options),
        local,
        localPort,
        remote,
        request.remotePort(),
        nextIss(local, localPort, remote, request.remotePort()),
        now);
  }

  /** RFC 9293 §3.10.1, passive OPEN: {@link IpStack#listen}. */
  TcpListener listen(IpAddress localOrNull, int port, int backlog, TcpTuning tuningOrNull)
      throws StackException {
    IpAddress local = localOrNull == null ? null : ip.addresses().ours(localOrNull);
    TcpListener listener =
        new TcpListener(
            this,
            halfOpens,
            local,
            ports.toListen(local, port),
            backlog > 0 ? backlog : options.backlog(),
            options.profile(),
            tuningOrNull == null ? options.tuning() : tuningOrNull);
    listeners.add(listener);
    return listener;
  }

  private ConnectionSettings settingsOf(TcpListener listener, boolean overV6) {
    return settings.of(listener.profile(), overV6, listener.receiveBuffer());
  }

  void onListenerClosed(TcpListener listener) {
    listeners.remove(listener);
    chooser.onFreed(listener.port());
  }

  boolean hasPlaceFor(TcpListener listener, int bytes) {
    return admission.hasPlaceFor(listener, bytes);
  }

  /** Visits all connections but those in TIME-WAIT; the action may end them. */
  void forEachConnection(Consumer<TcpConnection> action) {
    all().forEach(action);
  }

  /** All connections but those in TIME-WAIT, as a copy. */
  List<TcpConnection> all() {
    List<TcpConnection> all = new ArrayList<>();
    each(all::add);
    return all;
  }

  /** Visits all connections but those in TIME-WAIT; the action must not end any. */
  void each(Consumer<TcpConnection> action) {
    flows.forEach(
        flow -> {
          if (flow instanceof TcpConnection connection) {
            action.accept(connection);
          }
        });
  }

  void abortAll(CloseReason reason, boolean sendRst, long now) {
    listeners.all().forEach(TcpListener::close);
    forEachConnection(connection -> connection.reset(reason, sendRst));
    timeWaits.clear(now);
  }

  private void add(TcpConnection connection, long now) {
    flows.add(connection);
    ip.paths().introduce(connection, now);
    host.onReady(connection);
    admission.onOpened(connection);
    idleWatch.onStirred(connection);
    absence.onOpened(connection, now);
    time.watchMemory(time.clock().nowNs());
    ip.ways().dropLastWordsOfTooMany();
  }

  /** The stack, as its connections call it. */
  private final class ConnectionHost implements TcpConnection.Host {
    @Override
    public boolean isOurs(IpAddress remote) {
      return ip.addresses().isOurs(remote);
    }

    @Override
    public void onReady(TcpConnection connection) {
      if (!connection.inReadyQueue) {
        ip.ways().of(connection).add(connection);
      }
      time.touch(connection);
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
      return time.at(nowNs);
    }

    @Override
    public long outsideNs() {
      return time.clock().callersNowNs();
    }

    @Override
    public boolean isAway() {
      return absence.isAway();
    }

    @Override
    public void onDropped(DropReason reason) {
      counters.drop(reason);
    }

    @Override
    public void onStirred(TcpConnection connection) {
      idleWatch.onStirred(connection);
    }

    @Override
    public void onPathToSearch(TcpConnection connection) {
      ip.paths().beginSearch(connection);
    }

    @Override
    public void onPathFound(TcpConnection connection, int mss, boolean settled, long nowNs) {
      ip.paths().onFound(connection, mss, settled, nowNs);
    }

    @Override
    public void onClosed(TcpConnection connection) {
      letGo(connection);
      flows.remove(connection);
      timeWaits.onClosed(connection, time.clock().nowNs());
    }

    @Override
    public void onTimeWait(TcpConnection connection, long nowNs) {
      TimeWaitFacts facts = connection.rest();
      letGo(connection);
      timeWaits.add(connection, facts, nowNs);
    }

    private void letGo(TcpConnection connection) {
      counters.end(connection.closeReason());
      idleWatch.forget(connection);
      time.wheel().cancel(connection);
      admission.onClosed();
      if (admission.connections() == 0) {
        news.clear();
      }
    }
  }

  // --- getters

  int connections() {
    return admission.connections();
  }

  int halfOpen() {
    return halfOpens.count();
  }

  int timeWaits() {
    return timeWaits.count();
  }

  int listeners() {
    return listeners.size();
  }

  /** The listener with the fullest backlog; null if there is no listener. */
  TcpListener fullestListener() {
    TcpListener fullest = null;
    for (TcpListener listener : listeners.all()) {
      if (fullest == null
          || (long) listener.unaccepted() * fullest.backlog()
              > (long) fullest.unaccepted() * listener.backlog()) {
        fullest = listener;
      }
    }
    return fullest;
  }

  FastPath fastPath() {
    return settings.fastPath();
  }
}
