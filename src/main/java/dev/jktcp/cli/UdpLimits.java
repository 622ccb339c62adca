package dev.jktcp.cli;

import dev.jktcp.impl.PortSocket;

/**
 * The limits of a forwarded UDP port.
 *
 * @param clients most clients at once
 * @param idleMs milliseconds without a datagram in either direction after which a client is
 *     forgotten
 * @param waiting most datagrams of one client on their way in one direction
 * @param waitingBytes most bytes of those
 * @param totalBytes most bytes of all clients' datagrams, both directions together
 */
record UdpLimits(int clients, long idleMs, int waiting, long waitingBytes, long totalBytes) {
  /** With what a socket counts for each datagram. */
  long bytesOfOneClient() {
    return waitingBytes + (long) waiting * PortSocket.REQUEST;
  }
}
