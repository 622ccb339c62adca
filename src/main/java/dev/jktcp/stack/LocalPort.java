package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;

/** A port of ours that takes packets without a connection: that of a listener or of a UDP user. */
public abstract class LocalPort {
  private final IpAddress localAddress;
  private final int port;
  private Object attachment;

  /** Table only: the next of the same port. */
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

  /** The user's own note on this port. */
  public final void attach(Object attachment) {
    this.attachment = attachment;
  }
}
