package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.List;

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

  /** The failure of a connect that sent no SYN. */
  static IOException ofNoSyn(Throwable failure) {
    return failure.getMessage().contains("already has a connection")
        ? inUse(failure)
        : ofConnect(failure);
  }

  /** The failure of a connect from an address that is not the adapter's. */
  static IOException ofForeign(IpAddress from, List<IpAddress> own) {
    return because(
        new BindException("Cannot assign requested address"),
        new TcpException(null, from + " is not one of the local addresses " + own));
  }

  /** The failure of a listen. */
  static IOException ofBind(Throwable failure) {
    return failure.getMessage().contains("already listened on")
        ? inUse(failure)
        : because(new BindException(failure.getMessage()), failure);
  }

  private static IOException inUse(Throwable failure) {
    return because(new BindException("Address already in use"), failure);
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
