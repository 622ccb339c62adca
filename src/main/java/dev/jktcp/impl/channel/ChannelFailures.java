package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/**
 * Failures of connections as exceptions of the JDK's sockets, for code that looks at an exception's
 * class or text. The cause is the adapter's own exception.
 */
final class ChannelFailures {
  private ChannelFailures() {}

  /** The failure of an established connection. */
  static IOException ofConnection(TcpException failure) {
    IOException told =
        switch (reason(failure)) {
          case RESET -> new SocketException("Connection reset");
          case TIMED_OUT -> new IOException("Connection timed out");
          case UNREACHABLE -> new NoRouteToHostException("No route to host");
          default -> new IOException(failure.getMessage());
        };
    return because(told, failure);
  }

  /** The failure of a connect. */
  static IOException ofConnect(Throwable failure) {
    IOException told =
        switch (reason(failure)) {
          case REFUSED, RESET -> new ConnectException("Connection refused");
          case TIMED_OUT -> new ConnectException("Connection timed out");
          case UNREACHABLE -> new NoRouteToHostException("No route to host");
          default -> new ConnectException(failure.getMessage());
        };
    return because(told, failure);
  }

  /** The failure of a listen. */
  static IOException ofBind(Throwable failure) {
    boolean taken = failure.getMessage().contains("already listened on");
    return because(
        new BindException(taken ? "Address already in use" : failure.getMessage()), failure);
  }

  private static CloseReason reason(Throwable failure) {
    CloseReason reason = failure instanceof TcpException tcp ? tcp.reason() : null;
    return reason == null ? CloseReason.CLOSED : reason;
  }

  private static IOException because(IOException told, Throwable cause) {
    told.initCause(cause);
    return told;
  }
}
