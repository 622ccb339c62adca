package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;

/** A port of ours that takes what no connection takes: a listener's, or a user's of UDP. */
public abstract class LocalPort {
  private final IpAddress localAddress;
  private final int port;
  private Object attachment;

  /** Table only: another one of the same port. */
  LocalPort next;

  LocalPort(IpAddress localAddress, int port) {
    this.localAddress = localAddress;
    this.port = port;
  }

  public final int port() {
    return port;
  }

  /** Null: every address of the stack. */
  public final IpAddress localAddress() {
    return localAddress;
  }

  public final Object attachment() {
    return attachment;
  }

  /** The user's own note on this. */
  public final void attach(Object attachment) {
    this.attachment = attachment;
  }
}
