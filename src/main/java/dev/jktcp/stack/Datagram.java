package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;

/**
 * A received UDP datagram.
 *
 * @param remotePort 0: the sender wants no answer (RFC 768)
 * @param local the address of ours that it was sent to
 * @param payload a copy that the reader may keep
 */
public record Datagram(IpAddress remote, int remotePort, IpAddress local, byte[] payload) {}
