package dev.jktcp.tcp.connection;

import dev.jktcp.wire.IpAddress;

/**
 * Offsets of a stack's timestamp clock, one for each pair of addresses: a keyed hash of the pair,
 * as on Linux. The timestamps of one peer reveal nothing about another's (RFC 7323 §7.1). For one
 * peer the clock runs on from connection to connection, so that a record in TIME-WAIT can tell a
 * new connection from an old duplicate (RFC 6191).
 */
public final class TimestampOffsets {
  private final SipHash hash;
  private final TimestampClock clock = new TimestampClock();

  // The pair of the last call: a handshake asks more than once, and the next is often of the same
  // pair.
  private IpAddress lastLocal;
  private IpAddress lastRemote;
  private int last;

  public TimestampOffsets(SipHash hash) {
    this.hash = hash;
  }

  public int of(IpAddress local, IpAddress remote) {
    if (!remote.equals(lastRemote) || !local.equals(lastLocal)) {
      last = offset(local, remote);
      lastLocal = local;
      lastRemote = remote;
    }
    return last;
  }

  /** The timestamps of a connection between these two addresses. */
  Timestamps timestamps(IpAddress local, IpAddress remote) {
    return new Timestamps(clock, of(local, remote));
  }

  private int offset(IpAddress local, IpAddress remote) {
    return (int)
        (remote.isV6()
            ? hash.hash(local.hi(), local.lo(), remote.hi(), remote.lo())
            : hash.hash(local.lo(), remote.lo()));
  }
}
