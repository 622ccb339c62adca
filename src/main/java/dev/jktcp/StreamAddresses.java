package dev.jktcp;

/**
 * Where a connection is found on the event bus. All code that knows the addresses may use them, so
 * they hold an id of 128 random bits. The guide says message by message what goes there.
 *
 * @param id the connection's
 * @param write takes Buffers to send
 * @param read Buffers that were read are sent there
 * @param control takes JSON: credit, pause, end, close, info
 */
public record StreamAddresses(String id, String write, String read, String control) {}
