package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/** How a socket transport connects, and how it treats its stream. */
@DataObject
public final class SocketTransportOptions {
  private static final JsonKeys<SocketTransportOptions> JSON =
      new JsonKeys<SocketTransportOptions>()
          .object(
              "stream",
              StreamTransportOptions::new,
              StreamTransportOptions::toJson,
              SocketTransportOptions::setStream,
              SocketTransportOptions::getStream)
          .time(
              "connectTimeoutMs",
              SocketTransportOptions::setConnectTimeout,
              SocketTransportOptions::getConnectTimeout);

  private StreamTransportOptions stream = new StreamTransportOptions();
  private Duration connectTimeout = Duration.ofSeconds(10);

  public SocketTransportOptions() {}

  /** A copy. */
  public SocketTransportOptions(SocketTransportOptions other) {
    stream = new StreamTransportOptions(other.stream);
    connectTimeout = other.connectTimeout;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public SocketTransportOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  /**
   * MTUs, merging, limits. The socket transport sets name and closer itself. The limit of
   * outstanding bytes also bounds the socket's write queue.
   */
  public SocketTransportOptions setStream(StreamTransportOptions stream) {
    this.stream = Objects.requireNonNull(stream);
    return this;
  }

  public StreamTransportOptions getStream() {
    return stream;
  }

  /** How long to wait for a connection. Default 10 s: three of the kernel's SYN retransmissions. */
  public SocketTransportOptions setConnectTimeout(Duration connectTimeout) {
    this.connectTimeout = Limits.time("connectTimeoutMs", connectTimeout);
    return this;
  }

  public Duration getConnectTimeout() {
    return connectTimeout;
  }
}
