package dev.jktcp.transport;

/** How to use a TUN device. */
public final class TunOptions {
  /** Batches on their way to the adapter's context before the reader waits for it. */
  public static final int DEFAULT_MAX_IN_FLIGHT = 8;

  private int mtu;
  private int maxInFlight = DEFAULT_MAX_IN_FLIGHT;

  public TunOptions() {}

  /** Bytes of the largest packet, or 0 (the default) for what the device is set to. */
  public int getMtu() {
    return mtu;
  }

  /**
   * @param mtu 68 (RFC 791 §3.2) to 65,535 bytes, or 0 for what the device is set to
   */
  public TunOptions setMtu(int mtu) {
    if (mtu != 0 && (mtu < 68 || mtu > TunDevice.MAX_PACKET)) {
      throw new IllegalArgumentException("mtu " + mtu + " is not in 68..65535");
    }
    this.mtu = mtu;
    return this;
  }

  public int getMaxInFlight() {
    return maxInFlight;
  }

  /**
   * @param batches read from the device and not yet delivered; beyond that packets wait in the
   *     kernel's queue (txqueuelen, 500 by default), which drops what does not fit
   */
  public TunOptions setMaxInFlight(int batches) {
    if (batches < 1) throw new IllegalArgumentException("in flight " + batches);
    this.maxInFlight = batches;
    return this;
  }
}
