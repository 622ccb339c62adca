package dev.jktcp.tcp.connection;

import dev.jktcp.wire.IpAddress;

/** A flow that has a place in the timing wheel of its own, so that arming it allocates nothing. */
public abstract class TimedFlow extends Flow {
  /** Wheel only: neighbours in a slot. */
  public TimedFlow wheelNext;

  public TimedFlow wheelPrevious;

  /** Wheel only: slot number, or -1 while in none. */
  public int wheelSlot = -1;

  /** Wheel only: the tick at which this flow wants to hear of time. */
  public long wheelTick;

  /** Wheel only: which arming of all this was. */
  public long wheelOrder;

  protected TimedFlow(
      IpAddress localAddress, int localPort, IpAddress remoteAddress, int remotePort) {
    super(localAddress, localPort, remoteAddress, remotePort);
  }
}
