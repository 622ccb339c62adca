package dev.jktcp.tcp.connection;

import dev.jktcp.wire.IpAddress;

/** A flow with its own place in the timing wheel, so that arming allocates nothing. */
public abstract class TimedFlow extends Flow {
  /** Wheel only: neighbours in a slot. */
  public TimedFlow wheelNext;

  public TimedFlow wheelPrevious;

  /** Wheel only: slot number; -1 = in no slot. */
  public int wheelSlot = -1;

  /** Wheel only: the tick at which the flow is due. */
  public long wheelTick;

  /** Wheel only: number of the arming, for the order within a tick. */
  public long wheelOrder;

  protected TimedFlow(
      IpAddress localAddress, int localPort, IpAddress remoteAddress, int remotePort) {
    super(localAddress, localPort, remoteAddress, remotePort);
  }
}
