package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;

/**
 * A UDP datagram that came.
 *
 * @param remotePort 0: its sender takes no answer (RFC 768)
 * @param local which of our addresses it came to
 * @param payload the reader's own
 */
public record Datagram(IpAddress remote, int remotePort, IpAddress local, byte[] payload) {}
