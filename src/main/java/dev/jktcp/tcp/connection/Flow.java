package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;

/**
 * The entry of a 4-tuple: a connection, or the small record it leaves in TIME-WAIT. The public
 * fields belong to the stack, which threads its tables and queues through its flows; no other class
 * touches them.
 */
public abstract class Flow {
  private final IpAddress localAddress;
  private final IpAddress remoteAddress;
  private final char localPort;
  private final char remotePort;

  /** Flow table only: the hash of the 4-tuple. */
  public int tableHash;

  protected Flow(IpAddress localAddress, int localPort, IpAddress remoteAddress, int remotePort) {
    this.localAddress = localAddress;
    this.localPort = (char) localPort;
    this.remoteAddress = remoteAddress;
    this.remotePort = (char) remotePort;
  }

  /** A segment of this flow: TTL and traffic class are the connection's (MUST-48, MUST-49). */
  protected final OutSegment begin(OutSegment out, TcpTuning tuning) {
    return out.begin(localAddress, localPort, remoteAddress, remotePort)
        .ip(tuning.ttl(), tuning.dscp());
  }

  public final IpAddress localAddress() {
    return localAddress;
  }

  public final IpAddress remoteAddress() {
    return remoteAddress;
  }

  public final int localPort() {
    return localPort;
  }

  public final int remotePort() {
    return remotePort;
  }
}
