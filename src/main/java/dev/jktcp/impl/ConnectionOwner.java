package dev.jktcp.impl;

/** The owner of a connection of the core, which gets its events. Adapter context only. */
public interface ConnectionOwner {
  /**
   * @param events bits of {@link dev.jktcp.tcp.connection.TcpConnection}
   */
  void onEvents(int events);

  /** The value of {@link dev.jktcp.ConnectionInfo#owner}. */
  String owner();
}
