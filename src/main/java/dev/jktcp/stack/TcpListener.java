package dev.jktcp.stack;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.AcceptQueue;
import dev.jktcp.wire.IpAddress;

/** RFC 9293's LISTEN. Its backlog bounds what peers can make us hold before a user takes it. */
public final class TcpListener implements AcceptQueue {
  private final IpStack stack;
  private final IpAddress localAddress;
  private final int port;
  private final int backlog;
  private final TcpProfile profile;
  private TcpTuning tuning;
  private int waiting; // half-open or not accepted
  private boolean open = true;
  private Object attachment;

  TcpListener(
      IpStack stack,
      IpAddress localAddress,
      int port,
      int backlog,
      TcpProfile profile,
      TcpTuning tuning) {
    this.stack = stack;
    this.localAddress = localAddress;
    this.port = port;
    this.backlog = backlog;
    this.profile = profile;
    this.tuning = tuning;
  }

  public int port() {
    return port;
  }

  /** Null: every address of the stack. */
  public IpAddress localAddress() {
    return localAddress;
  }

  public boolean isOpen() {
    return open;
  }

  /**
   * No more connections. Those that are half-open end with an RST when their handshake completes;
   * those announced but not accepted are the user's to reset.
   */
  public void close() {
    if (open) {
      open = false;
      stack.onListenerClosed(this);
    }
  }

  public Object attachment() {
    return attachment;
  }

  /** The user's own note on this listener. */
  public void attach(Object attachment) {
    this.attachment = attachment;
  }

  /** What connections have that peers open from now on. */
  public void tune(TcpTuning changed) {
    tuning = changed;
  }

  boolean hasRoom() {
    return waiting < backlog;
  }

  TcpProfile profile() {
    return profile;
  }

  TcpTuning tuning() {
    return tuning;
  }

  @Override
  public void onHalfOpen() {
    waiting++;
  }

  @Override
  public void onHalfOpenGone() {
    waiting--;
  }

  @Override
  public boolean onEstablished() {
    return open; // and goes on waiting, for accept()
  }

  @Override
  public void onAccepted() {
    waiting--;
  }
}
