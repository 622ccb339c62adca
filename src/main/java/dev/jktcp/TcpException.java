package dev.jktcp;

import dev.jktcp.tcp.CloseReason;
import java.io.IOException;

/**
 * Why a connection, or the attempt to make one, failed. The message is one line fit for a user. It
 * carries no stack trace: what happened, happened on the wire.
 */
public final class TcpException extends IOException {
  private static final long serialVersionUID = 1L;

  private final CloseReason reason;

  /**
   * @param reason how the connection ended; null when the request was refused on this side and no
   *     connection came to be (a taken port, a limit reached)
   */
  public TcpException(CloseReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public TcpException(CloseReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** How the connection ended; null when the request was refused before there was one. */
  public CloseReason reason() {
    return reason;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
