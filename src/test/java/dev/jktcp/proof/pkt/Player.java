package dev.jktcp.proof.pkt;

import dev.jktcp.proof.pkt.Script.Event;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.IpStack;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.TcpConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays one script against one stack in virtual time. Every line is either checked or done; what it
 * cannot check it skips the whole script for, and a packet that no line lists fails it, also at the
 * end. Relative times count from when the event before really happened.
 */
final class Player implements Machine.User, Sockets.Watcher, Commands.Census {
  private final Script script;
  private final Settings settings;
  private final Commands commands;
  private final Snippet snippet = new Snippet(this::info);
  private Machine machine;
  private Sockets sockets;
  private Wire wire;
  private Tunnel tunnel;
  private LinuxWatch watch;
  private TcpConnection watched;
  private Event event;
  private Event lastEvent;
  private long lastEventUs;
  private long lastDrawUs; // of the last arrival or close
  private long lastWriteUs; // of the last call, if it writes
  private long lastWritten; // its bytes; 0 = it does not
  private Waiting waiting;

  /** A call that has not returned. */
  private static final class Waiting {
    final Event event;
    final Action.Call call;
    final Sockets.Attempt attempt;
    final long startUs;
    final long endUs;
    Sockets.Result result;
    long returnedUs;

    Waiting(Event event, Action.Call call, Sockets.Attempt attempt, long startUs, long endUs) {
      this.event = event;
      this.call = call;
      this.attempt = attempt;
      this.startUs = startUs;
      this.endUs = endUs;
    }
  }

  Player(Script script, Path directory, Settings settings) {
    this.script = script;
    this.settings = settings;
    this.commands =
        new Commands(directory, settings, this, () -> sockets != null && sockets.anyOpen());
  }

  /**
   * @throws SkippedException when the script holds what is not played
   * @throws FailedException when the stack does something else
   */
  void play() {
    Options.apply(script.options(), settings);
    settings.readsCompletions = readsCompletions();
    List<Event> events = script.events();
    for (int i = 0; i < events.size(); i++) {
      event = events.get(i);
      try {
        perform(onlyCommands(events, i));
      } catch (SkippedException | FailedException e) {
        throw e;
      } catch (AssertionError | RuntimeException e) { // also a fault of ours must not pass
        throw new FailedException(event.line(), "no fault", e.toString());
      }
    }
    finish();
  }

  /** Whether the script asks when a send with MSG_ZEROCOPY has let go of its bytes. */
  private boolean readsCompletions() {
    return script.events().stream()
        .anyMatch(
            e ->
                e.action() instanceof Action.Call call
                    && call.arguments().toString().contains("MSG_ERRQUEUE"));
  }

  /** What cleans up, and checks nothing. */
  private boolean onlyCommands(List<Event> events, int from) {
    return events.subList(from, events.size()).stream()
        .allMatch(
            e -> e.action() instanceof Action.Command || !settings.ownScripts() && isClose(e));
  }

  private void finish() {
    if (waiting != null) {
      awaitReturn();
    }
    if (machine == null) {
      return;
    }
    List<TestPacket> left = new ArrayList<>();
    boolean drawn =
        !settings.ownScripts() && machine.sent().stream().allMatch(s -> s.us() >= lastDrawUs);
    machine.sent().forEach(s -> left.add(wire.decode(s.bytes())));
    if (drawn && left.size() == 1) {
      left.removeIf(p -> p.payload.length == 0); // packetdrill ends with its last line
    }
    if (!left.isEmpty() && !isOfLastWrite(left) && !isRepairTaken()) {
      throw new FailedException(
          event.line(), "no packet that is not listed", wire.show(left.get(0)));
    }
  }

  /**
   * Packetdrill ends with its last line. If the last call writes, what of it leaves at once and is
   * not listed is not asked for.
   */
  private boolean isOfLastWrite(List<TestPacket> left) {
    int unlisted = left.stream().mapToInt(p -> p.payload.length).sum();
    boolean atOnce = machine.sent().stream().allMatch(s -> s.us() == lastWriteUs);
    boolean whole = left.stream().allMatch(p -> p.payload.length > 0);
    return settings.googles() && atOnce && whole && unlisted <= lastWritten;
  }

  /** Nor is a retransmission that the script then acknowledges: it knows that it was sent. */
  private boolean isRepairTaken() {
    return settings.googles()
        && machine.sent().stream()
            .allMatch(s -> wire.isTakenAgain(wire.decode(s.bytes())) && s.us() <= lastDrawUs);
  }

  private static boolean isClose(Event event) {
    return event.action() instanceof Action.Call call && call.name().equals("close");
  }

  private void perform(boolean last) {
    Action action = event.action();
    if (event.timing().kind() == Timing.Kind.NONE) {
      commands.run(((Action.Command) action).text(), event.line(), last);
      return;
    }
    if (action instanceof Action.Other other) {
      throw new SkippedException(other.reason(), event.line(), other.what());
    }
    long offsetUs = offsetUs();
    long fromUs = event.timing().fromUs() + offsetUs;
    long toUs = event.timing().toUs() + offsetUs;
    if (action instanceof Action.Tcp tcp && tcp.out()) {
      start();
      wire.checkPlayable(tcp.ip(), event.line());
      expect(tcp, fromUs, toUs);
      lastEvent = event;
      lastEventUs = machine.nowUs();
      return;
    }
    if (machine != null) {
      advance(arrives(event) ? fromUs - 1 : fromUs);
    }
    if (action instanceof Action.Command command) {
      commands.run(command.text(), event.line(), last);
    } else if (action instanceof Action.Code code) {
      snippet.run(code.text(), event.line());
    } else {
      start();
      if (arrives(event)) {
        machine.moveTo(fromUs); // a kernel's timer is never early, so what comes then is first
      } else {
        advance(fromUs);
      }
      if (action instanceof Action.Tcp tcp) {
        wire.checkPlayable(tcp.ip(), event.line());
        deliver(tcp);
      } else if (action instanceof Action.Icmp icmp) {
        if (icmp.out()) {
          throw new SkippedException(SkipReason.PROTOCOL, event.line(), "icmp from us");
        }
        if (sockets.anyIgnoresPathMtu()) {
          throw new SkippedException(
              SkipReason.SOCKET_OPTION, event.line(), "IP_MTU_DISCOVER, and an ICMP error");
        }
        byte[] packet = wire.inbound(icmp, event.line());
        if (packet != null) {
          machine.deliver(List.of(packet));
        }
        step();
      } else {
        call((Action.Call) action, fromUs, offsetUs);
      }
    }
    lastEvent = event;
    lastEventUs = Math.max(fromUs, 0);
    lastDrawUs = arrives(event) || isClose(event) ? lastEventUs : lastDrawUs;
  }

  private void deliver(Action.Tcp segment) {
    List<byte[]> packets = new ArrayList<>();
    for (Action.Tcp piece : pieces(segment)) {
      byte[] packet = wire.inbound(piece, event.line());
      if (packet != null) {
        packets.add(packet);
        watchConnection();
        if (watch != null) {
          watch.onArriving(piece, Math.max(1, watched.info(machine.nowNs()).mss()));
        }
      }
    }
    if (!packets.isEmpty()) {
      if (segment.udpOrNull() != null) {
        sockets.onWrapped();
      }
      sockets.resetComes(segment.has('R'));
      machine.deliver(packets);
      sockets.resetComes(false);
    }
    step();
  }

  /** What {@code --mss} makes of a segment: as many as a card has merged into it. */
  private List<Action.Tcp> pieces(Action.Tcp whole) {
    int most = settings.mergedSegment;
    if (most == 0 || whole.length() <= most) {
      return List.of(whole);
    }
    List<Action.Tcp> pieces = new ArrayList<>();
    for (int from = 0; from < whole.length(); from += most) {
      pieces.add(whole.part(from, Math.min(most, whole.length() - from)));
    }
    return pieces;
  }

  private void start() {
    if (machine == null) {
      machine = new Machine(new IpStack(settings.stackOptions(), 0x1122334455667788L, 42), this);
      tunnel = new Tunnel(settings);
      wire = new Wire(settings, tunnel);
      sockets = new Sockets(settings, machine, this, tunnel);
      machine.advance(0, () -> false);
    }
  }

  /** What a relative time counts from. */
  private long offsetUs() {
    if (!event.timing().relative()) {
      return 0;
    }
    boolean chained = lastEvent != null && arrives(lastEvent) && arrives(event);
    return machine == null || chained ? lastEventUs : machine.nowUs();
  }

  private static boolean arrives(Event event) {
    return event.action() instanceof Action.Tcp tcp && !tcp.out()
        || event.action() instanceof Action.Icmp icmp && !icmp.out();
  }

  private void advance(long us) {
    if (us < machine.nowUs() - toleranceUs(us)) {
      throw new FailedException(
          event.line(), "to be at " + seconds(us), "already at " + seconds(machine.nowUs()));
    }
    machine.advance(us, () -> false);
    step();
  }

  private void step() {
    machine.drain();
    onStep();
    machine.drain();
    if (sockets != null) {
      sockets.onSettled();
    }
    observe();
  }

  /** RFC 7413: data of a SYN that is taken before the handshake is complete. */
  private void skipIfFastOpen(boolean asked) {
    if (asked) {
      throw new SkippedException(SkipReason.FAST_OPEN, event.line(), "TCP Fast Open");
    }
  }

  // --- packets of ours

  private void expect(Action.Tcp expected, long fromUs, long toUs) {
    int line = event.line();
    skipIfFastOpen(wire.isOfFastOpen(expected));
    boolean anyTime = event.timing().kind() == Timing.Kind.ANY;
    long toleranceUs = toleranceUs(fromUs);
    long patienceUs = anyTime ? machine.nowUs() + 3_600_000_000L : toUs + toleranceUs;
    List<TestPacket> packets = new ArrayList<>();
    List<byte[]> raw = new ArrayList<>();
    int length = 0;
    do {
      machine.advance(patienceUs, () -> !machine.sent().isEmpty());
      Machine.Sent sent = machine.sent().poll();
      if (sent == null) {
        throw new FailedException(line, Wire.show(expected), missing(packets, patienceUs));
      }
      TestPacket packet = wire.decode(sent.bytes());
      packets.add(packet);
      raw.add(sent.bytes());
      length += packet.payload.length;
      if (!wire.isUnderTest(packet)) {
        throw new FailedException(line, Wire.show(expected), wire.show(packet));
      }
      if (!anyTime && (sent.us() < fromUs - toleranceUs || sent.us() > toUs + toleranceUs)) {
        throw new FailedException(
            line,
            Wire.show(expected) + " at " + span(fromUs, toUs),
            wire.show(packet) + " at " + seconds(sent.us()));
      }
    } while (length < expected.length()
        && !settings.strictSegments
        && continues(packets, expected.length() - length));
    wire.check(expected, packets, raw, line);
  }

  private String missing(List<TestPacket> packets, long untilUs) {
    return packets.isEmpty() ? "nothing until " + seconds(untilUs) : "only " + wire.show(packets);
  }

  /** A further packet of the same burst: full segments but for the last. */
  private boolean continues(List<TestPacket> packets, int left) {
    TestPacket last = packets.get(packets.size() - 1);
    Machine.Sent next = machine.sent().peek();
    if (next == null || last.payload.length == 0) {
      return false;
    }
    TestPacket packet = wire.decode(next.bytes());
    int ignored = TestPacket.PSH | TestPacket.FIN;
    return wire.isUnderTest(packet)
        && packet.seq == last.seq + last.payload.length
        && packet.ack == last.ack
        && packet.window == last.window
        && (packet.flags & ~ignored) == (last.flags & ~ignored)
        && !last.has(TestPacket.FIN)
        && (packet.payload.length == last.payload.length || packet.payload.length == left);
  }

  private long toleranceUs(long us) {
    long since = lastEvent == null ? 0 : us - lastEventUs;
    return Math.max(
        settings.toleranceUs, (long) (Math.max(0, since) * settings.tolerancePercent / 100));
  }

  private static String span(long fromUs, long toUs) {
    return fromUs == toUs ? seconds(fromUs) : seconds(fromUs) + "~" + seconds(toUs);
  }

  private static String seconds(long us) {
    return String.format("%.6f", us / 1e6);
  }

  // --- calls

  private void call(Action.Call call, long nowUs, long offsetUs) {
    if (waiting != null) {
      awaitReturn();
    }
    if (!(call.result() instanceof Expr.Num)) {
      throw new SkippedException(
          SkipReason.ARGUMENT, event.line(), call.name() + " = " + call.result());
    }
    long endUs = call.blocks() ? call.endUs() + offsetUs : nowUs;
    waiting = new Waiting(event, call, sockets.begin(call, event.line()), nowUs, endUs);
    lastWriteUs = machine.nowUs();
    lastWritten =
        call.name().equals("write") && call.result() instanceof Expr.Num n ? n.value() : 0;
    step();
    if (!call.blocks() && waiting != null && waiting.result == null) {
      skipIfFastOpen(call.name().equals("accept") && wire.asksForFastOpen());
      throw new FailedException(event.line(), call.name() + " = " + call.result(), "it waits");
    }
    if (waiting.result != null) {
      checkReturn();
    }
  }

  /** The script goes on only when the call has returned. */
  private void awaitReturn() {
    machine.advance(waiting.endUs + settings.toleranceUs, () -> waiting.result != null);
    step();
    if (waiting.result == null) {
      throw new FailedException(
          waiting.event.line(),
          waiting.call.name() + " returns at " + seconds(waiting.endUs),
          "it waits");
    }
    checkReturn();
  }

  private void checkReturn() {
    Waiting done = waiting;
    waiting = null;
    Action.Call call = done.call;
    String expected =
        call.result() + (call.errnoOrNull() == null ? "" : " " + errno(call.errnoOrNull()));
    if (done.result != Sockets.LACKING && !done.result.toString().equals(expected)) {
      throw new FailedException(
          done.event.line(), call.name() + " = " + expected, done.result.toString());
    }
    long tolerance =
        Math.max(
            settings.toleranceUs,
            (long) ((done.endUs - done.startUs) * settings.tolerancePercent / 100));
    if (call.blocks() && Math.abs(done.returnedUs - done.endUs) > tolerance) {
      throw new FailedException(
          done.event.line(),
          call.name() + " returns at " + seconds(done.endUs),
          "at " + seconds(done.returnedUs));
    }
  }

  /** Of two names for one number, the one we use. */
  private static String errno(String name) {
    return name.equals("EWOULDBLOCK") ? "EAGAIN" : name;
  }

  // --- what the stack and the sockets tell

  @Override
  public void onEvents(TcpConnection connection, int events) {
    if ((events & TcpConnection.ACCEPTED) != 0) {
      wire.onAccepted(connection);
    }
    sockets.onEvents(connection, events);
  }

  @Override
  public void onSent(Machine.Sent sent) {
    TestPacket packet = wire.decode(sent.bytes());
    watchConnection();
    if (watch != null && wire.isUnderTest(packet) && packet.payload.length > 0) {
      watch.onSent(wire.scriptSeq(packet), packet.payload.length);
    }
  }

  @Override
  public void onStep() {
    if (sockets != null) {
      sockets.onTime();
    }
    observe();
    if (waiting != null && waiting.result == null) {
      waiting.result = waiting.attempt.tryNow();
      waiting.returnedUs = machine.nowUs();
    }
  }

  private void observe() {
    watchConnection();
    if (watch != null) {
      watch.onStep(watched.info(machine.nowNs()), machine.nowUs());
    }
  }

  private void watchConnection() {
    TcpConnection connection = wire == null ? null : wire.connection();
    if (connection != watched) {
      watched = connection;
      boolean kernels = connection != null && settings.linux();
      watch = kernels ? new LinuxWatch(settings.reorderingDegree()) : null;
    }
  }

  @Override
  public long wakeUs() {
    boolean waits = waiting != null && waiting.result == null;
    long callUs = waits ? waiting.attempt.endUs() : Long.MAX_VALUE;
    long socketNs = sockets == null ? Long.MAX_VALUE : sockets.wakeNs();
    return socketNs == Long.MAX_VALUE ? callUs : Math.min(callUs, machine.toUs(socketNs));
  }

  @Override
  public void onSocket(Sock socket) {
    wire.onSocket(socket);
  }

  @Override
  public void onListen(int port) {
    wire.onListen(port);
  }

  @Override
  public void onListenerClosed() {
    wire.onListenerClosed();
  }

  @Override
  public void onConnect(TcpConnection connection) {
    wire.onConnect(connection);
  }

  // --- what checks ask

  private Double info(String name) {
    InfoFields fields = new InfoFields(settings.linux());
    Double constant = fields.constant(name);
    if (constant != null || !name.startsWith("tcpi_")) {
      return constant;
    }
    TcpConnection connection = wire == null ? null : wire.connection();
    if (connection == null) {
      return name.equals("tcpi_state") && wire != null
          ? wire.stateBefore(fields, count("SYN_RCVD") > 0)
          : null;
    }
    if (connection.attachment() instanceof Sock socket && socket.closed && !settings.ownScripts()) {
      return null; // no descriptor is left to ask
    }
    TcpInfo info = connection.info(machine.nowNs());
    if (name.equals("tcpi_advmss") && settings.linux()) {
      return (double) wire.announcedMss();
    }
    watchConnection();
    Double seen = watch == null ? null : watch.value(name, info, machine.nowUs());
    return seen == null ? fields.value(info, name) : seen;
  }

  @Override
  public boolean listens(int port) {
    return sockets != null && sockets.listens(port);
  }

  @Override
  public int count(String state) {
    if (!state.equals("TIME_WAIT") && !state.equals("SYN_RCVD")) {
      return -1;
    }
    if (machine == null) {
      return 0;
    }
    IpStack stack = machine.stack();
    if (state.equals("TIME_WAIT")) {
      return stack.timeWaits();
    }
    int known = 0;
    for (TcpState other : TcpState.values()) {
      boolean counted =
          other != TcpState.TIME_WAIT && other != TcpState.CLOSED && other != TcpState.SYN_RECEIVED;
      known += counted ? sockets.count(other) : 0;
    }
    return stack.connections() - known;
  }
}
