package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.options.WrongOption;
import dev.jktcp.time.Clock;
import dev.jktcp.wire.IpAddress;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/** The device's side of a CDTunnel. Read when the wait for the host begins. */
@DataObject
public final class CdTunnelDeviceOptions {
  public static final String DEFAULT_CLIENT_ADDRESS = "fd66::2";
  public static final String DEFAULT_SERVER_ADDRESS = "fd66::1";

  /** The MTU that real devices grant to hosts that ask for it. */
  public static final int DEFAULT_MAX_MTU = 16_000;

  /** Any port will do: hosts learn it from the answer. */
  public static final int DEFAULT_RSD_PORT = 58_783;

  /** A host's request has about 50 bytes. */
  public static final int DEFAULT_MAX_REQUEST_BYTES = 8_192;

  private static final JsonKeys<CdTunnelDeviceOptions> JSON =
      new JsonKeys<CdTunnelDeviceOptions>()
          .text(
              "clientAddress",
              CdTunnelDeviceOptions::setClientAddress,
              CdTunnelDeviceOptions::getClientAddress)
          .text(
              "serverAddress",
              CdTunnelDeviceOptions::setServerAddress,
              CdTunnelDeviceOptions::getServerAddress)
          .integer("rsdPort", CdTunnelDeviceOptions::setRsdPort, CdTunnelDeviceOptions::getRsdPort)
          .integer("maxMtu", CdTunnelDeviceOptions::setMaxMtu, CdTunnelDeviceOptions::getMaxMtu)
          .time("timeoutMs", CdTunnelDeviceOptions::setTimeout, CdTunnelDeviceOptions::getTimeout)
          .integer(
              "maxRequestBytes",
              CdTunnelDeviceOptions::setMaxRequestBytes,
              CdTunnelDeviceOptions::getMaxRequestBytes);

  private String clientAddress = DEFAULT_CLIENT_ADDRESS;
  private String serverAddress = DEFAULT_SERVER_ADDRESS;
  private int rsdPort = DEFAULT_RSD_PORT;
  private int maxMtu = DEFAULT_MAX_MTU;
  private Duration timeout = CdTunnelOptions.DEFAULT_TIMEOUT;
  private int maxRequestBytes = DEFAULT_MAX_REQUEST_BYTES;
  private Supplier<Future<Void>> closer;
  private Clock clock;

  public CdTunnelDeviceOptions() {}

  /** A copy. */
  public CdTunnelDeviceOptions(CdTunnelDeviceOptions other) {
    clientAddress = other.clientAddress;
    serverAddress = other.serverAddress;
    rsdPort = other.rsdPort;
    maxMtu = other.maxMtu;
    timeout = other.timeout;
    maxRequestBytes = other.maxRequestBytes;
    closer = other.closer;
    clock = other.clock;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. JSON has no closer and no
   * clock.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public CdTunnelDeviceOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  public String getClientAddress() {
    return clientAddress;
  }

  /** The IPv6 address the host is given. */
  public CdTunnelDeviceOptions setClientAddress(String clientAddress) {
    this.clientAddress = v6("clientAddress", clientAddress);
    return this;
  }

  public String getServerAddress() {
    return serverAddress;
  }

  /** The IPv6 address of this side. */
  public CdTunnelDeviceOptions setServerAddress(String serverAddress) {
    this.serverAddress = v6("serverAddress", serverAddress);
    return this;
  }

  public int getRsdPort() {
    return rsdPort;
  }

  /**
   * The port at which the host is to ask for services, 1 to 65535; nothing listens there by itself.
   */
  public CdTunnelDeviceOptions setRsdPort(int rsdPort) {
    this.rsdPort = Limits.range("rsdPort", rsdPort, 1, Limits.MAX_PORT);
    return this;
  }

  public int getMaxMtu() {
    return maxMtu;
  }

  /**
   * The largest MTU to grant, 1280 (RFC 8200 §5) to 65,535 bytes; less if the host asks for less.
   */
  public CdTunnelDeviceOptions setMaxMtu(int maxMtu) {
    this.maxMtu = CdTunnelMtu.check("maxMtu", maxMtu);
    return this;
  }

  public Duration getTimeout() {
    return timeout;
  }

  /** How long to wait for the request. */
  public CdTunnelDeviceOptions setTimeout(Duration timeout) {
    this.timeout = Limits.time("timeoutMs", timeout);
    return this;
  }

  public int getMaxRequestBytes() {
    return maxRequestBytes;
  }

  /** Most bytes of JSON in the request; a longer one is refused. */
  public CdTunnelDeviceOptions setMaxRequestBytes(int maxRequestBytes) {
    this.maxRequestBytes = Limits.atLeastOne("maxRequestBytes", maxRequestBytes);
    return this;
  }

  /** Null: end the write stream. */
  public Supplier<Future<Void>> getCloser() {
    return closer;
  }

  /** As {@link CdTunnelOptions#setCloser}. */
  public CdTunnelDeviceOptions setCloser(Supplier<Future<Void>> closer) {
    this.closer = Objects.requireNonNull(closer);
    return this;
  }

  /** Null: real time. */
  public Clock getClock() {
    return clock;
  }

  /** The clock that measures the timeouts. Default: real time. */
  public CdTunnelDeviceOptions setClock(Clock clock) {
    this.clock = Objects.requireNonNull(clock);
    return this;
  }

  private static String v6(String name, String text) {
    IpAddress address = JsonKeys.within(name, () -> IpAddress.parse(text));
    if (!address.isV6()) {
      throw new WrongOption(name, "not an IPv6 address: " + text);
    }
    return address.toString();
  }
}
