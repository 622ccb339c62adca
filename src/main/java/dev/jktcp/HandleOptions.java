package dev.jktcp;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.time.Clock;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** How a handle talks with its adapter. Not thread-safe; read once when the handle is made. */
@DataObject
public final class HandleOptions {
  /** As much as the adapter's own buffers hold for a connection. */
  public static final int DEFAULT_READ_BUFFER = 256 * 1024;

  public static final int DEFAULT_MAX_PENDING_WRITES = 64 * 1024 * 1024;
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(10);
  public static final Duration DEFAULT_REPEAT = Duration.ofMillis(200);

  /** About 1,000 small datagrams, four times what the adapter's own buffer of a port takes. */
  public static final int DEFAULT_UDP_SEND_BUFFER = 1024 * 1024;

  private static final JsonKeys<HandleOptions> JSON =
      new JsonKeys<HandleOptions>()
          .integer("readBuffer", HandleOptions::setReadBuffer, HandleOptions::getReadBuffer)
          .integer(
              "maxPendingWrites",
              HandleOptions::setMaxPendingWrites,
              HandleOptions::getMaxPendingWrites)
          .integer(
              "udpSendBuffer", HandleOptions::setUdpSendBuffer, HandleOptions::getUdpSendBuffer)
          .time(
              "requestTimeoutMs",
              HandleOptions::setRequestTimeout,
              HandleOptions::getRequestTimeout)
          .time("repeatMs", HandleOptions::setRepeat, HandleOptions::getRepeat)
          .truth("local", HandleOptions::setLocal, HandleOptions::isLocal);

  private int readBuffer = DEFAULT_READ_BUFFER;
  private int maxPendingWrites = DEFAULT_MAX_PENDING_WRITES;
  private int udpSendBuffer = DEFAULT_UDP_SEND_BUFFER;
  private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
  private Duration repeat = DEFAULT_REPEAT;
  private boolean local = true;
  private Clock clock;

  public HandleOptions() {}

  public HandleOptions(HandleOptions other) {
    readBuffer = other.readBuffer;
    maxPendingWrites = other.maxPendingWrites;
    udpSendBuffer = other.udpSendBuffer;
    requestTimeout = other.requestTimeout;
    repeat = other.repeat;
    local = other.local;
    clock = other.clock;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. JSON has no clock.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public HandleOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  public int getReadBuffer() {
    return readBuffer;
  }

  /** Bytes of a stream or a UDP port on their way to its reader, or waiting for it; at least 1. */
  public HandleOptions setReadBuffer(int readBuffer) {
    this.readBuffer = Limits.atLeastOne("readBuffer", readBuffer);
    return this;
  }

  public int getMaxPendingWrites() {
    return maxPendingWrites;
  }

  /** Bytes a stream may have been given that the adapter has not taken, before it is reset. */
  public HandleOptions setMaxPendingWrites(int maxPendingWrites) {
    this.maxPendingWrites = Limits.atLeastOne("maxPendingWrites", maxPendingWrites);
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
    this.udpSendBuffer = Limits.atLeastOne("udpSendBuffer", udpSendBuffer);
    return this;
  }

  public Duration getRequestTimeout() {
    return requestTimeout;
  }

  /**
   * The time after which a question that was not answered fails; time in which this process is
   * stopped does not count.
   */
  public HandleOptions setRequestTimeout(Duration requestTimeout) {
    this.requestTimeout = Limits.time("requestTimeoutMs", requestTimeout);
    return this;
  }

  public Duration getRepeat() {
    return repeat;
  }

  /**
   * The time after which what the adapter has not confirmed is said again, at first; the distance
   * doubles until it is heard.
   */
  public HandleOptions setRepeat(Duration repeat) {
    this.repeat = Limits.time("repeatMs", repeat);
    return this;
  }

  public boolean isLocal() {
    return local;
  }

  /** Whether the adapter is in this process (the default); if not, it may be on any node. */
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
}
