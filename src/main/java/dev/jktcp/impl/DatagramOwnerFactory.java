package dev.jktcp.impl;

import dev.jktcp.stack.UdpPort;

/** Makes the owner of a UDP port before its first datagram. Adapter context only. */
public interface DatagramOwnerFactory {
  DatagramOwner own(DrainLoop loop, UdpPort port);
}
