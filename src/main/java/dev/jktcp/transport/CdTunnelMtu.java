package dev.jktcp.transport;

/** What an MTU in a CDTunnel may be. */
final class CdTunnelMtu {
  static final int MIN = 1_280; // RFC 8200 §5
  static final int MAX = 65_535; // The most the kernel gives an interface.

  private CdTunnelMtu() {}

  static int check(String what, int mtu) {
    if (mtu < MIN || mtu > MAX) {
      throw new IllegalArgumentException(what + " " + mtu + " is outside " + MIN + ".." + MAX);
    }
    return mtu;
  }
}
