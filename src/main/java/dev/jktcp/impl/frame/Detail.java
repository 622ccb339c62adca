package dev.jktcp.impl.frame;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpInfo;
import io.vertx.core.net.SocketAddress;

/** The part of a {@link Frame} that most frames do not have. */
public sealed interface Detail {
  /** With {@link Frame#OPEN}: a connection. */
  record Connect(TcpConnectOptions options) implements Detail {}

  /** With {@link Frame#OPEN}: a listener. */
  record Listen(TcpListenOptions options) implements Detail {}

  /**
   * With {@link Frame#OPEN}: a UDP port.
   *
   * @param local null for all addresses
   */
  record Bind(String local, int port) implements Detail {}

  /**
   * With {@link Frame#OPENED} about a connection.
   *
   * @param server the channel of the listener that accepted it; 0 if the handle opened it
   */
  record Opened(SocketAddress local, SocketAddress remote, long server) implements Detail {}

  /** With {@link Frame#OPENED} about a listener or a UDP port. */
  record Listening(SocketAddress local) implements Detail {}

  /**
   * About an open connection, to a handle that has sent {@link Frame#WATCH}. The counts only grow,
   * so that news sent twice reaches the user once.
   *
   * @param softErrors how many soft errors there were since
   * @param softError the last of them; null if there was no error
   * @param urgentEnd the bytes of the stream up to the end of what the peer called urgent; 0 if it
   *     called nothing so
   */
  record News(long softErrors, SoftError softError, long urgentEnd) implements Detail {
    public static final News NONE = new News(0, null, 0);
  }

  /**
   * With {@link Frame#OVER} or {@link Frame#BYE}, or about a channel that could not be opened.
   *
   * @param kind the type of the user's exception
   * @param reason null if there was no connection
   * @param message one line; null for an orderly end
   * @param info the connection's last snapshot, or null
   */
  record Ended(Kind kind, CloseReason reason, String message, TcpInfo info) implements Detail {
    /** The type of an exception. */
    public enum Kind {
      NONE,
      TCP,
      ARGUMENT,
      STATE
    }

    public static Ended of(Throwable cause, CloseReason reason, TcpInfo info) {
      if (cause == null) {
        return new Ended(Kind.NONE, reason, null, info);
      }
      if (cause instanceof TcpException tcp) {
        return new Ended(Kind.TCP, tcp.reason(), tcp.getMessage(), info);
      }
      Kind kind =
          cause instanceof IllegalArgumentException
              ? Kind.ARGUMENT
              : cause instanceof IllegalStateException ? Kind.STATE : Kind.TCP;
      return new Ended(kind, reason, String.valueOf(cause.getMessage()), info);
    }

    /** The user's exception, or null for none. */
    public Exception exception() {
      return switch (kind) {
        case NONE -> null;
        case TCP -> new TcpException(reason, message);
        case ARGUMENT -> new IllegalArgumentException(message);
        case STATE -> new IllegalStateException(message);
      };
    }
  }
}
