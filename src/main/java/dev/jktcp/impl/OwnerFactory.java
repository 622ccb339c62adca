package dev.jktcp.impl;

import dev.jktcp.tcp.connection.TcpConnection;

/** Makes the owner of a connection before its first event. Adapter context only. */
public interface OwnerFactory {
  /**
   * @param onOver called once by the owner, when the connection is over
   */
  LoopMember own(DrainLoop loop, TcpConnection connection, Runnable onOver);

  /**
   * Bytes that may wait for the owner of a connection, and so its largest window.
   *
   * @return 0 for the adapter's option
   */
  default int receiveBuffer() {
    return 0;
  }
}
