package dev.jktcp.tcp.connection;

import dev.jktcp.wire.TcpSegment;

/**
 * The segment that leaves next, as {@link SendLadder} has decided. One object serves all
 * connections of a stack: a plan holds only until its sender has accounted for it.
 */
public final class Plan {
  int index; // in the flight; below 0: new data
  int seq;
  int length; // bytes of data
  boolean fin;
  boolean push;
  boolean probes; // as a tail loss probe

  /** The sequence number behind it. */
  int end() {
    return seq + length + (fin ? 1 : 0);
  }

  /** Its flags beyond those of a bare ACK. */
  int flags() {
    return (push ? TcpSegment.PSH : 0) | (fin ? TcpSegment.FIN : 0);
  }

  /** Whether bytes follow it in the queue. */
  boolean leavesMore() {
    return !push && !fin;
  }
}
