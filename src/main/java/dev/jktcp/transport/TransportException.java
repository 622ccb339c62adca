package dev.jktcp.transport;

import java.io.IOException;

/** Why a transport ended or could not be opened; the message is one line fit for a user. */
public final class TransportException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean inUse;

  public TransportException(String message) {
    this(message, false);
  }

  private TransportException(String message, boolean inUse) {
    super(message);
    this.inUse = inUse;
  }

  public TransportException(String message, Throwable cause) {
    super(message, cause);
    this.inUse = false;
  }

  /** A transport is opened once: it belongs to the adapter or bridge that opened it first. */
  static TransportException openedBefore(String what) {
    return new TransportException(what + " was opened before", true);
  }

  /**
   * Whether a transport could not be opened because another adapter or bridge has it. If so, the
   * caller must not close it.
   */
  public static boolean isInUse(Throwable cause) {
    return cause instanceof TransportException e && e.inUse;
  }

  /** The cause's message behind ours: {@code connect to tcp:host:1: Connection refused}. */
  static TransportException of(String what, Throwable cause) {
    return new TransportException(what + ": " + words(cause), cause);
  }

  /** The cause's message in one line; never blank. */
  static String words(Throwable cause) {
    String why = cause.getMessage();
    if (why == null || why.isBlank()) {
      why = cause.getClass().getSimpleName();
    }
    if (cause instanceof OutOfMemoryError) {
      why = "out of memory: " + why;
    }
    return why.strip().lines().findFirst().orElse(why);
  }
}
