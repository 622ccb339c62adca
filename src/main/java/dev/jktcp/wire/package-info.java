/**
 * Bytes to values and back: sequence numbers, checksums, addresses, IPv4, IPv6, TCP and the cutting
 * of a byte stream into packets. Everything on the wire is big-endian. No class here keeps an array
 * it was given, reads a clock or holds a lock; instances belong to one thread at a time.
 *
 * <p>After a successful {@code parse} a value is sane. Bad input is one stackless {@link
 * dev.jktcp.wire.MalformedPacket} with its {@link dev.jktcp.wire.DropReason}, never another
 * exception.
 */
package dev.jktcp.wire;
