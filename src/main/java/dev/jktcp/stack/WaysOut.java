package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;

/** The two ways out: to others by the transport, and to the stack itself. */
final class WaysOut {
  private final LocalAddresses addresses;
  private final ReadyQueue outward;
  private final ReadyQueue inward;

  WaysOut(
      StackOptions options, LocalAddresses addresses, FaultyConnections faulty, StackTime time) {
    this.addresses = addresses;
    this.outward = new ReadyQueue(options, faulty, time);
    this.inward = new ReadyQueue(options, faulty, time);
  }

  ReadyQueue outward() {
    return outward;
  }

  ReadyQueue inward() {
    return inward;
  }

  ReadyQueue to(IpAddress remote) {
    return addresses.isOurs(remote) ? inward : outward;
  }

  ReadyQueue of(TcpConnection connection) {
    return connection.isInward() ? inward : outward;
  }

  void dropLastWordsOfTooMany() {
    outward.dropLastWordsOfTooMany();
    inward.dropLastWordsOfTooMany();
  }
}
