package dev.jktcp;

import dev.jktcp.time.Clock;

/** How a handle talks with its adapter. Not thread-safe; read once when the handle is made. */
public final class HandleOptions {
  /** As much as the adapter's own buffers hold for a connection. */
  public static final int DEFAULT_READ_BUFFER = 256 * 1024;

  public static final int DEFAULT_MAX_PENDING_WRITES = 64 * 1024 * 1024;
  public static final long DEFAULT_REQUEST_TIMEOUT_MS = 10_000;
  public static final long DEFAULT_REPEAT_MS = 200;

  /** About 1,000 small datagrams, four times what the adapter's own buffer of a port takes. */
  public static final int DEFAULT_UDP_SEND_BUFFER = 1024 * 1024;

  private int readBuffer = DEFAULT_READ_BUFFER;
  private int maxPendingWrites = DEFAULT_MAX_PENDING_WRITES;
  private int udpSendBuffer = DEFAULT_UDP_SEND_BUFFER;
  private long requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS;
  private long repeatMs = DEFAULT_REPEAT_MS;
  private boolean local = true;
  private Clock clock;

  public HandleOptions() {}

  public HandleOptions(HandleOptions other) {
    readBuffer = other.readBuffer;
    maxPendingWrites = other.maxPendingWrites;
    udpSendBuffer = other.udpSendBuffer;
    requestTimeoutMs = other.requestTimeoutMs;
    repeatMs = other.repeatMs;
    local = other.local;
    clock = other.clock;
  }

  public int getReadBuffer() {
    return readBuffer;
  }

  /** Bytes of a stream or a UDP port on their way to its reader, or waiting for it; at least 1. */
  public HandleOptions setReadBuffer(int readBuffer) {
    this.readBuffer = atLeastOne("readBuffer", readBuffer);
    return this;
  }

  public int getMaxPendingWrites() {
    return maxPendingWrites;
  }

  /** Bytes a stream may have been given that the adapter has not taken, before it is reset. */
  public HandleOptions setMaxPendingWrites(int maxPendingWrites) {
    this.maxPendingWrites = atLeastOne("maxPendingWrites", maxPendingWrites);
    return this;
  }

  public int getUdpSendBuffer() {
    return udpSendBuffer;
  }

  /**
   * Bytes a UDP socket may have been given that the adapter has not answered for, 1024 more for
   * each datagram; beyond it a send fails.
   */
  public HandleOptions setUdpSendBuffer(int udpSendBuffer) {
    this.udpSendBuffer = atLeastOne("udpSendBuffer", udpSendBuffer);
    return this;
  }

  public long getRequestTimeoutMs() {
    return requestTimeoutMs;
  }

  /**
   * Milliseconds after which a question that was not answered fails; time in which this process is
   * stopped does not count.
   */
  public HandleOptions setRequestTimeoutMs(long requestTimeoutMs) {
    this.requestTimeoutMs = atLeastOne("requestTimeoutMs", requestTimeoutMs);
    return this;
  }

  public long getRepeatMs() {
    return repeatMs;
  }

  /**
   * Milliseconds after which what the adapter has not confirmed is said again, at first; the
   * distance doubles until it is heard.
   */
  public HandleOptions setRepeatMs(long repeatMs) {
    this.repeatMs = atLeastOne("repeatMs", repeatMs);
    return this;
  }

  public boolean isLocal() {
    return local;
  }

  /** Whether the adapter is in this process (the default); else it may be on any node. */
  public HandleOptions setLocal(boolean local) {
    this.local = local;
    return this;
  }

  public Clock getClock() {
    return clock;
  }

  /** The time the handle lives by; null (the default) is real time. */
  public HandleOptions setClock(Clock clock) {
    this.clock = clock;
    return this;
  }

  private static int atLeastOne(String name, int value) {
    return (int) atLeastOne(name, (long) value);
  }

  private static long atLeastOne(String name, long value) {
    if (value < 1) throw new IllegalArgumentException(name + ": " + value + " is less than 1");
    return value;
  }
}
