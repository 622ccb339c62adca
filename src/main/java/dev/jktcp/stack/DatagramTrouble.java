package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;
import dev.jktcp.wire.IpAddress;

/** An ICMP error about a datagram that was sent. */
public record DatagramTrouble(SoftError error, IpAddress remote, int remotePort) {}
