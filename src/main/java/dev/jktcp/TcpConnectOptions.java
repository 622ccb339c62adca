package dev.jktcp;

import dev.jktcp.impl.TuningJson;
import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** The settings of a connection to be made. Not thread-safe; read once when given to an adapter. */
@DataObject
public final class TcpConnectOptions {
  private static final JsonKeys<TcpConnectOptions> JSON =
      new JsonKeys<TcpConnectOptions>()
          .text("host", TcpConnectOptions::setHost, TcpConnectOptions::getHost)
          .integerOrZero(
              "port", 1, Limits.MAX_PORT, TcpConnectOptions::setPort, TcpConnectOptions::getPort)
          .text(
              "localAddress",
              TcpConnectOptions::setLocalAddress,
              TcpConnectOptions::getLocalAddress)
          .integer(
              "localPort",
              0,
              Limits.MAX_PORT,
              TcpConnectOptions::setLocalPort,
              TcpConnectOptions::getLocalPort)
          .named(
              "profile",
              TcpProfile::named,
              TcpProfile::name,
              TcpConnectOptions::setProfile,
              TcpConnectOptions::getProfile)
          .object(
              "tuning",
              TuningJson::read,
              TuningJson::write,
              TcpConnectOptions::setTuning,
              TcpConnectOptions::getTuning)
          .time(
              "idleTimeoutMs",
              TcpConnectOptions::setIdleTimeout,
              TcpConnectOptions::getIdleTimeout);

  private String host;
  private int port;
  private String localAddress;
  private int localPort;
  private TcpProfile profile;
  private TcpTuning tuning;
  private Duration idleTimeout = Duration.ZERO;

  public TcpConnectOptions() {}

  public TcpConnectOptions(TcpConnectOptions other) {
    host = other.host;
    port = other.port;
    localAddress = other.localAddress;
    localPort = other.localPort;
    profile = other.profile;
    tuning = other.tuning;
    idleTimeout = other.idleTimeout;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. A profile is read by its
   * name.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public TcpConnectOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  public String getHost() {
    return host;
  }

  /**
   * An IP address in text, or a name if the adapter has {@code hosts} or {@code dnsServers}; the
   * addresses of a name are tried as RFC 8305 says. Null (the default) is the only peer.
   */
  public TcpConnectOptions setHost(String host) {
    this.host = host;
    return this;
  }

  public int getPort() {
    return port;
  }

  /** The peer's port, 1 to 65535. */
  public TcpConnectOptions setPort(int port) {
    this.port = JSON.checked("port", port);
    return this;
  }

  public String getLocalAddress() {
    return localAddress;
  }

  /**
   * One of the adapter's addresses. Null (the default) is the first of the peer's family; if the
   * peer's address is one of the adapter's own, it is that address.
   */
  public TcpConnectOptions setLocalAddress(String localAddress) {
    this.localAddress = localAddress;
    return this;
  }

  public int getLocalPort() {
    return localPort;
  }

  /**
   * The local port; 0 (the default) picks one at random (RFC 6056), from the adapter's {@code
   * firstLocalPort} to its {@code lastLocalPort}.
   */
  public TcpConnectOptions setLocalPort(int localPort) {
    this.localPort = JSON.checked("localPort", localPort);
    return this;
  }

  public TcpProfile getProfile() {
    return profile;
  }

  /** A profile, with its congestion control, in place of the adapter's. */
  public TcpConnectOptions setProfile(TcpProfile profile) {
    this.profile = profile;
    return this;
  }

  public TcpTuning getTuning() {
    return tuning;
  }

  /** The connection's own tuning; null (the default) is {@link TcpTuning#DEFAULT}. */
  public TcpConnectOptions setTuning(TcpTuning tuning) {
    this.tuning = tuning;
    return this;
  }

  public Duration getIdleTimeout() {
    return idleTimeout;
  }

  /**
   * The time without a byte sent or received after which the connection is closed, as {@link
   * TcpStream#close} does it. Zero (the default) means never.
   */
  public TcpConnectOptions setIdleTimeout(Duration idleTimeout) {
    this.idleTimeout = Limits.time("idleTimeoutMs", idleTimeout, 0, Integer.MAX_VALUE);
    return this;
  }
}
