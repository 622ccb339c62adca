package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.text.Fields;
import dev.jktcp.text.KernelWords;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.net.SocketAddress;
import java.net.UnknownHostException;

/** The exceptions for a connection's ends, each with one line for the user. */
public final class Failures {
  private Failures() {}

  /**
   * @param cause why the transport was lost; null if it was not
   */
  public static TcpException of(CloseReason reason, SocketAddress remote, Throwable cause) {
    return switch (reason) {
      case CLOSED, ABORTED, UNREACHABLE ->
          new TcpException(reason, reason.text() + ": " + text(remote));
      case RESET, REFUSED -> new TcpException(reason, reason.text() + " by " + text(remote));
      case TIMED_OUT ->
          new TcpException(reason, reason.text() + ": no answer from " + text(remote));
      case OUT_OF_MEMORY ->
          new TcpException(
              reason,
              reason.text()
                  + ": what is held for "
                  + text(remote)
                  + " does not move and maxBytesHeld is used up: raise it, or the heap");
      case BUS_LOST -> busLost(text(remote));
      case ADAPTER_CLOSED -> adapterClosed();
      case TRANSPORT_AWAY -> transportAway(remote, cause);
      case ADDRESS_GONE ->
          new TcpException(
              reason,
              reason.text()
                  + ": the transport came back with other addresses; connect to "
                  + text(remote)
                  + " anew");
      case TRANSPORT_LOST -> transportLost(cause);
    };
  }

  /** A UDP port whose address the adapter has lost. */
  static TcpException portGone(IpAddress address, int port) {
    CloseReason reason = CloseReason.ADDRESS_GONE;
    return new TcpException(
        reason,
        reason.text()
            + ": the transport came back with other addresses, and UDP port "
            + port
            + " of "
            + address
            + " is closed; bind anew");
  }

  /**
   * The same, with the trouble on the path if that explains it.
   *
   * @param heard the last trouble on the path; null for none
   */
  public static TcpException of(
      CloseReason reason, SocketAddress remote, Throwable cause, SoftError heard) {
    TcpException plain = of(reason, remote, cause);
    boolean says = reason == CloseReason.TIMED_OUT || reason == CloseReason.UNREACHABLE;
    if (!says || heard == null || heard == SoftError.RETRANSMITTING) {
      return plain;
    }
    return new TcpException(reason, plain.getMessage() + " (" + heard.text() + ")");
  }

  /**
   * @param why the lost data, or the cause of the loss
   */
  public static TcpException busLost(String why) {
    CloseReason reason = CloseReason.BUS_LOST;
    return new TcpException(reason, reason.text() + ": " + why);
  }

  /** A connect that its user gave up before there was an address. */
  static TcpException aborted() {
    return new TcpException(CloseReason.ABORTED, CloseReason.ABORTED.text());
  }

  public static TcpException adapterClosed() {
    return new TcpException(CloseReason.ADAPTER_CLOSED, CloseReason.ADAPTER_CLOSED.text());
  }

  /**
   * @param cause why the transport is away; null if not known
   */
  private static TcpException transportAway(SocketAddress remote, Throwable cause) {
    CloseReason reason = CloseReason.TRANSPORT_AWAY;
    String why = cause == null ? "" : " (" + firstLine(cause) + ")";
    return new TcpException(
        reason,
        reason.text()
            + ": the connection to "
            + text(remote)
            + " has waited for its gap or its own timeout"
            + why,
        cause);
  }

  static TcpException transportLost(Throwable cause) {
    String why = cause == null ? "the other side left" : firstLine(cause);
    CloseReason reason = CloseReason.TRANSPORT_LOST;
    return new TcpException(reason, reason.text() + ": " + why, cause);
  }

  /** Why the kernel refuses to listen on this port. */
  public static String cannotListen(String host, int port, Throwable cause) {
    String where = "cannot listen on " + Fields.join(host, port) + ": ";
    boolean unknown = cause instanceof UnknownHostException;
    return where
        + (unknown
            ? "'" + host + "' is no name of this machine; give one of its IP addresses"
            : KernelWords.ofListening(firstLine(cause), false));
  }

  /** Of a name without an address: the connection could not be made. */
  public static Throwable ofName(Throwable cause) {
    return cause instanceof UnknownHostException
        ? new TcpException(null, cause.getMessage(), cause)
        : cause;
  }

  /** {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
  public static String text(SocketAddress address) {
    return Fields.join(address.host(), address.port());
  }

  /** The first line of a failure. */
  public static String firstLine(Throwable cause) {
    String message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause.getClass().getSimpleName();
    }
    return message.lines().findFirst().orElse(message);
  }
}
