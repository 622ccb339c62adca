package dev.jktcp.tcp.connection;

/** Bytes handed over for good: the giver never touches this part of the array again. */
public record Slice(byte[] bytes, int offset, int length) {}
