package dev.jktcp.transport;

import java.io.IOException;

/** Why a transport ended or could not be opened; the message is one line fit for a user. */
public final class TransportException extends IOException {
  private static final long serialVersionUID = 1L;

  public TransportException(String message) {
    super(message);
  }

  public TransportException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The cause's own words behind ours: {@code connect to tcp:host:1: Connection refused}. */
  static TransportException of(String what, Throwable cause) {
    String why = cause.getMessage();
    if (why == null || why.isBlank()) why = cause.getClass().getSimpleName();
    if (cause instanceof OutOfMemoryError) why = "out of memory: " + why;
    return new TransportException(what + ": " + why.lines().findFirst().orElse(why), cause);
  }
}
