package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.TcpTuning;
import java.util.Set;

/** {@code setsockopt} and {@code getsockopt}: level, length and value are all looked at. */
final class SocketOptions {
  private static final int INT = 4;
  private static final int LINGER = 8;
  private static final int LEAST_SEND_BUFFER = 4_608; // Linux: SOCK_MIN_SNDBUF

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

  private final Settings settings;
  private final Machine machine;

  SocketOptions(Settings settings, Machine machine) {
    this.settings = settings;
    this.machine = machine;
  }

  /** The result of setsockopt; what it changes about a connection is changed. */
  Sockets.Result set(Sock socket, Arguments args) {
    String name = args.word(2);
    checkLevel(args, name);
    if (name.equals("SO_LINGER")) {
      checkLength(args, LINGER);
      linger(socket, args);
      return Sockets.Result.of(0);
    }
    boolean oneByte = settings.linux() && name.startsWith("IP_") && args.number(4) == 1;
    if (!oneByte) { // Linux takes a char for options of IPv4
      checkLength(args, INT);
    }
    long value = args.inArray(3);
    boolean unsigned = name.equals("TCP_NOTSENT_LOWAT");
    if (value < Integer.MIN_VALUE || value > (unsigned ? 0xffff_ffffL : Integer.MAX_VALUE)) {
      throw args.unknown(name + " " + value);
    }
    switch (name) {
      case "SO_REUSEADDR" -> socket.reuseAddress = value != 0;
      case "SO_ZEROCOPY" -> {
        if (!settings.linux() || settings.readsCompletions) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name);
        }
      }
      case "IP_MTU_DISCOVER" -> {
        if (!settings.linux() || value < 0 || value > 1) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name + " " + value);
        }
        socket.ignoresPathMtu = value == 0; // shows only where ICMP tells of a smaller MTU
      }
      case "SO_DEBUG" -> socket.debug = value != 0; // nothing on the wire
      case "TCP_REMOTE_UDP_ENCAPS_PORT" -> {
        if (!wrap(socket, args, value)) {
          return Sockets.Result.error("EINVAL");
        }
      }
      case "IPV6_USE_MIN_MTU" -> setLeastMtu(socket, args, value);
      case "SO_KEEPALIVE" -> {
        socket.keepAlive = value != 0;
        tune(socket, args, name, value != 0 || settings.personality.alwaysKeepsAlive() ? 1 : 0);
      }
      case "SO_SNDBUF" -> setSendBuffer(socket, args, value);
      case "TCP_CORK" -> {
        if (!settings.linux()) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name);
        }
        socket.corked = value != 0;
      }
      default -> {
        if (!tune(socket, args, name, value)) {
          return Sockets.Result.error("EINVAL");
        }
      }
    }
    return Sockets.Result.of(0);
  }

  private void checkLevel(Arguments args, String name) {
    Set<String> levels =
        name.startsWith("SO_")
            ? Set.of("SOL_SOCKET")
            : name.startsWith("TCP_")
                ? Set.of("SOL_TCP", "IPPROTO_TCP")
                : name.startsWith("IPV6_")
                    ? Set.of("SOL_IPV6", "IPPROTO_IPV6")
                    : name.startsWith("IP_") ? Set.of("SOL_IP", "IPPROTO_IP") : Set.of();
    if (levels.isEmpty()) {
      throw args.unknown(SkipReason.SOCKET_OPTION, name);
    }
    boolean six = settings.family != Family.IPV4;
    boolean otherFamily =
        !settings.ownScripts()
            && (name.startsWith("IPV6_") && !six || name.startsWith("IP_") && six);
    boolean otherSystem =
        name.equals("TCP_KEEPINIT") && settings.personality == Personality.LINUX
            || name.equals("TCP_USER_TIMEOUT") && !settings.linux();
    if (otherFamily || otherSystem) {
      throw args.unknown(SkipReason.SOCKET_OPTION, name + " on such a socket");
    }
    if (!levels.contains(args.word(1))) {
      throw args.unknown(args.word(1) + " " + name);
    }
  }

  private static void checkLength(Arguments args, int length) {
    if (args.number(4) != length) {
      throw args.unknown(args.word(2) + " of " + args.at(4) + " bytes");
    }
  }

  /**
   * Linux counts its own records along with the bytes, so there only what has room without doubt is
   * played: {@link Sock#sendBuffer}.
   */
  private void setSendBuffer(Sock socket, Arguments args, long value) {
    if (value <= 0 || value > settings.sendBuffer) {
      throw args.unknown("SO_SNDBUF " + value);
    }
    socket.sendBuffer = (int) value;
  }

  /** False for a value that a kernel refuses. */
  private boolean tune(Sock socket, Arguments args, String name, long value) {
    if (!Tunings.inKernelsRange(name, value)) {
      return false;
    }
    TcpTuning changed;
    try {
      changed = Tunings.with(socket.tuning, name, value);
    } catch (IllegalArgumentException e) {
      throw args.unknown(name + " " + value + ": " + e.getMessage());
    }
    boolean late = name.equals("TCP_MAXSEG") && socket.kind == Sock.Kind.CONNECTION;
    if (changed == null || late && settings.linux()) {
      throw args.unknown(SkipReason.SOCKET_OPTION, name);
    }
    if (late && (!socket.connected || value > socket.connection.info(machine.nowNs()).mss())) {
      return false; // FreeBSD lets it shrink
    }
    socket.tuning = changed;
    if (socket.listener != null) {
      socket.listener.tune(changed);
    }
    if (socket.connection != null && !socket.over) {
      socket.connection.tune(changed, machine.nowNs());
    }
    return true;
  }

  /** IPv6's least MTU for all segments of a socket that is new. */
  private boolean setLeastMtu(Sock socket, Arguments args, long value) {
    if (settings.linux() || socket.kind != Sock.Kind.NEW || value != 1) {
      throw args.unknown(SkipReason.SOCKET_OPTION, args.word(2) + " " + value);
    }
    int wrapping = socket.udpPort == 0 ? 0 : Tunnel.OVERHEAD;
    socket.tuning = socket.tuning.withMaxSegment(1280 - 60 - wrapping);
    return true;
  }

  /** False where FreeBSD refuses: it is for sockets that are new, and where UDP is heard. */
  private boolean wrap(Sock socket, Arguments args, long port) {
    if (settings.linux()) {
      throw args.unknown(SkipReason.SOCKET_OPTION, args.word(2));
    }
    boolean possible =
        socket.kind == Sock.Kind.NEW
            && port >= 0
            && port <= 65_535
            && (port == 0 || settings.udpPort != 0);
    socket.udpPort = possible ? (int) port : socket.udpPort;
    return possible;
  }

  private static void linger(Sock socket, Arguments args) {
    Expr value =
        args.at(3) instanceof Expr.Array array && array.items().size() == 1
            ? array.items().get(0)
            : args.at(3);
    Expr.Struct struct = args.struct(value, Set.of("onoff", "linger"));
    boolean on = args.number(args.field(struct, "onoff")) != 0;
    if (args.number(args.field(struct, "linger")) != 0 && on) {
      throw args.unknown("a close that lingers");
    }
    socket.lingerReset = on;
  }

  /**
   * The result of getsockopt.
   *
   * @throws FailedException when the option has another value than the script says
   */
  Sockets.Result get(Sock socket, Arguments args) {
    String name = args.word(2);
    checkLevel(args, name);
    String actual = value(socket, args, name);
    if (!(args.at(4) instanceof Expr.Array length) || length.items().size() != 1) {
      throw args.unknown(name + " of " + args.at(4) + " bytes");
    }
    if (args.inArray(4) != INT) {
      throw new FailedException(
          args.line(), name + " of " + args.at(4) + " bytes", "[" + INT + "]");
    }
    Expr expected =
        args.at(3) instanceof Expr.Array array && array.items().size() == 1
            ? array.items().get(0)
            : args.at(3);
    String wanted =
        expected instanceof Expr.Word w && ERRNOS.contains(w.name())
            ? w.name()
            : Long.toString(args.number(expected));
    if (!wanted.equals(actual)) {
      throw new FailedException(args.line(), name + " [" + wanted + "]", "[" + actual + "]");
    }
    return Sockets.Result.of(0);
  }

  private String value(Sock socket, Arguments args, String name) {
    return switch (name) {
      case "SO_ERROR" -> {
        String error = socket.error;
        socket.takeError();
        yield error == null ? "0" : error;
      }
      case "SO_RCVBUF" -> Long.toString(settings.receiveBufferTold(socket, machine.nowNs()));
      case "SO_SNDBUF" -> {
        if (socket.sendBuffer == 0) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name + " that was not set");
        }
        int factor = settings.personality.defaults().bufferFactor();
        int told = socket.sendBuffer * factor;
        yield Integer.toString(settings.linux() ? Math.max(LEAST_SEND_BUFFER, told) : told);
      }
      case "TCP_REMOTE_UDP_ENCAPS_PORT" -> {
        if (settings.linux()) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name);
        }
        yield Integer.toString(socket.udpPort);
      }
      case "SO_REUSEADDR" -> flag(socket.reuseAddress, 4);
      case "SO_DEBUG" -> flag(socket.debug, 1);
      case "SO_KEEPALIVE" -> flag(socket.keepAlive, 8);
      case "TCP_NODELAY" -> flag(socket.tuning.noDelay(), 4);
      case "TCP_CORK" -> {
        if (!settings.linux()) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name);
        }
        yield flag(socket.corked, 1);
      }
      case "TCP_MAXSEG" -> {
        if (socket.connection == null && socket.tuning.maxSegment() > 0) {
          yield Integer.toString(socket.tuning.maxSegment());
        }
        if (socket.connection == null || !socket.connected) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name + " before a connection");
        }
        yield Integer.toString(socket.connection.info(machine.nowNs()).mss());
      }
      default -> {
        Long value = Tunings.get(socket.tuning, name);
        if (value == null) {
          throw args.unknown(SkipReason.SOCKET_OPTION, name);
        }
        yield Long.toString(value);
      }
    };
  }

  /** FreeBSD tells the bit that it keeps. */
  private String flag(boolean on, int bit) {
    return on ? settings.linux() ? "1" : Integer.toString(bit) : "0";
  }
}
