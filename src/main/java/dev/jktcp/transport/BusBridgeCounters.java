package dev.jktcp.transport;

/**
 * The counters of a {@link BusBridge}; a snapshot.
 *
 * @param bus packets from the bus ({@code in}) and to the bus ({@code out})
 * @param transport counters of its transport
 * @param overflowed packets from the bus that found the queue to the transport full
 * @param queued messages in that queue now
 * @param mostQueued the most messages that queue ever held
 */
public record BusBridgeCounters(
    TransportCounters bus,
    TransportCounters transport,
    long overflowed,
    int queued,
    int mostQueued) {}
