package dev.jktcp.transport;

import java.util.Objects;

/** What a {@link TransportUri} leaves open. Read when the transport is made. */
public final class UriTransportOptions {
  private int mtu;
  private CdTunnelDeviceOptions device = new CdTunnelDeviceOptions();

  public UriTransportOptions() {}

  /** A copy. */
  public UriTransportOptions(UriTransportOptions other) {
    mtu = other.mtu;
    device = new CdTunnelDeviceOptions(other.device);
  }

  public int getMtu() {
    return mtu;
  }

  /**
   * Bytes of the largest packet of a CDTunnel, 1280 to 65,535: as the host what is sent, as the
   * device what is granted. 0 (the default) is what {@link CdTunnelOptions} and {@link
   * CdTunnelDeviceOptions} say. Other transports have no use for it: their adapter's MTU rules.
   */
  public UriTransportOptions setMtu(int mtu) {
    this.mtu = mtu == 0 ? 0 : CdTunnelMtu.check("MTU", mtu);
    return this;
  }

  public CdTunnelDeviceOptions getDevice() {
    return device;
  }

  /** Of the device side: both addresses and the RSD port the host is told. */
  public UriTransportOptions setDevice(CdTunnelDeviceOptions device) {
    this.device = Objects.requireNonNull(device);
    return this;
  }
}
