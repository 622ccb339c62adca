package dev.jktcp.proof.script;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.ScriptLine.Kind;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackCounters;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.Ecn;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.opentest4j.AssertionFailedError;

/**
 * Runs a transcript of one stack's life in virtual time. Each line begins with the absolute
 * millisecond:
 *
 * <pre>
 *    0  write 10                    the user writes ten bytes (a known pattern)
 *    0  > P. 1:11(10) ack 1         the stack must send this now; win, urg, ttl, tclass and options count only where
 *                                 written; without [ect0] the packet must be Not-ECT
 *   10  &lt; . 1:1(0) ack 11 win 500   the peer's segment arrives
 *   10  closed RESET                an event the user sees
 * </pre>
 *
 * <p>Sequence numbers are relative: ours to our ISN, the peer's to its own. Packets and events must
 * come in the order and at the time they are listed, each exactly once; packets and events are two
 * orders of their own. Before a line that does something, all that happened so far must have been
 * listed; nothing may happen at a time between lines. The stack is stepped from deadline to
 * deadline, so a line late in the script proves the silence before it.
 *
 * <p>Flags: {@code S . P F R U E W}, {@code 0} for none. Calls: {@code connect}, {@code listen
 * [backlog N]}, {@code unlisten}, {@code accept}, {@code write N [takes M]}, {@code pause}, {@code
 * resume}, {@code read N|all} (while paused), {@code end}, {@code leave [unread]}, {@code close},
 * {@code reset}. {@code inject HEX} delivers any bytes; {@code icmp NAME SEQ} is a router's error
 * about our segment there, {@code icmp TYPE/CODE SEQ} the same by number; behind them {@code of N}
 * is that segment's payload, and {@code mss N} or {@code mtu N} what the router's next link has
 * room for. {@code writeUrgent N}, {@code tune WHAT VALUE…}. Behind a call that ends with {@code
 * unpolled} the stack sends only with the next line, as if the user made both calls in one turn.
 * {@code stop N} stops the process for so many milliseconds; {@code away N} says that the transport
 * is gone, with a gap of so many, and {@code back} that it is there again. Checks: {@code quiet},
 * {@code delivered N} (in all), {@code state NAME}, {@code info FIELD N}, {@code urgentAhead N},
 * {@code idle} (no timer armed), {@code connections N}, {@code timeWaits N}, {@code held N} bytes,
 * {@code counter NAME N} of the stack's, {@code dropped REASON N} packets, {@code predicted N M}:
 * so many segments with data and so many ACKs took the fast path, where there is one. From a line
 * {@code steps N} on, a segment that arrives costs at most so many looks at what is in flight or
 * held out of order. Events: {@code connected}, {@code accepted}, {@code fin}, {@code finAcked},
 * {@code urgent}, {@code closed REASON}, and {@code softError NAME}; that of R1, {@code
 * RETRANSMITTING}, only in a script that has such a line.
 *
 * <p>A digit behind {@code >}, {@code <} or {@code #} is another peer: 2–4 other ports of the same
 * host, 5 another host with the first one's port, 6 the first peer talking to a port of ours where
 * nothing listens, 7 a host of the other address family. Where no SYN of ours has given an ISN, our
 * numbers are relative to the first {@code ack} the peer sends, or absolute. Marks behind an
 * arriving segment: {@code badsum}, {@code badip}, {@code short} (last byte cut off); behind a sent
 * SYN: {@code new} (another ISN than before). {@code [ect0]}, {@code [ect1]} and {@code [ce]} are
 * the codepoints of ECN in the IP header, either way.
 *
 * <p>Timestamps are relative, too: each side's clock shows the script's milliseconds, unless the
 * line says otherwise, and a TSecr is relative to the clock of the side that it echoes. Where the
 * {@link Setup} says that the peer has timestamps, each of its segments carries them as a peer
 * would, unless the line names options ({@code <none>}: it has none). The blocks of {@code sack
 * 1001:2001 3001:4001} are relative like the numbers that they acknowledge.
 *
 * <p>Every script runs eight times: on IPv4, on IPv6 (there with a clock that passes through zero),
 * and on both with ISNs of both sides just below 2^32; each of these with the fast path and
 * without.
 */
public final class PacketScript {
  private static final int OUR_PORT = 50_000;
  private static final int CLOSED_PORT = 50_001;
  private static final int PEER_PORT = 40_000;
  private static final int OURS = 1;
  private static final int THEIRS = 2;
  private static final int WRAPPING_ISN = 0xffffff00;
  private static final int MAX_PACKETS_AT_ONCE = 10_000;
  private static final int MAX_TICKS_AT_ONCE = 100;

  private enum Variant {
    IPV4(false, false),
    IPV6(true, false),
    IPV4_WRAP(false, true),
    IPV6_WRAP(true, true);

    final boolean v6;
    final boolean wrap;

    Variant(boolean v6, boolean wrap) {
      this.v6 = v6;
      this.wrap = wrap;
    }
  }

  /** One remote endpoint and what the script knows of its connection. */
  private static final class Peer {
    final int number;
    final IpAddress local;
    final IpAddress remote;
    final int localPort;
    final int remotePort;
    final int isn;
    int ourIsn;
    boolean ourIsnKnown;
    boolean ourSynSeen;
    final int clock; // of the peer's timestamps, at time 0
    int ourClock;
    boolean ourClockKnown;
    int ourLatest; // timestamp
    TcpConnection connection;
    boolean paused;
    long written;
    long delivered;

    Peer(int number, boolean v6, boolean wrap) {
      this.number = number;
      boolean family = v6 ^ number == 7;
      local = IpAddress.parse(family ? "fd00::1" : "10.0.0.1");
      remote =
          IpAddress.parse(
              number == 5 ? (family ? "fd00::9" : "10.0.0.9") : (family ? "fd00::2" : "10.0.0.2"));
      localPort = number == 6 ? CLOSED_PORT : OUR_PORT;
      remotePort = PEER_PORT + (number < 5 ? number : 1);
      isn = wrap ? -6 : 0x12345678 + (number << 24);
      clock = wrap ? -6 : 0x23456789 + (number << 24);
    }

    boolean waitsForTime() {
      return connection != null && connection.hasDeadline();
    }
  }

  private record Sent(long timeMs, Peer peer, TestPacket packet) {}

  private record Event(long timeMs, Peer peer, String text) {}

  private record Row(String expected, String actual) {}

  private final Variant variant;
  private final Setup setup;
  private final List<ScriptLine> lines;
  private final String name;
  private final IpStack stack;
  private final int mtu;
  private final long startNs;
  private boolean probing;
  private long nowNs;
  private TcpListener listener;
  private final Map<Integer, Peer> peers = new HashMap<>();
  private final Deque<Sent> sent = new ArrayDeque<>();
  private final Deque<Event> events = new ArrayDeque<>();
  private final List<Row> rows = new ArrayList<>();
  private final PcapDump pcap = new PcapDump();
  private final boolean tellsSoftErrors;
  private int lineIndex;
  private long mostSteps = Long.MAX_VALUE; // for a segment that arrives

  /**
   * Runs the script in all variants; a failure shows expected and actual lines and leaves a pcap
   * under target/scripts.
   */
  public static void script(Setup setup, String text) {
    run(setup, text, Variant.values());
  }

  /** {@link #script} on IPv4 alone, for what the families do differently. */
  public static void scriptV4(Setup setup, String text) {
    run(setup, text, Variant.IPV4, Variant.IPV4_WRAP);
  }

  /** {@link #script} on IPv6 alone. */
  public static void scriptV6(Setup setup, String text) {
    run(setup, text, Variant.IPV6, Variant.IPV6_WRAP);
  }

  private static void run(Setup setup, String text, Variant... variants) {
    String name = callerName();
    List<ScriptLine> lines = ScriptLine.parse(text);
    // Without header prediction, and with ends that fold in each quiet millisecond.
    Setup plain = setup.withOptions(options -> options.fastPath(false).idleLookNs(MS));
    for (Variant variant : variants) {
      long startNs = startNs(variant, setup, lines, name);
      new PacketScript(variant, setup, lines, name, startNs).run();
      new PacketScript(variant, plain, lines, name, startNs).run();
    }
  }

  private PacketScript(
      Variant variant, Setup setup, List<ScriptLine> lines, String name, long startNs) {
    this.variant = variant;
    this.setup = setup;
    this.lines = lines;
    this.name = name;
    this.tellsSoftErrors = lines.stream().anyMatch(line -> line.words[0].equals("softError"));
    this.startNs = startNs;
    this.nowNs = startNs - setup.rttMs() * MS;
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.parse("10.0.0.1"))
            .addAddress(IpAddress.parse("fd00::1"))
            .profile(setup.profile());
    this.stack =
        new IpStack(setup.options().apply(options), 0x0123456789abcdefL, variant.ordinal());
    this.mtu = stack.mtu();
  }

  private static String callerName() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(f -> f.getDeclaringClass() != PacketScript.class)
                    .filter(f -> f.getClassName().startsWith("dev.jktcp."))
                    .filter(f -> !f.getMethodName().startsWith("lambda$"))
                    .findFirst()
                    .map(f -> f.getDeclaringClass().getSimpleName() + "." + f.getMethodName())
                    .orElse("script"));
  }

  // --- when to start

  /**
   * RFC 6528: ISN = clock of 4 µs ticks + a keyed hash of the 4-tuple. So one probe tells which
   * start time, a whole number of milliseconds later, puts the first connection's ISN just below
   * 2^32.
   */
  private static long startNs(Variant variant, Setup setup, List<ScriptLine> lines, String name) {
    if (!variant.wrap) {
      return variant.v6 ? -50 * MS : 86_400_000 * MS;
    }
    long ticksPerMs = 250;
    long lap = 1L << 32;
    long probed = Integer.toUnsignedLong(new PacketScript(variant, setup, lines, name, 0).isn());
    for (long end = lap; ; end += lap) {
      long laterMs = (end - 10 - probed + ticksPerMs - 1) / ticksPerMs;
      if (probed + laterMs * ticksPerMs < end) {
        return laterMs * MS;
      }
    }
  }

  /** The ISN of the script's first connection, sent when the script will send it. */
  private int isn() {
    probing = true;
    Peer peer = peer(1);
    boolean active = setup.start() == Setup.Start.ACTIVE;
    if (setup.start() == Setup.Start.IDLE) {
      for (ScriptLine line : lines) {
        if (line.kind == Kind.ARRIVES || line.words[0].equals("connect")) {
          active = line.kind != Kind.ARRIVES;
          nowNs = startNs + line.timeMs * MS;
          break;
        }
      }
    }
    if (active) {
      connect(peer);
    } else {
      listen(128);
      arrive(peer, "S", 0, 0, null, 1000);
    }
    return sent.isEmpty() ? 0 : sent.peek().packet.seq;
  }

  // --- the run

  private void run() {
    try {
      prelude();
      for (; lineIndex < lines.size(); lineIndex++) {
        perform(lines.get(lineIndex));
      }
      failOnSurplus(Long.MAX_VALUE);
    } catch (AssertionFailedError e) {
      throw e;
    } catch (AssertionError | RuntimeException e) {
      throw failure(e.toString(), e);
    }
  }

  /**
   * The handshake of {@link Setup#established} and {@link Setup#accepted}, checked as strictly as a
   * script.
   */
  private void prelude() {
    if (setup.start() == Setup.Start.IDLE) {
      nowNs = startNs;
      return;
    }
    Peer peer = peer(1);
    StringBuilder options = new StringBuilder();
    if (setup.peerMss() > 0) {
      options.append("mss ").append(setup.peerMss());
    }
    if (setup.peerSack()) {
      options.append(options.length() > 0 ? "," : "").append("sackOK");
    }
    if (setup.peerScale() >= 0) {
      options.append(options.length() > 0 ? "," : "").append("wscale ").append(setup.peerScale());
    }
    String offered = options.length() > 0 ? options.toString() : null;
    Ecn use = setup.profile().ecn();
    boolean ecn = setup.peerEcn();
    if (setup.start() == Setup.Start.ACTIVE) {
      connect(peer);
      expect(use == Ecn.ON ? "SEW" : "S", 0, null);
      nowNs = startNs;
      arrive(
          peer, ecn ? "S.E" : "S.", 0, 1, withTimestamps(peer, offered, true), setup.peerWindow());
      expect(".", 1, "connected");
    } else {
      listen(128);
      arrive(
          peer, ecn ? "SEW" : "S", 0, 0, withTimestamps(peer, offered, false), setup.peerWindow());
      expect(ecn && use != Ecn.OFF ? "S.E" : "S.", 0, null);
      nowNs = startNs;
      arrive(peer, ".", 1, 1, withTimestamps(peer, null, true), scaledPeerWindow());
      if (sent.isEmpty() && events.size() == 1 && events.peek().text.equals("accepted")) {
        events.clear();
        peer.connection.accept();
        drain();
      } else {
        throw failure("the prelude's connection was not accepted", null);
      }
    }
  }

  private void expect(String flags, int seq, String event) {
    Sent packet = sent.poll();
    Event seen = events.poll();
    if (packet == null
        || packet.packet.flags != TestPacket.parseFlags(flags)
        || packet.packet.seq != packet.peer.ourIsn + seq
        || !(event == null ? seen == null : seen != null && seen.text.equals(event))) {
      throw failure("prelude: expected " + flags + ", got " + packet + " and event " + seen, null);
    }
  }

  private void perform(ScriptLine line) {
    switch (line.kind) {
      case SENT -> {
        advance(line.timeMs, sent);
        failOnSurplus(line.timeMs);
        Sent head = sent.peek();
        if (head == null) {
          throw failure("missing packet", null);
        }
        String difference = compare(line, head);
        if (difference != null) {
          throw failure(difference, null);
        }
        rows.add(new Row(line.text, render(sent.poll())));
      }
      case EVENT -> {
        advance(line.timeMs, events);
        failOnSurplus(line.timeMs);
        Event head = events.peek();
        if (head == null) {
          throw failure("missing event", null);
        }
        if (head.timeMs != line.timeMs
            || head.peer.number != line.peer
            || !head.text.equals(String.join(" ", line.words))) {
          throw failure("another event", null);
        }
        rows.add(new Row(line.text, render(events.poll())));
      }
      case ARRIVES -> {
        advance(line.timeMs, null);
        failOnSurplus(Long.MAX_VALUE);
        rows.add(new Row(line.text, ""));
        long before = steps(line);
        arrive(line);
        long steps = steps(line) - before;
        if (steps > mostSteps) {
          throw failure(
              steps + " steps for a segment, at most " + mostSteps + " are allowed", null);
        }
      }
      case CALL -> {
        advance(line.timeMs, null);
        failOnSurplus(Long.MAX_VALUE);
        call(line);
        rows.add(new Row(line.text, ""));
        if (!line.text.endsWith(" unpolled")) {
          drain();
        }
      }
    }
  }

  /**
   * Steps from deadline to deadline up to and including a millisecond, or until the awaited queue
   * has something.
   */
  private void advance(long timeMs, Deque<?> awaited) {
    long targetNs = startNs + timeMs * MS;
    int ticks = 0;
    while (awaited == null || awaited.isEmpty()) {
      long deadline = stack.nextDeadlineNs();
      if (deadline == IpStack.NONE || deadline - (targetNs + MS) >= 0) {
        break;
      }
      if (deadline - nowNs > 0) {
        nowNs = deadline;
        ticks = 0;
      } else if (++ticks > MAX_TICKS_AT_ONCE) {
        throw failure("the deadline stays in the past: the shell would spin", null);
      }
      stack.onTick(nowNs);
      drain();
    }
    if ((awaited == null || awaited.isEmpty()) && targetNs - nowNs > 0) {
      nowNs = targetNs;
    }
  }

  private void failOnSurplus(long beforeMs) {
    if (!sent.isEmpty() && sent.peek().timeMs < beforeMs) {
      throw failure("surplus packet", null);
    }
    if (!events.isEmpty() && events.peek().timeMs < beforeMs) {
      throw failure("surplus event", null);
    }
  }

  private long steps(ScriptLine line) {
    TcpConnection connection = peer(line.peer).connection;
    return mostSteps == Long.MAX_VALUE || connection == null ? 0 : connection.steps();
  }

  // --- the user

  private void call(ScriptLine line) {
    Peer peer = peer(line.peer);
    TcpConnection connection = peer.connection;
    String[] word = line.words;
    switch (word[0]) {
      case "connect" -> connect(peer);
      case "listen" -> listen(word.length > 2 ? Integer.parseInt(word[2]) : 128);
      case "unlisten" -> listener.close();
      case "accept" -> {
        connection.accept();
        if (!peer.paused) {
          readAll(peer);
        }
      }
      case "write", "writeUrgent" -> {
        int wanted = Integer.parseInt(word[1]);
        int expected = word.length > 3 ? Integer.parseInt(word[3]) : wanted;
        byte[] bytes = TestBytes.of(OURS, peer.written, wanted);
        int taken = connection.write(bytes, 0, wanted, nowNs);
        if (word[0].equals("writeUrgent")) {
          connection.markUrgent();
        }
        Arrays.fill(bytes, (byte) 0xee); // what was written must have been copied
        peer.written += taken;
        checkEquals("bytes taken by write", expected, taken);
      }
      case "pause" -> peer.paused = true;
      case "resume" -> {
        peer.paused = false;
        readAll(peer);
      }
      case "read" -> {
        if (word[1].equals("all")) {
          readAll(peer);
        } else {
          read(peer, Integer.parseInt(word[1]));
        }
      }
      case "end" -> connection.end();
      case "leave" -> connection.leave(nowNs, word.length > 1 && word[1].equals("unread"));
      case "close" -> connection.close(nowNs);
      case "reset" -> connection.reset();
      case "away" -> stack.onAway(Long.parseLong(word[1]) * MS, nowNs);
      case "back" -> stack.onBack(nowNs);
      case "stop" -> nowNs += Long.parseLong(word[1]) * MS;
      case "steps" -> mostSteps = Long.parseLong(word[1]);
      case "quiet" -> {}
      case "idle" -> {
        if (stack.timeWaits() > 0 || peers.values().stream().anyMatch(Peer::waitsForTime)) {
          throw failure("a timer is armed", null);
        }
      }
      case "tune" -> connection.tune(tuned(connection.tuning(), word), nowNs);
      case "icmp" -> icmp(peer, word);
      case "urgentAhead" -> checkEquals("urgentAhead", number(word[1]), connection.urgentAhead());
      case "inject" -> deliver(HexFormat.of().parseHex(word[1]));
      case "delivered" -> checkEquals("bytes delivered", number(word[1]), peer.delivered);
      case "state" -> checkEquals("state", word[1], connection.state().name());
      case "info" -> checkEquals("info " + word[1], number(word[2]), info(connection, word[1]));
      case "connections" -> checkEquals("connections", number(word[1]), stack.connections());
      case "timeWaits" -> checkEquals("timeWaits", number(word[1]), stack.timeWaits());
      case "predicted" -> checkPredicted(number(word[1]), number(word[2]));
      case "held" -> checkEquals("bytesHeld", number(word[1]), stack.bytesHeld());
      case "counter" -> checkEquals("counter " + word[1], number(word[2]), counter(word[1]));
      case "dropped" -> {
        long dropped = stack.counters().dropped(DropReason.valueOf(word[1]));
        checkEquals("dropped for " + word[1], number(word[2]), dropped);
      }
      default -> throw new IllegalArgumentException("unknown call \"" + line.text + '"');
    }
  }

  private void checkPredicted(Object data, Object acks) {
    boolean on = stack.options().fastPath();
    checkEquals("data predicted", on ? data : 0, stack.fastPath().predictedData());
    checkEquals("ACKs predicted", on ? acks : 0, stack.fastPath().predictedAcks());
  }

  private void icmp(Peer peer, String[] word) {
    TestPacket about = ours(peer, Long.parseLong(word[2]));
    int mtu = 0;
    for (int i = 3; i < word.length; i += 2) {
      int value = Integer.parseInt(word[i + 1]);
      switch (word[i]) {
        case "of" -> about.payload = new byte[value];
        case "mtu" -> mtu = value;
        case "mss" -> mtu = value + (about.src.length == 16 ? 60 : 40); // for both families
        default -> throw new IllegalArgumentException("of, mtu or mss, not " + word[i]);
      }
    }
    deliver(IcmpErrors.about(about, word[1], mtu));
  }

  private static TcpTuning tuned(TcpTuning tuning, String[] word) {
    return switch (word[1]) {
      case "noDelay" -> tuning.withNoDelay(Boolean.parseBoolean(word[2]));
      case "keepAlive" ->
          word.length == 3
              ? tuning.withKeepAlive(Boolean.parseBoolean(word[2]))
              : tuning.with(
                  probing(
                      Long.parseLong(word[2]) * MS,
                      Long.parseLong(word[3]) * MS,
                      Integer.parseInt(word[4])));
      case "userTimeout" ->
          tuning.with(t -> t.userTimeout(Duration.ofNanos(Long.parseLong(word[2]) * MS)));
      case "trafficClass" -> tuning.withTrafficClass(Integer.parseInt(word[2]));
      case "linger" -> tuning.with(t -> t.linger(Duration.ofNanos(Long.parseLong(word[2]) * MS)));
      case "requireTimestamps" -> tuning.withRequireTimestamps(Boolean.parseBoolean(word[2]));
      case "maxSegment" -> tuning.withMaxSegment(Integer.parseInt(word[2]));
      case "ttl" -> tuning.withTtl(Integer.parseInt(word[2]));
      default -> throw new IllegalArgumentException("cannot tune " + word[1]);
    };
  }

  /** Enough of a segment of ours for a router to quote. */
  private static TestPacket ours(Peer peer, long seq) {
    TestPacket p = new TestPacket();
    p.src = peer.local.toBytes();
    p.dst = peer.remote.toBytes();
    p.srcPort = peer.localPort;
    p.dstPort = peer.remotePort;
    p.seq = peer.ourIsn + (int) seq;
    p.flags = TestPacket.ACK;
    return p;
  }

  private static Object number(String text) {
    return Long.valueOf(text);
  }

  private void checkEquals(String what, Object expected, Object actual) {
    Object wide = actual instanceof Integer i ? Long.valueOf(i) : actual;
    Object wanted = expected instanceof Integer i ? Long.valueOf(i) : expected;
    if (!wanted.equals(wide)) {
      throw failure(what + ": expected " + expected + ", was " + actual, null);
    }
  }

  /** A number of the snapshot by its component's name, also of one in a group; 1 is true. */
  private Object info(TcpConnection connection, String field) {
    Object value = component((Record) connection.info(nowNs), field);
    if (value == null) {
      throw new IllegalArgumentException("TcpInfo has no " + field);
    }
    return value instanceof Boolean is ? (is ? 1L : 0L) : ((Number) value).longValue();
  }

  private static Object component(Record record, String field) {
    try {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        Object value = component.getAccessor().invoke(record);
        Object found = value instanceof Record group ? component(group, field) : value;
        if (found != null && (value != found || component.getName().equals(field))) {
          return found;
        }
      }
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A number of the stack's counters by its getter's name. */
  private Object counter(String name) {
    try {
      return StackCounters.class.getMethod(name).invoke(stack.counters());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("StackCounters has no " + name, e);
    }
  }

  private void connect(Peer peer) {
    try {
      peer.connection =
          stack.connect(
              ConnectRequest.to(peer.remote, peer.remotePort)
                  .from(peer.local)
                  .fromPort(peer.localPort),
              nowNs);
    } catch (StackException e) {
      throw failure("connect: " + e.getMessage(), e);
    }
    drain();
  }

  private void listen(int backlog) {
    try {
      listener = stack.listen(null, OUR_PORT, backlog);
    } catch (StackException e) {
      throw failure("listen: " + e.getMessage(), e);
    }
  }

  private void read(Peer peer, int count) {
    int left = count;
    while (left > 0) {
      Slice slice = peer.connection.read(left, nowNs);
      if (slice == null) {
        throw failure("only " + (count - left) + " of " + count + " bytes to read", null);
      }
      left -= take(peer, slice);
    }
  }

  private void readAll(Peer peer) {
    if (peer.connection != null) {
      for (Slice s; (s = peer.connection.read(Integer.MAX_VALUE, nowNs)) != null; ) {
        take(peer, s);
      }
    }
  }

  private int take(Peer peer, Slice slice) {
    int wrong =
        TestBytes.mismatch(THEIRS, peer.delivered, slice.bytes(), slice.offset(), slice.length());
    if (wrong >= 0) {
      throw failure("wrong byte delivered at stream offset " + (peer.delivered + wrong), null);
    }
    peer.delivered += slice.length();
    return slice.length();
  }

  // --- the wire

  private void arrive(ScriptLine line) {
    Peer peer = peer(line.peer);
    TestPacket p = inbound(peer);
    p.flags = line.flags;
    p.seq = peer.isn + (int) line.seq;
    if (line.ack != null) {
      if (!peer.ourIsnKnown) {
        peer.ourIsnKnown = true;
        peer.ourIsn = 0x70000000;
      }
      p.ack = peer.ourIsn + (int) line.ack.longValue();
    }
    p.trafficClass = line.trafficClass == null ? line.ecn : line.trafficClass;
    p.window = line.window != null ? line.window : Math.min(65535, setup.peerWindow());
    p.urgentPointer = line.urgentPointer == null ? 0 : line.urgentPointer;
    p.options =
        line.options != null
            ? options(line.options, peer, false, p.flags)
            : options(withTimestamps(peer, null, p.has(TestPacket.ACK)), peer, false, p.flags);
    p.payload = TestBytes.of(THEIRS, line.seq + (p.has(TestPacket.SYN) ? 0 : -1), line.length);
    byte[] bytes = p.encode();
    int ipHeader = peer.local.isV6() ? 40 : 20;
    if (line.marks.contains("badsum")) {
      bytes[ipHeader + 16] ^= 0x40;
    }
    if (line.marks.contains("badip")) {
      bytes[peer.local.isV6() ? 5 : 10] ^=
          0x40; // IPv6 has no header checksum; its length is what can be wrong
    }
    deliver(line.marks.contains("short") ? Arrays.copyOf(bytes, bytes.length - 1) : bytes);
  }

  private void arrive(Peer peer, String flags, int seq, int ack, String options, int window) {
    TestPacket p = inbound(peer);
    p.flags = TestPacket.parseFlags(flags);
    p.seq = peer.isn + seq;
    p.ack = p.has(TestPacket.ACK) ? peer.ourIsn + ack : 0;
    p.window = window;
    p.options = options(options, peer, false, p.flags);
    deliver(p.encode());
  }

  private int scaledPeerWindow() {
    return setup.peerScale() < 0 ? setup.peerWindow() : setup.peerWindow() >> setup.peerScale();
  }

  private static TestPacket inbound(Peer peer) {
    TestPacket p = new TestPacket();
    p.src = peer.remote.toBytes();
    p.dst = peer.local.toBytes();
    p.srcPort = peer.remotePort;
    p.dstPort = peer.localPort;
    return p;
  }

  private void deliver(byte[] packet) {
    pcap.add(nowNs - startNs, packet);
    byte[] lent = new byte[packet.length + 7];
    System.arraycopy(packet, 0, lent, 3, packet.length);
    stack.onLentPacket(lent, 3, packet.length, nowNs);
    drain();
    stack.releasePackets();
    Arrays.fill(lent, (byte) 0xdd); // the stack must not keep the caller's array any longer
  }

  /** What the shell does after each input. */
  private void drain() {
    byte[] buffer = new byte[mtu + 9];
    int packets = 0;
    boolean more;
    do {
      more = false;
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        onEvents(c);
        more = true;
      }
      for (int length; (length = stack.pollPacket(buffer, 5, nowNs)) > 0; ) {
        onSent(buffer, 5, length);
        more = true;
        if (++packets > MAX_PACKETS_AT_ONCE) {
          throw failure("the stack never stops sending", null);
        }
      }
    } while (more);
  }

  private void onEvents(TcpConnection connection) {
    Peer peer = peerOf(connection);
    int mask = connection.takeEvents();
    if ((mask & TcpConnection.ACCEPTED) != 0) {
      peer.connection = connection;
      addEvent(peer, "accepted");
    } else if ((mask & TcpConnection.CONNECTED) != 0) {
      addEvent(peer, "connected");
    }
    if ((mask & TcpConnection.URGENT) != 0) {
      addEvent(peer, "urgent");
    }
    if (peer.connection == connection && !peer.paused) {
      readAll(peer);
    }
    if ((mask & TcpConnection.SOFT_ERROR) != 0
        && (tellsSoftErrors || connection.softError() != SoftError.RETRANSMITTING)) {
      addEvent(peer, "softError " + connection.softError().name());
    }
    if ((mask & TcpConnection.FIN_RECEIVED) != 0) {
      addEvent(peer, "fin");
    }
    if ((mask & TcpConnection.FIN_ACKED) != 0) {
      addEvent(peer, "finAcked");
    }
    if ((mask & TcpConnection.CLOSED) != 0) {
      addEvent(peer, "closed " + connection.closeReason().name());
    }
  }

  private void addEvent(Peer peer, String text) {
    events.add(new Event(scriptMs(), peer, text));
  }

  private void onSent(byte[] buffer, int offset, int length) {
    pcap.add(nowNs - startNs, Arrays.copyOfRange(buffer, offset, offset + length));
    if (length > mtu) {
      throw failure("packet of " + length + " bytes above the MTU of " + mtu, null);
    }
    TestPacket packet = TestPacket.decode(buffer, offset, length);
    Peer peer = peerOf(packet);
    if (packet.has(TestPacket.SYN) && !peer.ourSynSeen) {
      peer.ourIsn = packet.seq;
      peer.ourIsnKnown = true;
      peer.ourSynSeen = true;
      checkWrap(peer);
    }
    noteTimestamp(peer, packet);
    sent.add(new Sent(scriptMs(), peer, packet));
  }

  /** A script meant to wrap must not pass because it does not; a cookie follows no clock. */
  private void checkWrap(Peer peer) {
    if (stack.counters().cookiesSent() > 0) {
      return;
    }
    boolean wraps = Integer.compareUnsigned(peer.ourIsn, WRAPPING_ISN) >= 0;
    if (variant.wrap && peer.number == 1 && !probing && !wraps) {
      throw failure("the start time did not bring our ISN near 2^32", null);
    }
  }

  private long scriptMs() {
    return Math.floorDiv(nowNs - startNs, MS);
  }

  private Peer peer(int number) {
    return peers.computeIfAbsent(number, n -> new Peer(n, variant.v6, variant.wrap));
  }

  private Peer peerOf(TcpConnection c) {
    for (int n = 1; n <= 7; n++) {
      Peer p = peer(n);
      if (p.remotePort == c.remotePort()
          && p.localPort == c.localPort()
          && p.remote.equals(c.remoteAddress())
          && p.local.equals(c.localAddress())) {
        return p;
      }
    }
    throw failure("an event of a connection that is nobody's", null);
  }

  private Peer peerOf(TestPacket packet) {
    for (int n = 1; n <= 7; n++) {
      Peer p = peer(n);
      if (p.remotePort == packet.dstPort
          && p.localPort == packet.srcPort
          && Arrays.equals(p.remote.toBytes(), packet.dst)
          && Arrays.equals(p.local.toBytes(), packet.src)) {
        return p;
      }
    }
    throw failure("a packet sent to nobody", null);
  }

  // --- comparing and showing

  private String compare(ScriptLine line, Sent actual) {
    Peer peer = actual.peer;
    TestPacket p = actual.packet;
    if (line.marks.contains("new")) {
      peer.ourIsn = p.seq;
    }
    if (actual.timeMs != line.timeMs) {
      return "packet at another time";
    }
    if (peer.number != line.peer) {
      return "packet for another peer";
    }
    if (p.flags != line.flags) {
      return "other flags";
    }
    if (relativeSeq(actual) != line.seq || p.payload.length != line.length) {
      return "other sequence numbers";
    }
    if (line.ack != null && relativeAck(actual) != line.ack) {
      return "other acknowledgment number";
    }
    if (line.window != null && p.window != line.window) {
      return "other window";
    }
    if (line.urgentPointer != null && p.urgentPointer != line.urgentPointer) {
      return "other urgent pointer";
    }
    if (line.ttl != null && p.ttl != line.ttl) {
      return "TTL of " + p.ttl;
    }
    if (line.trafficClass != null && p.trafficClass != line.trafficClass) {
      return "traffic class " + p.trafficClass;
    }
    if (line.trafficClass == null && (p.trafficClass & 3) != line.ecn) {
      return "another ECN codepoint";
    }
    if (line.options != null && !p.formatOptions().equals(normalized(line.options, peer, p))) {
      return "other options";
    }
    long offset = line.seq + (p.has(TestPacket.SYN) ? 0 : -1);
    int wrong = TestBytes.mismatch(OURS, offset, p.payload, 0, p.payload.length);
    return wrong < 0 ? null : "wrong payload byte at stream offset " + (offset + wrong);
  }

  private static long relativeSeq(Sent s) {
    return Integer.toUnsignedLong(s.packet.seq - (s.peer.ourIsnKnown ? s.peer.ourIsn : 0));
  }

  private static long relativeAck(Sent s) {
    return Integer.toUnsignedLong(s.packet.ack - s.peer.isn);
  }

  private String normalized(String options, Peer peer, TestPacket actual) {
    TestPacket p = new TestPacket();
    p.options = options(options, peer, true, actual.flags);
    return p.formatOptions();
  }

  // --- timestamps

  /** Our clock shows the script's milliseconds, whatever the offset of the address pair is. */
  private void noteTimestamp(Peer peer, TestPacket packet) {
    Integer tsVal = packet.timestamp(0);
    if (tsVal != null) {
      peer.ourLatest = tsVal;
      if (!peer.ourClockKnown) {
        peer.ourClockKnown = true;
        peer.ourClock = tsVal - (int) scriptMs();
      }
    }
  }

  /** What a peer with timestamps adds to a segment whose line says nothing of options. */
  private String withTimestamps(Peer peer, String options, boolean echoes) {
    if (!setup.peerTimestamps()) {
      return options;
    }
    long echo = echoes ? (long) peer.ourLatest - peer.ourClock : 0;
    return (options == null ? "nop,nop," : options + ",") + "TS " + scriptMs() + " " + echo;
  }

  /**
   * The bytes of a line's options. {@code mss ours} is what the MTU leaves in the peer's family,
   * {@code none} are none. Timestamps are relative to their sender's clock at time 0; where there
   * is no ACK the second one stands as it is.
   */
  private byte[] options(String text, Peer peer, boolean ours, int flags) {
    if (text == null || text.equals("none")) {
      return new byte[0];
    }
    int valueBase = ours ? peer.ourClock : peer.clock;
    int echoBase = ours ? peer.clock : peer.ourClock;
    byte[] options = TestPacket.parseOptions(forFamily(text, peer));
    boolean echoes = (flags & TestPacket.ACK) != 0;
    TestPacket.moveTimestamps(options, valueBase, echoes ? echoBase : 0);
    TestPacket.moveSack(options, ours ? peer.isn : peer.ourIsn);
    return options;
  }

  /** The options that a packet of ours has, in the script's terms. */
  private String relativeOptions(Sent s) {
    TestPacket shown = new TestPacket();
    shown.options = s.packet.options.clone();
    int echoBase = s.packet.has(TestPacket.ACK) ? s.peer.clock : 0;
    TestPacket.moveTimestamps(shown.options, -s.peer.ourClock, -echoBase);
    TestPacket.moveSack(shown.options, -s.peer.isn);
    return shown.formatOptions();
  }

  private String forFamily(String options, Peer peer) {
    return options.replace("mss ours", "mss " + (mtu - (peer.local.isV6() ? 60 : 40)));
  }

  private String render(Sent s) {
    TestPacket p = s.packet;
    long seq = relativeSeq(s);
    StringBuilder out = new StringBuilder();
    out.append(s.timeMs).append(" >").append(s.peer.number == 1 ? "" : s.peer.number);
    out.append(' ').append(TestPacket.formatFlags(p.flags)).append(' ').append(seq).append(':');
    out.append(seq + p.payload.length).append('(').append(p.payload.length).append(')');
    if (p.has(TestPacket.ACK)) {
      out.append(" ack ").append(relativeAck(s));
    }
    out.append(" win ").append(p.window);
    if (p.has(TestPacket.URG)) {
      out.append(" urg ").append(p.urgentPointer);
    }
    out.append(List.of("", " [ect1]", " [ect0]", " [ce]").get(p.trafficClass & 3));
    return p.options.length == 0
        ? out.toString()
        : out.append(" <").append(relativeOptions(s)).append('>').toString();
  }

  private static String render(Event e) {
    return e.timeMs + (e.peer.number == 1 ? " " : " #" + e.peer.number + " ") + e.text;
  }

  /** Both sides line by line; the mark shows where they part. */
  private AssertionFailedError failure(String reason, Throwable cause) {
    List<Row> all = new ArrayList<>(rows);
    int failed = all.size();
    List<String> pending = new ArrayList<>();
    sent.forEach(s -> pending.add(render(s)));
    events.forEach(e -> pending.add(render(e)));
    for (int i = lineIndex; i < lines.size() || i - lineIndex < pending.size(); i++) {
      String actual = i - lineIndex < pending.size() ? pending.get(i - lineIndex) : "";
      all.add(new Row(i < lines.size() ? lines.get(i).text : "", actual));
    }
    int width = all.stream().mapToInt(r -> r.expected.length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    StringBuilder actual = new StringBuilder();
    for (int i = 0; i < all.size(); i++) {
      Row row = all.get(i);
      table.append(i == failed ? "\n=> " : "\n   ").append(row.expected);
      table.append(" ".repeat(width - row.expected.length())).append(" | ").append(row.actual);
      expected.append(row.expected).append('\n');
      actual.append(row.actual.isEmpty() && i < failed ? row.expected : row.actual).append('\n');
    }
    String path = stack.options().fastPath() ? "" : "-PLAIN";
    Path file = pcap.write("scripts", name + "-" + variant + path);
    String message =
        name
            + " on "
            + variant
            + (stack.options().fastPath() ? "" : " without the fast path")
            + " at "
            + scriptMs()
            + " ms: "
            + reason
            + table
            + "\npcap: "
            + file;
    return new AssertionFailedError(message, expected.toString(), actual.toString(), cause);
  }
}
