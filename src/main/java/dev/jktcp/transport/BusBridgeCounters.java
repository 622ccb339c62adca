package dev.jktcp.transport;

/**
 * What a {@link BusBridge} did so far; a snapshot.
 *
 * @param bus what it received from the bus ({@code in}) and sent to it ({@code out})
 * @param transport what its transport did
 * @param overflowed packets from the bus that found the queue to the transport full
 * @param queued messages in that queue now
 * @param mostQueued the most there ever were
 */
public record BusBridgeCounters(
    TransportCounters bus,
    TransportCounters transport,
    long overflowed,
    int queued,
    int mostQueued) {}
