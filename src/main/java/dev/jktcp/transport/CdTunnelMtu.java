package dev.jktcp.transport;

import dev.jktcp.options.Limits;

/** The range of an MTU in a CDTunnel. */
final class CdTunnelMtu {
  static final int MIN = 1_280; // RFC 8200 §5
  static final int MAX = 65_535; // The most the kernel gives an interface.

  private CdTunnelMtu() {}

  static int check(String option, int mtu) {
    return Limits.range(option, mtu, MIN, MAX);
  }
}
