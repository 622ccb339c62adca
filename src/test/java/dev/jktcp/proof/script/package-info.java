/**
 * Packet scripts in Java: one line a packet or a call, in virtual time, each played over IPv4, over
 * IPv6 and with sequence numbers that wrap. Begin with {@code PacketScript}.
 */
package dev.jktcp.proof.script;
