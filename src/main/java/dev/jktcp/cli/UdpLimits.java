package dev.jktcp.cli;

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
  private static final int EACH =
      1024; // bytes that a handle's socket counts more for each datagram

  /** With what a socket counts for each datagram. */
  long bytesOfOneClient() {
    return waitingBytes + (long) waiting * EACH;
  }
}
