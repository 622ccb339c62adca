package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.TcpConnection;

/** All that is left of a connection for 2 MSL (RFC 9293 §3.6.1). */
final class TimeWait extends Flow {
  private final int sndNxt;
  private final int rcvNxt;

  /** When the 4-tuple is free again. */
  long deadlineNs;

  /** No second answer before this: two of these must not answer each other for ever. */
  long quietUntilNs;

  TimeWait(TcpConnection connection, long nowNs) {
    super(
        connection.localAddress(),
        connection.localPort(),
        connection.remoteAddress(),
        connection.remotePort());
    this.sndNxt = connection.sndNxt();
    this.rcvNxt = connection.rcvNxt();
    this.quietUntilNs = nowNs;
  }

  int sndNxt() {
    return sndNxt;
  }

  int rcvNxt() {
    return rcvNxt;
  }
}
