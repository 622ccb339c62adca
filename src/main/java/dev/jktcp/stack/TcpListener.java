package dev.jktcp.stack;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.AcceptQueue;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;

/**
 * RFC 9293's LISTEN. Its backlog limits the established connections that wait for a user; the stack
 * limits those whose handshake is under way ({@link HalfOpens}).
 */
public final class TcpListener extends LocalPort implements AcceptQueue {
  private final TcpHost host;
  private final HalfOpens halfOpens;
  private final int backlog;
  private final TcpProfile profile;
  private TcpTuning tuning;
  private int receiveBuffer; // 0: the stack's, which may be tuned
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

  /** The listener that a connection came by; null for an active open. */
  public static TcpListener of(TcpConnection connection) {
    return (TcpListener) connection.acceptQueue();
  }

  public boolean isOpen() {
    return open;
  }

  /**
   * Takes no more connections. Half-open ones end with an RST when their handshake completes. The
   * user resets those announced and not accepted.
   */
  public void close() {
    if (open) {
      open = false;
      host.onListenerClosed(this);
    }
  }

  /** Sets the tuning of connections that peers open from now on. */
  public void tune(TcpTuning changed) {
    tuning = changed;
  }

  /**
   * Limits the bytes that wait for the readers of connections that peers open from now on. It is
   * the largest window offered to each.
   *
   * @param bytes at most the stack's largest receive buffer; 0: as the stack's options say
   */
  public void receiveBuffer(int bytes) {
    receiveBuffer = bytes;
  }

  int receiveBuffer() {
    return receiveBuffer;
  }

  boolean hasRoom() {
    return unaccepted < backlog;
  }

  /** Connections that wait to be accepted. */
  public int unaccepted() {
    return unaccepted;
  }

  /** The limit of {@link #unaccepted}. */
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
    // A connection of a closed listener ends.
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
