package dev.jktcp.impl;

/** What is attached to a connection of the core and hears its events. Context only. */
public interface ConnectionOwner {
  /**
   * @param events bits of {@link dev.jktcp.tcp.connection.TcpConnection}
   */
  void onEvents(int events);

  /** As {@link dev.jktcp.ConnectionInfo#owner} says. */
  String owner();
}
