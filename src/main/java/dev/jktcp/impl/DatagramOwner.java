package dev.jktcp.impl;

import dev.jktcp.TcpException;

/**
 * The user of a UDP port, inside the adapter's turn: a socket, or a Netty channel. Adapter context
 * only.
 */
public interface DatagramOwner extends NoticeOwner {
  /** The adapter has ended, and the port with it. */
  void onAdapterEnd(TcpException failure);
}
