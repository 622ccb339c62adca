package dev.jktcp;

import dev.jktcp.impl.TuningJson;
import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** The settings of a listener. Not thread-safe; read once when given to an adapter. */
@DataObject
public final class TcpListenOptions {
  private static final JsonKeys<TcpListenOptions> JSON =
      new JsonKeys<TcpListenOptions>()
          .integer("port", 0, Limits.MAX_PORT, TcpListenOptions::setPort, TcpListenOptions::getPort)
          .text(
              "localAddress", TcpListenOptions::setLocalAddress, TcpListenOptions::getLocalAddress)
          .integer(
              "backlog",
              0,
              Integer.MAX_VALUE,
              TcpListenOptions::setBacklog,
              TcpListenOptions::getBacklog)
          .object(
              "tuning",
              TuningJson::read,
              TuningJson::write,
              TcpListenOptions::setTuning,
              TcpListenOptions::getTuning)
          .time(
              "idleTimeoutMs", TcpListenOptions::setIdleTimeout, TcpListenOptions::getIdleTimeout);

  private int port;
  private String localAddress;
  private int backlog;
  private TcpTuning tuning;
  private Duration idleTimeout = Duration.ZERO;

  public TcpListenOptions() {}

  public TcpListenOptions(TcpListenOptions other) {
    port = other.port;
    localAddress = other.localAddress;
    backlog = other.backlog;
    tuning = other.tuning;
    idleTimeout = other.idleTimeout;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public TcpListenOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  public int getPort() {
    return port;
  }

  /** The port to listen on; 0 (the default) picks an ephemeral one. */
  public TcpListenOptions setPort(int port) {
    this.port = JSON.checked("port", port);
    return this;
  }

  public String getLocalAddress() {
    return localAddress;
  }

  /** One of the adapter's addresses; null (the default) is all of them, of both families. */
  public TcpListenOptions setLocalAddress(String localAddress) {
    this.localAddress = localAddress;
    return this;
  }

  public int getBacklog() {
    return backlog;
  }

  /** Connections not yet given to the handler at most; 0 (the default) is the adapter's backlog. */
  public TcpListenOptions setBacklog(int backlog) {
    this.backlog = JSON.checked("backlog", backlog);
    return this;
  }

  public TcpTuning getTuning() {
    return tuning;
  }

  /**
   * The tuning that each of its connections begins with; null (the default) is {@link
   * TcpTuning#DEFAULT}.
   */
  public TcpListenOptions setTuning(TcpTuning tuning) {
    this.tuning = tuning;
    return this;
  }

  public Duration getIdleTimeout() {
    return idleTimeout;
  }

  /**
   * The time without a byte sent or received after which a connection is closed, as {@link
   * TcpStream#close} does it. Zero (the default) means never.
   */
  public TcpListenOptions setIdleTimeout(Duration idleTimeout) {
    this.idleTimeout = Limits.time("idleTimeoutMs", idleTimeout, 0, Integer.MAX_VALUE);
    return this;
  }
}
