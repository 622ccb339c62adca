package dev.jktcp.proof.pkt;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The socket calls of scripts, played over {@link TcpConnection}. A call is an {@link Attempt}: it
 * is tried now and, if it waits, again after every step.
 */
final class Sockets {
  private static final int OUR_STREAM = 1;
  private static final int THEIR_STREAM = 2;
  private static final long O_RDWR = 2;
  private static final long NON_BLOCK = 0x800;
  private static final long CLOSE_ON_EXEC = 0x80000;
  private static final long DONT_WAIT = 0x40;
  private static final long NO_SIGNAL = 0x4000;
  private static final long PEEK = 2;
  private static final long OUT_OF_BAND = 1;
  private static final long MORE = 0x8000;
  private static final long ZERO_COPY =
      0x4000000; // a send like any, while its end is not asked for
  private static final long LEAST_HOLD_NS = 200_000_000; // Linux: TCP_RTO_MIN

  /** What a call gave: a number, or -1 with an errno. */
  record Result(long value, String errnoOrNull) {
    static Result of(long value) {
      return new Result(value, null);
    }

    static Result error(String errno) {
      return new Result(-1, errno);
    }

    @Override
    public String toString() {
      return errnoOrNull == null ? Long.toString(value) : value + " " + errnoOrNull;
    }
  }

  /** The result of an option that is missing, in a script that goes on without it. */
  static final Result LACKING = Result.error("ENOPROTOOPT");

  /** Null while it waits. */
  interface Attempt {
    Result tryNow();

    /** When it stops waiting by itself. */
    default long endUs() {
      return Long.MAX_VALUE;
    }
  }

  /** What the wire must know of sockets. */
  interface Watcher {
    void onSocket(Sock socket);

    void onListen(int port);

    void onListenerClosed();

    void onConnect(TcpConnection connection);
  }

  private final Settings settings;
  private final Machine machine;
  private final Watcher watcher;
  private final Addresses addresses;
  private final SocketOptions options;
  private final Tunnel tunnel;
  private final Map<Long, Sock> table = new HashMap<>();
  private final List<Sock> all = new ArrayList<>(); // also those whose descriptor is closed
  private final Map<Long, Epoll> epolls = new HashMap<>();
  private int line;
  private boolean resetComes;

  Sockets(Settings settings, Machine machine, Watcher watcher, Tunnel tunnel) {
    this.tunnel = tunnel;
    this.settings = settings;
    this.machine = machine;
    this.watcher = watcher;
    this.addresses = new Addresses(settings);
    this.options = new SocketOptions(settings, machine);
  }

  // --- what the stack tells

  void onEvents(TcpConnection connection, int events) {
    if ((events & TcpConnection.ACCEPTED) != 0) {
      Sock child = new Sock();
      child.kind = Sock.Kind.CONNECTION;
      child.connection = connection;
      connection.attach(child);
      all.add(child);
      if (TcpListener.of(connection).attachment() instanceof Sock parent) {
        child.receiveBuffer = parent.receiveBuffer;
        child.sendBuffer = parent.sendBuffer;
        child.boundPort = parent.boundPort;
        child.reuseAddress = parent.reuseAddress;
        child.tuning = parent.tuning;
        child.corked = parent.corked;
        child.keepAlive = parent.keepAlive;
        child.udpPort = tunnel.way();
        parent.acceptable.add(child);
        wake(parent, Readiness.IN);
      }
    }
    if (!(connection.attachment() instanceof Sock socket)) {
      return;
    }
    if ((events & TcpConnection.CONNECTED) != 0) {
      socket.connected = true;
    }
    if ((events & TcpConnection.FIN_RECEIVED) != 0) {
      socket.finReceived = true;
    }
    if ((events & TcpConnection.CLOSED) != 0) {
      socket.over = true;
      socket.error =
          switch (connection.closeReason()) {
            case RESET -> {
              boolean closeWait = socket.finReceived && !socket.writeShut;
              yield closeWait && settings.linux() ? "EPIPE" : "ECONNRESET";
            }
            case REFUSED -> "ECONNREFUSED";
            case TIMED_OUT -> "ETIMEDOUT";
            case UNREACHABLE -> settings.personality.errno(connection.softError());
            // RFC 9293 §3.10.7.4 reports no RST once both ends have closed; kernels do.
            default -> resetComes && !settings.ownScripts() ? "ECONNRESET" : null;
          };
    }
    if ((events & (TcpConnection.CONNECTED | TcpConnection.CLOSED | TcpConnection.FIN_RECEIVED))
        != 0) {
      wake(socket, 0);
    }
    if ((events & TcpConnection.READABLE) != 0) {
      wake(socket, Readiness.IN);
      dropUnwanted(socket);
    }
    if ((events & TcpConnection.WRITABLE) != 0) {
      onAcked(socket);
    }
  }

  /** BSD throws away what comes after shutdown(SHUT_RD); Linux lets it be read. */
  private void dropUnwanted(Sock socket) {
    if (socket.readShut && !settings.linux()) {
      take(socket, Integer.MAX_VALUE);
    }
  }

  private void wake(Sock socket, long what) {
    epolls.values().forEach(e -> e.wake(socket, what));
  }

  /** Whether the segment that the stack looks at now is an RST. */
  void resetComes(boolean comes) {
    resetComes = comes;
  }

  /** A wrapped segment comes: a connection that a listener makes of it leaves room to wrap. */
  void onWrapped() {
    for (Sock socket : table.values()) {
      if (socket.listener != null && socket.tuning.maxSegment() == 0) {
        socket.listener.tune(socket.tuning.withMaxSegment(tunnel.segmentSize()));
      }
    }
  }

  // --- calls

  /**
   * Begins a call.
   *
   * @throws SkippedException for calls and arguments that are not played
   */
  Attempt begin(Action.Call call, int line) {
    this.line = line;
    Arguments args = new Arguments(call, line);
    return switch (call.name()) {
      case "socket" -> once(socket(call, args.count(3, 3)));
      case "bind" -> once(bind(args.count(3, 3)));
      case "listen" -> once(listen(args.count(2, 2)));
      case "connect" -> connect(args.count(3, 3));
      case "accept" -> accept(call, args.count(3, 3), 0);
      case "accept4" -> accept(call, args.count(4, 4), args.flags(3, NON_BLOCK | CLOSE_ON_EXEC));
      case "read" -> read(args.count(3, 3), args.buffer(1), args.length(2), 0);
      case "recv" -> read(args.count(4, 4), args.buffer(1), args.length(2), receiveFlags(args, 3));
      case "recvfrom" -> {
        args.count(6, 6).any(4);
        args.any(5);
        yield read(args, args.buffer(1), args.length(2), receiveFlags(args, 3));
      }
      case "readv" -> {
        args.count(3, 3);
        yield read(args, true, args.vector(args.at(1), args.number(2)), 0);
      }
      case "recvmsg" -> read(args.count(3, 3), true, args.message(1), receiveFlags(args, 2));
      case "write" -> write(args.count(3, 3), args.buffer(1), args.length(2), 0);
      case "writev" -> {
        args.count(3, 3);
        yield write(args, true, args.vector(args.at(1), args.number(2)), 0);
      }
      case "send" -> write(args.count(4, 4), args.buffer(1), args.length(2), sendFlags(args, 3));
      case "sendto" -> sendto(args.count(6, 6));
      case "sendmsg" -> write(args.count(3, 3), true, args.message(1), sendFlags(args, 2));
      case "shutdown" -> once(shutdown(args.count(2, 2)));
      case "close" -> once(close(args.count(1, 1)));
      case "fcntl" -> once(fcntl(args.count(2, 3)));
      case "setsockopt" -> once(setOption(args.count(5, 5)));
      case "getsockopt" -> once(getOption(args.count(5, 5)));
      case "ioctl" -> once(ioctl(args.count(3, 3)));
      case "poll" -> poll(args.count(3, 3));
      case "epoll_create" -> once(epollCreate(call, args.count(1, 1)));
      case "epoll_ctl" -> once(epollControl(args.count(4, 4)));
      case "epoll_wait" -> epollWait(args.count(4, 4));
      default -> throw args.unknown(SkipReason.KERNEL_CALL, call.name());
    };
  }

  private static Attempt once(Result result) {
    return () -> result;
  }

  private static long receiveFlags(Arguments args, int index) {
    return args.flags(index, DONT_WAIT | NO_SIGNAL | PEEK);
  }

  private long sendFlags(Arguments args, int index) {
    long linux = settings.linux() ? MORE : 0;
    linux |= settings.linux() && !settings.readsCompletions ? ZERO_COPY : 0;
    return args.flags(index, DONT_WAIT | NO_SIGNAL | OUT_OF_BAND | linux);
  }

  private Result socket(Action.Call call, Arguments args) {
    Set<String> domains =
        settings.family == Family.IPV4
            ? Set.of("...", "AF_INET", "PF_INET")
            : Set.of("...", "AF_INET6", "PF_INET6");
    if (!domains.contains(args.word(0))) {
      throw args.unknown(SkipReason.KERNEL_CALL, "socket " + args.at(0));
    }
    String protocol = args.word(2);
    boolean tcp = protocol.equals("IPPROTO_TCP") || protocol.equals("0");
    if (!tcp || !(args.at(1) instanceof Expr.Num) && !args.word(1).contains("SOCK_STREAM")) {
      throw args.unknown(SkipReason.PROTOCOL, "socket " + args.at(1) + " " + protocol);
    }
    long type = args.flags(1, 1 | NON_BLOCK | CLOSE_ON_EXEC);
    Sock socket = new Sock();
    socket.nonBlocking = (type & NON_BLOCK) != 0;
    socket.receiveBuffer = settings.receiveBuffer;
    socket.tuning = settings.tuning;
    watcher.onSocket(socket);
    return open(call, args, socket);
  }

  /** Gives a socket the descriptor that the script expects. */
  private Result open(Action.Call call, Arguments args, Sock socket) {
    long fd = newDescriptor(call, args);
    table.put(fd, socket);
    return Result.of(fd);
  }

  private long newDescriptor(Action.Call call, Arguments args) {
    long fd = call.result() instanceof Expr.Num num && num.value() >= 0 ? num.value() : 1_000_000;
    if (table.containsKey(fd) || epolls.containsKey(fd)) {
      throw args.unknown("descriptor " + fd + " twice");
    }
    return fd;
  }

  private Result bind(Arguments args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    int port = addresses.local(args, 1);
    if (socket.bound || socket.kind != Sock.Kind.NEW) {
      return Result.error("EINVAL");
    }
    for (Sock other : table.values()) {
      boolean shared =
          socket.reuseAddress && other.reuseAddress && other.kind != Sock.Kind.LISTENING;
      if (other.boundPort == port && port != 0 && !shared) {
        return Result.error("EADDRINUSE");
      }
    }
    socket.bound = true;
    socket.boundPort = port;
    return Result.of(0);
  }

  private Result listen(Arguments args) {
    Sock socket = find(args);
    long wanted = args.number(1);
    if (socket == null) {
      return Result.error("EBADF");
    }
    if (socket.kind != Sock.Kind.NEW || !socket.bound) {
      throw args.unknown("listen on a socket that is not just bound");
    }
    try {
      int backlog = (int) Math.max(1, Math.min(wanted, 4096));
      // A kernel takes one more than it is told.
      socket.listener = machine.stack().listen(null, socket.boundPort, backlog + 1, socket.tuning);
      socket.listener.attach(socket);
      socket.kind = Sock.Kind.LISTENING;
      watcher.onListen(socket.boundPort);
      return Result.of(0);
    } catch (StackException e) {
      return Result.error("EADDRINUSE");
    }
  }

  private Attempt connect(Arguments args) {
    Sock socket = find(args);
    int port = addresses.remote(args, 1);
    if (socket == null) {
      return () -> Result.error("EBADF");
    }
    if (socket.kind == Sock.Kind.LISTENING) {
      return () -> Result.error(settings.linux() ? "EISCONN" : "EOPNOTSUPP");
    }
    if (socket.kind == Sock.Kind.CONNECTION) {
      return () -> connectedAgain(socket, args);
    }
    tunnel.way(socket.udpPort);
    try {
      socket.connection =
          machine
              .stack()
              .connect(
                  ConnectRequest.to(IpAddress.parse(settings.remoteIp), port)
                      .fromPort(socket.bound ? socket.boundPort : 0)
                      .tuning(tuning(socket)),
                  machine.nowNs());
    } catch (StackException e) {
      throw new FailedException(line, "connect", e.getMessage());
    }
    socket.kind = Sock.Kind.CONNECTION;
    socket.connection.attach(socket);
    all.add(socket);
    watcher.onConnect(socket.connection);
    if (socket.nonBlocking) {
      return () -> Result.error("EINPROGRESS");
    }
    return () -> socket.connected ? Result.of(0) : socket.over ? taken(socket) : null;
  }

  private TcpTuning tuning(Sock socket) {
    return socket.udpPort == 0 || socket.tuning.maxSegment() > 0
        ? socket.tuning
        : socket.tuning.withMaxSegment(tunnel.segmentSize());
  }

  private Result connectedAgain(Sock socket, Arguments args) {
    if (socket.error != null) {
      socket.refusalTold = true;
      return taken(socket);
    }
    if (socket.refusalTold && settings.linux()) {
      throw args.unknown("a socket that connects a second time");
    }
    if (socket.over) {
      return Result.error("ECONNABORTED");
    }
    return socket.connected ? Result.error("EISCONN") : Result.error("EALREADY");
  }

  private Attempt accept(Action.Call call, Arguments args, long flags) {
    Sock socket = find(args);
    args.any(1);
    args.any(2);
    if (socket == null) {
      return () -> Result.error("EBADF");
    }
    if (socket.kind != Sock.Kind.LISTENING) {
      return () -> Result.error("EINVAL");
    }
    return () -> {
      Sock child = socket.acceptable.poll();
      if (child == null) {
        return socket.nonBlocking ? Result.error("EAGAIN") : null;
      }
      child.connection.accept();
      boolean inherits = !settings.linux() && call.name().equals("accept");
      child.nonBlocking = (flags & NON_BLOCK) != 0 || inherits && socket.nonBlocking;
      return open(call, args, child);
    };
  }

  // --- reading

  private Attempt read(Arguments args, boolean buffer, int most, long flags) {
    Sock socket = find(args);
    boolean wait = (flags & DONT_WAIT) == 0;
    boolean peek = (flags & PEEK) != 0;
    if (socket == null) {
      return () -> Result.error("EBADF");
    }
    return () -> {
      TcpConnection connection = socket.connection;
      if (connection == null) {
        return Result.error("ENOTCONN");
      }
      if (connection.readable() > 0 && most > 0) {
        if (!buffer) {
          return Result.error("EFAULT");
        }
        return peek
            ? Result.of(Math.min(most, connection.readable()))
            : Result.of(take(socket, most));
      }
      if (socket.error != null) {
        return taken(socket);
      }
      boolean end = socket.finReceived || socket.readShut || socket.over;
      if (end || most == 0) {
        return Result.of(0);
      }
      return socket.nonBlocking || !wait ? Result.error("EAGAIN") : null;
    };
  }

  private int take(Sock socket, int most) {
    int total = 0;
    for (Slice s; total < most && (s = read(socket, most - total)) != null; ) {
      int wrong =
          TestBytes.mismatch(THEIR_STREAM, socket.delivered, s.bytes(), s.offset(), s.length());
      if (wrong >= 0) {
        throw new FailedException(
            line, "the bytes that were sent", "a wrong one at " + (socket.delivered + wrong));
      }
      socket.delivered += s.length();
      total += s.length();
    }
    return total;
  }

  private Slice read(Sock socket, int most) {
    return socket.connection.read(most, machine.nowNs());
  }

  // --- writing

  private Attempt sendto(Arguments args) {
    args.any(4);
    args.any(5);
    Sock socket = find(args);
    if (socket != null && socket.connection == null) {
      throw args.unknown("sendto that opens a connection");
    }
    return write(args, args.buffer(1), args.length(2), sendFlags(args, 3));
  }

  private Attempt write(Arguments args, boolean buffer, int length, long flags) {
    Sock socket = find(args);
    boolean wait = (flags & DONT_WAIT) == 0;
    boolean urgent = (flags & OUT_OF_BAND) != 0;
    boolean more = (flags & MORE) != 0;
    if (socket == null) {
      return () -> Result.error("EBADF");
    }
    int[] done = {0};
    return () -> {
      if (socket.error != null && done[0] == 0) {
        return taken(socket);
      }
      if (socket.connection == null) {
        return Result.error(settings.linux() ? "EPIPE" : "ENOTCONN");
      }
      if (socket.writeShut || socket.over) {
        return done[0] > 0 ? Result.of(done[0]) : Result.error("EPIPE");
      }
      if (socket.connected) {
        if (!buffer && length > 0) {
          return Result.error("EFAULT");
        }
        int taken = Math.min(length - done[0], room(args, socket, length));
        if (taken > 0) {
          done[0] += taken;
          put(socket, taken, more);
          if (urgent) {
            socket.connection.markUrgent();
          }
        }
      }
      if (done[0] == length) {
        return Result.of(length);
      }
      socket.noSpace = true;
      if (socket.nonBlocking || !wait) {
        return done[0] > 0 ? Result.of(done[0]) : Result.error("EAGAIN");
      }
      return null;
    };
  }

  /** Bytes that a write may add. */
  private int room(Arguments args, Sock socket, int wanted) {
    long held = socket.accepted - socket.written;
    long room = socket.connection.sendRoom() - held;
    if (socket.sendBuffer > 0) {
      long left = socket.sendBuffer - held - socket.connection.sendQueued();
      if (settings.linux() && left < wanted) {
        throw args.unknown("a send buffer that may be full, as Linux counts");
      }
      room = Math.min(room, left);
    }
    return (int) Math.max(0, room);
  }

  private void put(Sock socket, int length, boolean more) {
    TcpInfo info = socket.connection.info(machine.nowNs());
    socket.push.onWrite(
        length, more, info.bytesSent(), Math.max(1, info.mss()), socket.connection.maxSndWnd());
    socket.accepted += length;
    socket.more = more;
    if (!more && !socket.corked) {
      giveAll(socket);
      return;
    }
    int mss = Math.max(1, info.mss());
    give(socket, (socket.accepted - socket.written) / mss * mss);
    boolean quiet = socket.connection.info(machine.nowNs()).inFlight() == 0;
    if (quiet && socket.written < socket.accepted && socket.moreUntilNs == 0) {
      socket.moreUntilNs = machine.nowNs() + Math.max(LEAST_HOLD_NS, info.rtoNs());
    }
  }

  private void giveAll(Sock socket) {
    give(socket, socket.accepted - socket.written);
    socket.moreUntilNs = 0;
  }

  private void give(Sock socket, long length) {
    if (length > 0) {
      if (settings.personality.asksNagleOnce() && isQuiet(socket)) {
        socket.unheld = true;
        socket.connection.tune(socket.connection.tuning().withNoDelay(true), machine.nowNs());
      }
      byte[] bytes = TestBytes.of(OUR_STREAM, socket.written, (int) length);
      int taken = socket.connection.write(bytes, 0, bytes.length, machine.nowNs());
      if (taken < length) {
        throw new IllegalStateException("there was room for " + length);
      }
      socket.written += taken;
    }
  }

  private boolean isQuiet(Sock socket) {
    return socket.connection.info(machine.nowNs()).inFlight() == 0
        && socket.connection.sendQueued() == 0;
  }

  /** All that may leave now has left. */
  void onSettled() {
    for (Sock socket : all) {
      if (socket.unheld) {
        socket.unheld = false;
        TcpTuning tuning = socket.connection.tuning().withNoDelay(socket.tuning.noDelay());
        socket.connection.tune(tuning, machine.nowNs());
      }
    }
  }

  /** What MSG_MORE holds back leaves with the next ACK, if Nagle allows. */
  private void onAcked(Sock socket) {
    if (socket.noSpace && socket.connection.sendRoom() > 0) {
      socket.noSpace = false;
      wake(socket, Readiness.OUT);
    }
    boolean idle = socket.connection.info(machine.nowNs()).inFlight() == 0;
    if (socket.more && !socket.corked && (socket.tuning.noDelay() || idle)) {
      giveAll(socket);
    }
  }

  /** When {@link #onTime} has work; {@link Long#MAX_VALUE} when never. */
  long wakeNs() {
    long earliest = Long.MAX_VALUE;
    for (Sock socket : table.values()) {
      if (socket.moreUntilNs != 0) {
        earliest = Math.min(earliest, socket.moreUntilNs);
      }
    }
    return earliest;
  }

  /** Linux waits for more no longer than a retransmission timeout. */
  void onTime() {
    for (Sock socket : table.values()) {
      if (socket.moreUntilNs != 0 && machine.nowNs() - socket.moreUntilNs >= 0) {
        socket.push.markEnd();
        giveAll(socket);
      }
    }
  }

  /** Tells an error once. */
  private static Result taken(Sock socket) {
    Result result = Result.error(socket.error);
    socket.takeError();
    return result;
  }

  // --- ending

  private Result shutdown(Arguments args) {
    Sock socket = find(args);
    long how = args.number(1);
    if (socket == null) {
      return Result.error("EBADF");
    }
    if (socket.kind == Sock.Kind.LISTENING) {
      throw args.unknown("shutdown of a listener");
    }
    if (how < 0 || how > 2) {
      return Result.error("EINVAL");
    }
    if (socket.kind != Sock.Kind.CONNECTION || !socket.connected || socket.over) {
      if (socket.kind == Sock.Kind.CONNECTION && !socket.over) {
        throw args.unknown("shutdown while connecting");
      }
      return Result.error("ENOTCONN");
    }
    if (how != 1) {
      socket.readShut = true;
      dropUnwanted(socket);
    }
    if (how != 0) {
      if (!settings.linux() && socket.connection.state() == TcpState.FIN_WAIT_2) {
        socket.readShut = true; // tcp_usrclosed takes it for the end of both
        dropUnwanted(socket);
      }
      socket.writeShut = true;
      giveAll(socket);
      socket.connection.end();
    }
    wake(socket, 0);
    return Result.of(0);
  }

  private Result close(Arguments args) {
    long fd = args.number(0);
    if (epolls.remove(fd) != null) {
      return Result.of(0);
    }
    Sock socket = table.remove(fd);
    if (socket == null) {
      return Result.error("EBADF");
    }
    socket.closed = true;
    epolls.values().forEach(e -> e.forget(socket));
    if (socket.listener != null) {
      socket.listener.close();
      watcher.onListenerClosed();
      for (Sock child; (child = socket.acceptable.poll()) != null; ) {
        child.connection.reset();
      }
    } else if (socket.connection != null) {
      if (socket.lingerReset) {
        socket.connection.reset();
      } else {
        giveAll(socket);
        socket.connection.close(machine.nowNs());
      }
    }
    return Result.of(0);
  }

  // --- settings

  private Result fcntl(Arguments args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    long nonBlock = settings.linux() ? NON_BLOCK : 4;
    switch (args.word(1)) {
      case "F_GETFL" -> {
        args.count(2, 2);
        return Result.of(O_RDWR | (socket.nonBlocking ? nonBlock : 0));
      }
      case "F_SETFL" -> {
        args.count(3, 3);
        socket.nonBlocking = (args.flags(2, O_RDWR | NON_BLOCK) & NON_BLOCK) != 0;
        return Result.of(0);
      }
      default -> throw args.unknown("fcntl " + args.at(1));
    }
  }

  private Result setOption(Arguments args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    Result result;
    try {
      result = options.set(socket, args);
    } catch (SkippedException e) {
      if (!settings.lacksOptions || e.reason() != SkipReason.SOCKET_OPTION) {
        throw e;
      }
      result = LACKING;
    }
    String name = args.word(2);
    boolean uncorked = name.equals("TCP_CORK") && !socket.corked;
    boolean pushes = name.equals("TCP_NODELAY") && socket.tuning.noDelay();
    if (socket.connection != null && !socket.over && (uncorked || pushes)) {
      giveAll(socket);
    }
    return result;
  }

  private Result getOption(Arguments args) {
    Sock socket = find(args);
    return socket == null ? Result.error("EBADF") : options.get(socket, args);
  }

  private Result ioctl(Arguments args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    if (socket.connection == null) {
      throw args.unknown("ioctl without a connection");
    }
    String name = args.word(1);
    long actual =
        switch (name) {
          case "SIOCINQ", "FIONREAD" -> socket.connection.readable();
          case "SIOCOUTQ" -> socket.connection.sendQueued() + socket.accepted - socket.written;
          default -> throw args.unknown("ioctl " + name);
        };
    if (args.inArray(2) != actual) {
      throw new FailedException(line, name + " " + args.at(2), "[" + actual + "]");
    }
    return Result.of(0);
  }

  // --- poll

  private Attempt poll(Arguments args) {
    if (!(args.at(0) instanceof Expr.Array array)
        || array.items().size() != 1
        || args.number(1) != 1) {
      throw args.unknown("poll " + args.at(0) + " of " + args.at(1));
    }
    Expr.Struct entry = args.struct(array.items().get(0), Set.of("fd", "events", "revents"));
    Sock socket = table.get(args.number(args.field(entry, "fd")));
    long events = args.number(args.field(entry, "events"));
    long expected = entry.get("revents") == null ? 0 : args.number(entry.get("revents"));
    long timeoutMs = args.number(2);
    if (socket == null || (events & ~(1L | 4 | 8 | 16 | 0x40 | 0x100 | 0x2000)) != 0) {
      throw args.unknown("poll " + entry);
    }
    if (!settings.linux()) {
      throw args.unknown(SkipReason.KERNEL_CALL, "poll as FreeBSD answers");
    }
    int at = line;
    return new Timed(timeoutMs) {
      @Override
      Result ready() {
        long ready = Readiness.of(socket) & (events | 8 | 16);
        if (ready == 0 && !isOver()) {
          return null;
        }
        if (ready != expected) {
          throw new FailedException(
              at, "revents " + entry.get("revents"), "0x" + Long.toHexString(ready));
        }
        return Result.of(ready == 0 ? 0 : 1);
      }
    };
  }

  /** A call that waits no longer than it is told; less than 0 = for ever. */
  private abstract class Timed implements Attempt {
    private final long endUs;

    Timed(long timeoutMs) {
      endUs = timeoutMs < 0 ? Long.MAX_VALUE : machine.nowUs() + timeoutMs * 1000;
    }

    abstract Result ready();

    boolean isOver() {
      return machine.nowUs() >= endUs;
    }

    @Override
    public Result tryNow() {
      return ready();
    }

    @Override
    public long endUs() {
      return endUs;
    }
  }

  private Result epollCreate(Action.Call call, Arguments args) {
    if (!settings.linux()) {
      throw args.unknown(SkipReason.KERNEL_CALL, "epoll");
    }
    if (args.number(0) <= 0) {
      return Result.error("EINVAL");
    }
    long fd = newDescriptor(call, args);
    epolls.put(fd, new Epoll());
    return Result.of(fd);
  }

  private Result epollControl(Arguments args) {
    Epoll epoll = epolls.get(args.number(0));
    long operation = args.number(1);
    Sock socket = table.get(args.number(2));
    if (epoll == null || socket == null) {
      return Result.error("EBADF");
    }
    if (operation == 2) {
      String errno = epoll.control(operation, socket, 0, 0);
      return errno == null ? Result.of(0) : Result.error(errno);
    }
    Expr.Struct event = args.struct(args.at(3), Set.of("events", "fd", "ptr", "u32", "u64"));
    long events = args.number(args.field(event, "events"));
    if ((events & ~(1L | 4 | 8 | 16 | 0x40 | 0x100 | 0x2000 | 1L << 30 | 1L << 31)) != 0) {
      throw args.unknown("epoll events " + event.get("events"));
    }
    String errno = epoll.control(operation, socket, events, data(args, event));
    return errno == null ? Result.of(0) : Result.error(errno);
  }

  private static long data(Arguments args, Expr.Struct event) {
    if (event.fields().size() != 2) {
      throw args.unknown("epoll " + event);
    }
    for (String name : List.of("fd", "ptr", "u32", "u64")) {
      if (event.get(name) != null) {
        return args.number(event.get(name));
      }
    }
    throw args.unknown("epoll " + event);
  }

  private Attempt epollWait(Arguments args) {
    Epoll epoll = epolls.get(args.number(0));
    Expr.Struct event = args.struct(args.at(1), Set.of("events", "fd", "ptr", "u32", "u64"));
    long expectedEvents = args.number(args.field(event, "events"));
    long expectedData = data(args, event);
    long most = args.number(2);
    long timeoutMs = args.number(3);
    if (epoll == null || most < 1) {
      return once(Result.error(epoll == null ? "EBADF" : "EINVAL"));
    }
    if (epoll.size() > 1) {
      throw args.unknown("epoll of several sockets");
    }
    int at = line;
    return new Timed(timeoutMs) {
      @Override
      Result ready() {
        Epoll.Ready ready = epoll.poll();
        if (ready == null) {
          return isOver() ? Result.of(0) : null;
        }
        if (ready.events() != expectedEvents || ready.data() != expectedData) {
          throw new FailedException(
              at, event.toString(), "events 0x" + Long.toHexString(ready.events()));
        }
        return Result.of(1);
      }
    };
  }

  // --- descriptors

  private Sock find(Arguments args) {
    return table.get(args.number(0));
  }

  boolean anyIgnoresPathMtu() {
    return all.stream().anyMatch(s -> s.ignoresPathMtu);
  }

  /** Whether a socket listens there. */
  boolean listens(int port) {
    return table.values().stream()
        .anyMatch(s -> s.kind == Sock.Kind.LISTENING && s.boundPort == port);
  }

  boolean anyOpen() {
    return !table.isEmpty();
  }

  /** How many of the script's connections are in a state, accepted or not, closed or not. */
  int count(TcpState state) {
    return (int)
        all.stream().filter(s -> s.connection != null && s.connection.state() == state).count();
  }
}
