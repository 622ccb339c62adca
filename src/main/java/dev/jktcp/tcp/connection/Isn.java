package dev.jktcp.tcp.connection;

import dev.jktcp.wire.IpAddress;

/**
 * Initial sequence numbers of RFC 6528: a clock that ticks every 4 µs (RFC 9293 MUST-8) plus a
 * keyed hash of the 4-tuple (SHLD-1), so that no outsider can guess one, and a 4-tuple that is used
 * again starts above its past numbers.
 */
public final class Isn {
  private static final int TICK_NS = 4_000;

  private final SipHash hash;

  public Isn(SipHash hash) {
    this.hash = hash;
  }

  public int next(IpAddress local, int localPort, IpAddress remote, int remotePort, long nowNs) {
    long ports = (long) localPort << 16 | remotePort;
    long f =
        remote.isV6()
            ? hash.hash(local.hi(), local.lo(), remote.hi(), remote.lo(), ports)
            : hash.hash(remote.lo() << 32 | ports, local.lo());
    return (int) (nowNs / TICK_NS + f);
  }
}
