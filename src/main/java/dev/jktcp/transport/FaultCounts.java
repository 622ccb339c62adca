package dev.jktcp.transport;

/**
 * The counters of a faulty link in one direction; a snapshot.
 *
 * @param packets packets given to the link
 * @param lost drawn to vanish
 * @param duplicated delivered twice
 * @param corrupted delivered with a flipped bit
 * @param reordered held back for later ones
 * @param marked marked for congestion
 * @param overflowed lost because the queue was full
 * @param tooBig lost because they were larger than the link's MTU
 */
public record FaultCounts(
    long packets,
    long lost,
    long duplicated,
    long corrupted,
    long reordered,
    long marked,
    long overflowed,
    long tooBig) {}
