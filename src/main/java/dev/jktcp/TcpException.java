package dev.jktcp;

import dev.jktcp.tcp.CloseReason;
import java.io.IOException;

/**
 * Why a connection, or the attempt to make one, failed. The message is one line fit for a user.
 * There is no stack trace, for the cause lies on the wire.
 */
public final class TcpException extends IOException {
  private static final long serialVersionUID = 1L;

  private final CloseReason reason;

  /**
   * @param reason how the connection ended; null if this side refused the request before there was
   *     a connection (a port in use, a limit reached)
   */
  public TcpException(CloseReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public TcpException(CloseReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** How the connection ended; null if the request was refused before there was a connection. */
  public CloseReason reason() {
    return reason;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
