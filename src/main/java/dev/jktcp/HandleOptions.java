package dev.jktcp;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.time.Clock;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** The settings of an {@link AdapterHandle}. Not thread-safe; read once when the handle is made. */
@DataObject
public final class HandleOptions {
  /** As much as the adapter's own buffers hold for a connection. */
  public static final int DEFAULT_READ_BUFFER = 256 * 1024;

  public static final int DEFAULT_MAX_PENDING_WRITES = 64 * 1024 * 1024;
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(10);
  public static final Duration DEFAULT_REPEAT = Duration.ofMillis(200);

  /**
   * About 1,000 small datagrams, four times as many bytes as the adapter's buffer of a port takes.
   */
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
   * Reads what {@link #toJson} writes; absent keys keep their defaults. The clock has no key.
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

  /**
   * Bytes of a stream or a UDP port that are on their way to its reader or wait for it; at least 1.
   */
  public HandleOptions setReadBuffer(int readBuffer) {
    this.readBuffer = Limits.atLeastOne("readBuffer", readBuffer);
    return this;
  }

  public int getMaxPendingWrites() {
    return maxPendingWrites;
  }

  /**
   * Bytes that may be written to a stream and not yet taken by the adapter before the stream is
   * reset.
   */
  public HandleOptions setMaxPendingWrites(int maxPendingWrites) {
    this.maxPendingWrites = Limits.atLeastOne("maxPendingWrites", maxPendingWrites);
    return this;
  }

  public int getUdpSendBuffer() {
    return udpSendBuffer;
  }

  /**
   * Bytes that a UDP socket has sent and the adapter has not answered yet, 1024 more for each
   * datagram; beyond this number a send fails.
   */
  public HandleOptions setUdpSendBuffer(int udpSendBuffer) {
    this.udpSendBuffer = Limits.atLeastOne("udpSendBuffer", udpSendBuffer);
    return this;
  }

  public Duration getRequestTimeout() {
    return requestTimeout;
  }

  /**
   * The time after which a request without an answer fails. Time during which this process is
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
   * The time after which a message that the adapter has not confirmed is repeated; it doubles with
   * each repetition.
   */
  public HandleOptions setRepeat(Duration repeat) {
    this.repeat = Limits.time("repeatMs", repeat);
    return this;
  }

  public boolean isLocal() {
    return local;
  }

  /** Whether the adapter is in this process (the default). If false, it may be on any node. */
  public HandleOptions setLocal(boolean local) {
    this.local = local;
    return this;
  }

  public Clock getClock() {
    return clock;
  }

  /** The clock of the handle's timeouts; null (the default) is real time. */
  public HandleOptions setClock(Clock clock) {
    this.clock = clock;
    return this;
  }
}
