package dev.jktcp.transport;

/**
 * The counters of a transport since it was opened; a snapshot.
 *
 * @param packetsIn packets delivered to the receiver
 * @param bytesIn bytes of those packets
 * @param packetsOut packets taken by {@link PacketTransport#send} and not dropped at once
 * @param bytesOut bytes of those packets
 * @param droppedIn arrivals that were no packet, or larger than the receive MTU
 * @param droppedOut packets sent while full, larger than the MTU, or after the end
 */
public record TransportCounters(
    long packetsIn,
    long bytesIn,
    long packetsOut,
    long bytesOut,
    long droppedIn,
    long droppedOut) {}
