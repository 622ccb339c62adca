package dev.jktcp.stack;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.AcceptQueue;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.IpAddress;

/**
 * RFC 9293's LISTEN. Its backlog bounds the established connections that wait for a user; those
 * whose handshake is under way are bounded by the stack ({@link HalfOpens}).
 */
public final class TcpListener extends LocalPort implements AcceptQueue {
  private final TcpHost host;
  private final HalfOpens halfOpens;
  private final int backlog;
  private final TcpProfile profile;
  private TcpTuning tuning;
  private int unaccepted;
  private boolean open = true;

  TcpListener(
      TcpHost host,
      HalfOpens halfOpens,
      IpAddress localAddress,
      int port,
      int backlog,
      TcpProfile profile,
      TcpTuning tuning) {
    super(localAddress, port);
    this.host = host;
    this.halfOpens = halfOpens;
    this.backlog = backlog;
    this.profile = profile;
    this.tuning = tuning;
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
      host.onListenerClosed(this);
    }
  }

  /** What connections have that peers open from now on. */
  public void tune(TcpTuning changed) {
    tuning = changed;
  }

  boolean hasRoom() {
    return unaccepted < backlog;
  }

  /** Connections that wait to be accepted. */
  public int unaccepted() {
    return unaccepted;
  }

  /** How many may. */
  public int backlog() {
    return backlog;
  }

  TcpProfile profile() {
    return profile;
  }

  TcpTuning tuning() {
    return tuning;
  }

  @Override
  public void onHalfOpen() {
    halfOpens.add();
  }

  @Override
  public void onHalfOpenGone() {
    halfOpens.remove();
  }

  @Override
  public boolean takesAnother() {
    // One of a closed listener ends.
    return !open || host.hasPlaceFor(this, ByteBudget.CONNECTION - ByteBudget.HALF_OPEN);
  }

  @Override
  public boolean onEstablished() {
    if (open) {
      halfOpens.remove();
      unaccepted++;
    }
    return open;
  }

  @Override
  public void onAccepted() {
    unaccepted--;
  }
}
