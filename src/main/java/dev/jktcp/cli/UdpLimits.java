package dev.jktcp.cli;

/**
 * What a UDP port that is forwarded bears.
 *
 * @param clients at once
 * @param idleMs after which a client that is silent, and is sent nothing, is forgotten
 * @param waiting datagrams of one client on their way in one direction
 * @param waitingBytes of those
 * @param totalBytes of all clients' in both directions
 */
record UdpLimits(int clients, long idleMs, int waiting, long waitingBytes, long totalBytes) {}
