package dev.jktcp.impl;

import dev.jktcp.stack.UdpPort;

/** Makes what hears of a UDP port, from the first datagram on. Adapter context only. */
public interface DatagramOwnerFactory {
  DatagramOwner own(DrainLoop loop, UdpPort port);
}
