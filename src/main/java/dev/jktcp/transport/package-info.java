/**
 * Carriers of IP packets: {@link dev.jktcp.transport.PacketTransport} and its implementations.
 *
 * <p>Packets travel as {@link dev.jktcp.transport.PacketBatch batches} with one owner at a time.
 * Fault injection and capture are transports around a transport; nothing above knows of them.
 */
package dev.jktcp.transport;
