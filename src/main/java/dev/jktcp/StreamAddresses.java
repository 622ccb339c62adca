package dev.jktcp;

/**
 * The addresses of a connection on the event bus. Any code that knows the addresses may use them,
 * so they contain an id of 128 random bits. The guide describes their messages one by one.
 *
 * @param id the connection's
 * @param write takes Buffers to send
 * @param read Buffers that were read are sent there
 * @param control takes requests in JSON, such as credit, pause, end, close, info
 */
public record StreamAddresses(String id, String write, String read, String control) {}
