package dev.jktcp.pkt;

import dev.jktcp.script.TestBytes;
import dev.jktcp.stack.StackException;
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

  private static final Map<String, Long> WORDS = new HashMap<>();

  static {
    WORDS.put("O_RDWR", O_RDWR);
    WORDS.put("O_NONBLOCK", 0x800L);
    WORDS.put("MSG_DONTWAIT", 0x40L);
    WORDS.put("MSG_NOSIGNAL", 0x4000L);
    WORDS.put("MSG_PEEK", 0x2L);
    WORDS.put("MSG_WAITALL", 0x100L);
    WORDS.put("MSG_OOB", 0x1L);
    WORDS.put("SHUT_RD", 0L);
    WORDS.put("SHUT_WR", 1L);
    WORDS.put("SHUT_RDWR", 2L);
    WORDS.put("POLLIN", 1L);
    WORDS.put("POLLOUT", 4L);
    WORDS.put("POLLERR", 8L);
    WORDS.put("POLLHUP", 16L);
    WORDS.put("POLLRDNORM", 0x40L);
    WORDS.put("POLLWRNORM", 0x100L);
    WORDS.put("POLLRDHUP", 0x2000L);
    WORDS.put("SOCK_STREAM", 1L);
    WORDS.put("SOCK_NONBLOCK", 0x800L);
    WORDS.put("SOCK_CLOEXEC", 0x80000L);
  }

  /** Values that are errors when read from an option. */
  private static final Set<String> ERRNOS =
      Set.of(
          "ECONNRESET",
          "ECONNREFUSED",
          "ETIMEDOUT",
          "EPIPE",
          "EHOSTUNREACH",
          "ENETUNREACH",
          "ENOPROTOOPT",
          "EPROTO",
          "EACCES",
          "ECONNABORTED",
          "ENOTCONN",
          "EAGAIN",
          "EINPROGRESS",
          "EMSGSIZE",
          "EHOSTDOWN",
          "ENETDOWN");

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

    void onConnect(TcpConnection connection);
  }

  private final Settings settings;
  private final Machine machine;
  private final Watcher watcher;
  private final Map<Long, Sock> table = new HashMap<>();
  private int line;

  Sockets(Settings settings, Machine machine, Watcher watcher) {
    this.settings = settings;
    this.machine = machine;
    this.watcher = watcher;
  }

  // --- what the stack tells

  void onEvents(TcpConnection connection, int events) {
    if ((events & TcpConnection.ACCEPTED) != 0) {
      Sock child = new Sock();
      child.kind = Sock.Kind.CONNECTION;
      child.connection = connection;
      connection.attach(child);
      if (connection.acceptQueue() instanceof dev.jktcp.stack.TcpListener listener
          && listener.attachment() instanceof Sock parent) {
        child.receiveBuffer = parent.receiveBuffer;
        child.tuning = parent.tuning;
        parent.acceptable.add(child);
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
              yield closeWait && linux() ? "EPIPE" : "ECONNRESET";
            }
            case REFUSED -> "ECONNREFUSED";
            case TIMED_OUT -> "ETIMEDOUT";
            case UNREACHABLE -> settings.personality.errno(connection.softError());
            default -> null;
          };
    }
  }

  private boolean linux() {
    return settings.personality != Personality.FREEBSD;
  }

  // --- calls

  /**
   * Begins a call.
   *
   * @throws SkippedException for calls and arguments that are not played
   */
  Attempt begin(Action.Call call, int line) {
    this.line = line;
    List<Expr> args = call.arguments();
    return switch (call.name()) {
      case "socket" -> once(() -> socket(call, args));
      case "bind" -> once(() -> bind(args));
      case "listen" -> once(() -> listen(args));
      case "connect" -> connect(args);
      case "accept" -> accept(call, args, 0);
      case "accept4" -> accept(call, args, number(arg(args, 3)));
      case "read" -> read(args, number(arg(args, 2)), 0);
      case "recv" -> read(args, number(arg(args, 2)), number(arg(args, 3)));
      case "recvfrom" -> read(args, number(arg(args, 2)), number(arg(args, 3)));
      case "readv" -> read(args, vectorLength(arg(args, 1)), 0);
      case "write" -> write(args, number(arg(args, 2)), 0);
      case "writev" -> write(args, vectorLength(arg(args, 1)), 0);
      case "send" -> write(args, number(arg(args, 2)), number(arg(args, 3)));
      case "sendto" -> sendto(args);
      case "sendmsg" -> write(args, messageLength(arg(args, 1)), number(arg(args, 2)));
      case "recvmsg" -> read(args, messageLength(arg(args, 1)), number(arg(args, 2)));
      case "shutdown" -> once(() -> shutdown(args));
      case "close" -> once(() -> close(args));
      case "fcntl" -> once(() -> fcntl(args));
      case "setsockopt" -> once(() -> setOption(args));
      case "getsockopt" -> once(() -> getOption(args));
      case "ioctl" -> once(() -> ioctl(args));
      case "poll" -> poll(args);
      default -> throw new SkippedException(SkipReason.KERNEL_CALL, line, call.name());
    };
  }

  private static Attempt once(Attempt attempt) {
    return attempt;
  }

  private Result socket(Action.Call call, List<Expr> args) {
    long type = number(arg(args, 1));
    String protocol = word(arg(args, 2));
    if ((type & 0xff) != 1 || !(protocol.equals("IPPROTO_TCP") || protocol.equals("0"))) {
      throw unknown(SkipReason.PROTOCOL, call.name() + " " + arg(args, 1) + " " + protocol);
    }
    Sock socket = new Sock();
    socket.nonBlocking = (type & 0x800) != 0;
    socket.receiveBuffer = settings.receiveBuffer;
    socket.tuning = settings.tuning;
    watcher.onSocket(socket);
    return open(call, socket);
  }

  /** Gives a socket the descriptor that the script expects. */
  private Result open(Action.Call call, Sock socket) {
    long fd = call.result() instanceof Expr.Num num && num.value() >= 0 ? num.value() : 1_000_000;
    if (table.containsKey(fd)) {
      throw unknown(SkipReason.ARGUMENT, "descriptor " + fd + " twice");
    }
    table.put(fd, socket);
    return Result.of(fd);
  }

  private Result bind(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    socket.bound = true;
    socket.boundPort = port(arg(args, 1), settings.bindPort);
    return Result.of(0);
  }

  private Result listen(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    if (socket.kind != Sock.Kind.NEW || !socket.bound) {
      throw unknown(SkipReason.ARGUMENT, "listen on a socket that is not just bound");
    }
    try {
      int backlog = (int) Math.max(1, number(arg(args, 1)));
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

  private Attempt connect(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return () -> Result.error("EBADF");
    }
    if (socket.kind == Sock.Kind.LISTENING) {
      return () -> Result.error(linux() ? "EISCONN" : "EOPNOTSUPP");
    }
    if (socket.kind == Sock.Kind.CONNECTION) {
      return () -> connectedAgain(socket);
    }
    int port = port(arg(args, 1), settings.connectPort);
    try {
      socket.connection =
          machine
              .stack()
              .connect(
                  null,
                  socket.bound ? socket.boundPort : 0,
                  IpAddress.parse(settings.remoteIp),
                  port,
                  null,
                  socket.tuning,
                  machine.nowNs());
    } catch (StackException e) {
      throw new FailedException(line, "connect", e.getMessage());
    }
    socket.kind = Sock.Kind.CONNECTION;
    socket.connection.attach(socket);
    watcher.onConnect(socket.connection);
    if (socket.nonBlocking) {
      return () -> Result.error("EINPROGRESS");
    }
    return () -> socket.connected ? Result.of(0) : socket.over ? taken(socket) : null;
  }

  private Result connectedAgain(Sock socket) {
    if (socket.error != null) {
      return taken(socket);
    }
    if (socket.over) {
      return Result.error("ECONNABORTED");
    }
    return socket.connected ? Result.error("EISCONN") : Result.error("EALREADY");
  }

  private Attempt accept(Action.Call call, List<Expr> args, long flags) {
    Sock socket = find(args);
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
      child.nonBlocking = (flags & 0x800) != 0;
      return open(call, child);
    };
  }

  private Attempt read(List<Expr> args, long most, long flags) {
    Sock socket = find(args);
    boolean wait = (flags & 0x40) == 0;
    boolean peek = (flags & 0x2) != 0;
    if ((flags & ~0x4042L) != 0) {
      throw unknown(SkipReason.ARGUMENT, "receive flags " + flags);
    }
    if (socket == null) {
      return () -> Result.error("EBADF");
    }
    return () -> {
      TcpConnection connection = socket.connection;
      if (connection == null) {
        return Result.error("ENOTCONN");
      }
      if (connection.readable() > 0) {
        return peek ? Result.of(Math.min(most, connection.readable())) : take(socket, (int) most);
      }
      if (socket.error != null) {
        return taken(socket);
      }
      if (socket.finReceived || socket.readShut || socket.over) {
        return Result.of(0);
      }
      if (most == 0) {
        return Result.of(0);
      }
      return socket.nonBlocking || !wait ? Result.error("EAGAIN") : null;
    };
  }

  private Result take(Sock socket, int most) {
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
    return Result.of(total);
  }

  private Slice read(Sock socket, int most) {
    return socket.connection.read(most, machine.nowNs());
  }

  private Attempt sendto(List<Expr> args) {
    Sock socket = find(args);
    if (socket != null && socket.connection == null) {
      throw unknown(SkipReason.ARGUMENT, "sendto that opens a connection");
    }
    return write(args, number(arg(args, 2)), number(arg(args, 3)));
  }

  private Attempt write(List<Expr> args, long length, long flags) {
    Sock socket = find(args);
    boolean wait = (flags & 0x40) == 0;
    boolean urgent = (flags & 0x1) != 0;
    if ((flags & ~0x4041L) != 0) {
      throw unknown(SkipReason.ARGUMENT, "send flags " + flags);
    }
    if (socket == null) {
      return () -> Result.error("EBADF");
    }
    long[] done = {0};
    return () -> {
      if (socket.error != null && done[0] == 0) {
        return taken(socket);
      }
      if (socket.connection == null) {
        return Result.error(linux() ? "EPIPE" : "ENOTCONN");
      }
      if (socket.writeShut || socket.over) {
        return done[0] > 0 ? Result.of(done[0]) : Result.error("EPIPE");
      }
      if (socket.connected) {
        int wanted = (int) (length - done[0]);
        byte[] bytes = TestBytes.of(OUR_STREAM, socket.written, wanted);
        int taken = socket.connection.write(bytes, 0, wanted, machine.nowNs());
        if (urgent && taken > 0) {
          socket.connection.markUrgent(machine.nowNs());
        }
        socket.written += taken;
        done[0] += taken;
      }
      if (done[0] == length) {
        return Result.of(length);
      }
      if (socket.nonBlocking || !wait) {
        return done[0] > 0 ? Result.of(done[0]) : Result.error("EAGAIN");
      }
      return null;
    };
  }

  /** Tells an error once. */
  private Result taken(Sock socket) {
    Result result = Result.error(socket.error);
    socket.error = null;
    socket.errorTold = true;
    return result;
  }

  private Result shutdown(List<Expr> args) {
    Sock socket = find(args);
    long how = number(arg(args, 1));
    if (socket == null) {
      return Result.error("EBADF");
    }
    if (socket.kind != Sock.Kind.CONNECTION || !socket.connected || socket.over) {
      if (socket.kind == Sock.Kind.CONNECTION && !socket.over) {
        throw unknown(SkipReason.ARGUMENT, "shutdown while connecting");
      }
      return Result.error("ENOTCONN");
    }
    if (how != 1) {
      socket.readShut = true;
    }
    if (how != 0) {
      socket.writeShut = true;
      socket.connection.end(machine.nowNs());
    }
    return Result.of(0);
  }

  private Result close(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    table.remove(number(arg(args, 0)));
    if (socket.listener != null) {
      socket.listener.close();
      for (Sock child; (child = socket.acceptable.poll()) != null; ) {
        child.connection.reset(machine.nowNs());
      }
    } else if (socket.connection != null) {
      if (socket.lingerReset) {
        socket.connection.reset(machine.nowNs());
      } else {
        socket.connection.close(machine.nowNs());
      }
    }
    return Result.of(0);
  }

  private Result fcntl(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    long nonBlock = linux() ? 0x800 : 4;
    switch (word(arg(args, 1))) {
      case "F_GETFL" -> {
        return Result.of(O_RDWR | (socket.nonBlocking ? nonBlock : 0));
      }
      case "F_SETFL" -> {
        long flags = number(arg(args, 2));
        if ((flags & ~0x802L) != 0) {
          throw unknown(SkipReason.ARGUMENT, "F_SETFL " + arg(args, 2));
        }
        socket.nonBlocking = (flags & 0x800) != 0;
        return Result.of(0);
      }
      default -> throw unknown(SkipReason.ARGUMENT, "fcntl " + arg(args, 1));
    }
  }

  private Result setOption(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    String name = word(arg(args, 2));
    Expr value = arg(args, 3);
    switch (name) {
      case "SO_REUSEADDR" -> socket.reuseAddress = first(value) != 0;
      case "SO_LINGER" -> linger(socket, value);
      default -> {
        if (!tune(socket, name, first(value))) {
          return Result.error("EINVAL");
        }
      }
    }
    return Result.of(0);
  }

  /** False for a value out of range. */
  private boolean tune(Sock socket, String name, long value) {
    TcpTuning changed;
    try {
      changed = Tunings.with(socket.tuning, name, value);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (changed == null || socket.kind == Sock.Kind.LISTENING) {
      throw unknown(SkipReason.SOCKET_OPTION, name);
    }
    socket.tuning = changed;
    if (socket.connection != null && !socket.over) {
      socket.connection.tune(changed, machine.nowNs());
    }
    return true;
  }

  private void linger(Sock socket, Expr value) {
    Expr inner =
        value instanceof Expr.Array array && array.items().size() == 1
            ? array.items().get(0)
            : value;
    if (!(inner instanceof Expr.Struct struct) || struct.get("onoff") == null) {
      throw unknown(SkipReason.ARGUMENT, "linger " + value);
    }
    boolean on = number(struct.get("onoff")) != 0;
    if (on && number(struct.get("linger")) != 0) {
      throw unknown(SkipReason.ARGUMENT, "a close that lingers");
    }
    socket.lingerReset = on;
  }

  private Result getOption(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    String name = word(arg(args, 2));
    long nowNs = machine.nowNs();
    String actual =
        switch (name) {
          case "SO_ERROR" -> socket.error == null ? "0" : taken(socket).errnoOrNull();
          case "SO_RCVBUF" -> Long.toString(receiveBuffer(socket));
          case "SO_REUSEADDR" -> socket.reuseAddress ? "1" : "0";
          case "TCP_MAXSEG" -> {
            if (socket.connection == null || !socket.connected) {
              throw unknown(SkipReason.SOCKET_OPTION, name + " before a connection");
            }
            yield Integer.toString(socket.connection.info(nowNs).mss());
          }
          default -> {
            Long value = Tunings.get(socket.tuning, name);
            if (value == null) {
              throw unknown(SkipReason.SOCKET_OPTION, name);
            }
            yield Long.toString(value);
          }
        };
    Expr expected =
        arg(args, 3) instanceof Expr.Array array && array.items().size() == 1
            ? array.items().get(0)
            : arg(args, 3);
    if (!(expected instanceof Expr.Any)) {
      String wanted =
          expected instanceof Expr.Word w && ERRNOS.contains(w.name())
              ? w.name()
              : Long.toString(number(expected));
      if (!wanted.equals(actual)) {
        throw new FailedException(line, name + " [" + wanted + "]", "[" + actual + "]");
      }
    }
    return Result.of(0);
  }

  private long receiveBuffer(Sock socket) {
    TcpConnection connection = socket.connection;
    return connection == null || connection.state() == TcpState.SYN_SENT
        ? socket.receiveBuffer
        : settings.personality.roundedReceiveBuffer(
            socket.receiveBuffer, Math.max(1, connection.info(machine.nowNs()).mss()));
  }

  private Result ioctl(List<Expr> args) {
    Sock socket = find(args);
    if (socket == null) {
      return Result.error("EBADF");
    }
    if (socket.connection == null) {
      throw unknown(SkipReason.ARGUMENT, "ioctl without a connection");
    }
    String name = word(arg(args, 1));
    long actual =
        switch (name) {
          case "SIOCINQ", "FIONREAD" -> socket.connection.readable();
          case "SIOCOUTQ" -> socket.connection.sendQueued();
          default -> throw unknown(SkipReason.ARGUMENT, "ioctl " + name);
        };
    Expr expected =
        arg(args, 2) instanceof Expr.Array array && array.items().size() == 1
            ? array.items().get(0)
            : arg(args, 2);
    if (number(expected) != actual) {
      throw new FailedException(line, name + " [" + expected + "]", "[" + actual + "]");
    }
    return Result.of(0);
  }

  // --- poll

  private Attempt poll(List<Expr> args) {
    if (!(arg(args, 0) instanceof Expr.Array array)
        || array.items().size() != 1
        || !(array.items().get(0) instanceof Expr.Struct entry)) {
      throw unknown(SkipReason.ARGUMENT, "poll " + arg(args, 0));
    }
    Sock socket = table.get(number(entry.get("fd")));
    long events = number(entry.get("events"));
    long expected = entry.get("revents") == null ? 0 : number(entry.get("revents"));
    long timeoutMs = number(arg(args, 2));
    if (socket == null || (events & ~(1L | 4 | 8 | 16 | 0x40 | 0x100 | 0x2000)) != 0) {
      throw unknown(SkipReason.ARGUMENT, "poll " + entry);
    }
    int at = line;
    long endUs = timeoutMs < 0 ? Long.MAX_VALUE : machine.nowUs() + timeoutMs * 1000;
    return new Attempt() {
      @Override
      public Result tryNow() {
        long ready = readiness(socket) & (events | 8 | 16);
        if (ready == 0 && machine.nowUs() < endUs) {
          return null;
        }
        if (ready != expected) {
          throw new FailedException(
              at, "revents " + entry.get("revents"), "0x" + Long.toHexString(ready));
        }
        return Result.of(ready == 0 ? 0 : 1);
      }

      @Override
      public long endUs() {
        return endUs;
      }
    };
  }

  /** As Linux's tcp_poll answers. */
  private static long readiness(Sock socket) {
    if (socket.kind == Sock.Kind.LISTENING) {
      return socket.acceptable.isEmpty() ? 0 : 1 | 0x40;
    }
    if (socket.connection == null) {
      return 4 | 16 | 0x100;
    }
    long ready = socket.error != null ? 8 : 0;
    boolean noMore = socket.finReceived || socket.readShut || socket.over;
    boolean noWrite = socket.writeShut || socket.over;
    ready |= noMore && noWrite || socket.over ? 16 : 0;
    ready |= noMore ? 1 | 0x40 | 0x2000 : 0;
    if (socket.connected || socket.over) {
      ready |= socket.connection.readable() > 0 ? 1 | 0x40 : 0;
      ready |= noWrite || socket.connection.sendRoom() > 0 ? 4 | 0x100 : 0;
    }
    return ready;
  }

  // --- arguments

  private Sock find(List<Expr> args) {
    return table.get(number(arg(args, 0)));
  }

  private Expr arg(List<Expr> args, int index) {
    if (index >= args.size()) {
      throw unknown(SkipReason.ARGUMENT, "argument " + (index + 1) + " is missing");
    }
    return args.get(index);
  }

  private long first(Expr value) {
    return value instanceof Expr.Array array && array.items().size() == 1
        ? number(array.items().get(0))
        : number(value);
  }

  private long number(Expr value) {
    if (value instanceof Expr.Num num) {
      return num.value();
    }
    if (value instanceof Expr.Or or) {
      return number(or.left()) | number(or.right());
    }
    if (value instanceof Expr.Word word && WORDS.containsKey(word.name())) {
      return WORDS.get(word.name());
    }
    throw unknown(SkipReason.ARGUMENT, String.valueOf(value));
  }

  private String word(Expr value) {
    return value.toString();
  }

  /** The port of a socket address, whose IP address must be the one that {@code ...} means. */
  private int port(Expr address, int usual) {
    if (address instanceof Expr.Any) {
      return usual;
    }
    if (!(address instanceof Expr.Struct struct)
        || !(struct.get("sin_port") instanceof Expr.Of htons)
        || !(struct.get("sin_addr") instanceof Expr.Of ip)
        || !(ip.arguments().get(0) instanceof Expr.Text text)) {
      throw unknown(SkipReason.ARGUMENT, String.valueOf(address));
    }
    boolean ours =
        Set.of(settings.localIp, settings.remoteIp, "0.0.0.0", "::")
            .contains(text.value().replace("::ffff:", "")); // IPv4 in IPv6's clothes
    if (!ours) {
      throw unknown(SkipReason.ARGUMENT, "address " + text.value());
    }
    return (int) number(htons.arguments().get(0));
  }

  private long vectorLength(Expr vector) {
    if (!(vector instanceof Expr.Array array)) {
      throw unknown(SkipReason.ARGUMENT, "vector " + vector);
    }
    long total = 0;
    for (Expr item : array.items()) {
      if (!(item instanceof Expr.Group group) || group.items().size() != 2) {
        throw unknown(SkipReason.ARGUMENT, "vector " + vector);
      }
      total += number(group.items().get(1));
    }
    return total;
  }

  private long messageLength(Expr message) {
    if (!(message instanceof Expr.Struct struct)
        || struct.get("msg_control") != null
        || !(struct.get("msg_flags") instanceof Expr.Num flags)
        || flags.value() != 0) {
      throw unknown(SkipReason.ARGUMENT, "message " + message);
    }
    return vectorLength(struct.get("msg_iov"));
  }

  private SkippedException unknown(SkipReason reason, String what) {
    return new SkippedException(reason, line, what);
  }

  // --- what checks ask

  /** How many of the script's connections are in a state. */
  int count(TcpState state) {
    List<Sock> all = new ArrayList<>(table.values());
    return (int)
        all.stream().filter(s -> s.connection != null && s.connection.state() == state).count();
  }
}
