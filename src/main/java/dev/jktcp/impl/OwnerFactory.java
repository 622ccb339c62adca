package dev.jktcp.impl;

import dev.jktcp.tcp.connection.TcpConnection;

/** Makes what hears the events of a connection, from the first on. Adapter context only. */
public interface OwnerFactory {
  /**
   * @param onOver to be called once, when the connection is over
   */
  LoopMember own(DrainLoop loop, TcpConnection connection, Runnable onOver);

  /**
   * Bytes that may wait for the owner of a connection that it opens, and the largest window
   * offered.
   *
   * @return 0: as the adapter's options say
   */
  default int receiveBuffer() {
    return 0;
  }
}
