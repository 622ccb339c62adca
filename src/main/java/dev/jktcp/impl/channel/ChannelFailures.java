package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/**
 * What a connection ends with, as the JDK's sockets say it: code that looks at the class or the
 * text of an exception finds what it knows. The cause says it in the adapter's words.
 */
final class ChannelFailures {
  private ChannelFailures() {}

  /** Of a connection that was established. */
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

  /** Of one that never was. */
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

  /** Of a port that could not be listened on. */
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
