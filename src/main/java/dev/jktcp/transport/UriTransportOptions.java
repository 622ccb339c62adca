package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * The options of a transport that its {@link TransportUri} does not name. Read when the transport
 * is made.
 */
@DataObject
public final class UriTransportOptions {
  private static final JsonKeys<UriTransportOptions> JSON =
      new JsonKeys<UriTransportOptions>()
          .integer("mtu", UriTransportOptions::setMtu, UriTransportOptions::getMtu)
          .truth(
              "pathMtuProbing",
              UriTransportOptions::setPathMtuProbing,
              UriTransportOptions::isPathMtuProbing)
          .object(
              "device",
              CdTunnelDeviceOptions::new,
              CdTunnelDeviceOptions::toJson,
              UriTransportOptions::setDevice,
              UriTransportOptions::getDevice);

  private int mtu;
  private boolean pathMtuProbing;
  private CdTunnelDeviceOptions device = new CdTunnelDeviceOptions();

  public UriTransportOptions() {}

  /** A copy. */
  public UriTransportOptions(UriTransportOptions other) {
    mtu = other.mtu;
    pathMtuProbing = other.pathMtuProbing;
    device = new CdTunnelDeviceOptions(other.device);
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public UriTransportOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  public int getMtu() {
    return mtu;
  }

  /**
   * Bytes of the largest packet of a CDTunnel, 1280 to 65,535: for the host the largest it sends,
   * for the device the largest it grants. 0 (the default): the default of {@link CdTunnelOptions}
   * or {@link CdTunnelDeviceOptions}. Other transports ignore it: their adapter's MTU decides.
   */
  public UriTransportOptions setMtu(int mtu) {
    this.mtu = mtu == 0 ? 0 : CdTunnelMtu.check("mtu", mtu);
    return this;
  }

  public boolean isPathMtuProbing() {
    return pathMtuProbing;
  }

  /**
   * Whether the adapter searches for the path's MTU. If no {@link #setMtu} bounds it, the host of a
   * CDTunnel may then send packets of up to {@link CdTunnelOptions#MOST_SEND_MTU} bytes.
   */
  public UriTransportOptions setPathMtuProbing(boolean pathMtuProbing) {
    this.pathMtuProbing = pathMtuProbing;
    return this;
  }

  public CdTunnelDeviceOptions getDevice() {
    return device;
  }

  /** For the device of a CDTunnel: both addresses and the RSD port that its host gets. */
  public UriTransportOptions setDevice(CdTunnelDeviceOptions device) {
    this.device = Objects.requireNonNull(device);
    return this;
  }
}
