package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/** How to use a TUN device. */
@DataObject
public final class TunOptions {
  /** Batches on their way to the adapter's context at which the reader waits. */
  public static final int DEFAULT_MAX_IN_FLIGHT = 8;

  private static final JsonKeys<TunOptions> JSON =
      new JsonKeys<TunOptions>()
          .integer("mtu", TunOptions::setMtu, TunOptions::getMtu)
          .integer("maxInFlight", TunOptions::setMaxInFlight, TunOptions::getMaxInFlight);

  private int mtu;
  private int maxInFlight = DEFAULT_MAX_IN_FLIGHT;

  public TunOptions() {}

  /** A copy. */
  public TunOptions(TunOptions other) {
    mtu = other.mtu;
    maxInFlight = other.maxInFlight;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public TunOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  /** Bytes of the largest packet, or 0 (the default) for the device's own MTU. */
  public int getMtu() {
    return mtu;
  }

  /**
   * @param mtu bytes of the largest packet, 68 (RFC 791 §3.2) to 65,535; 0 for the device's own MTU
   */
  public TunOptions setMtu(int mtu) {
    this.mtu = (int) Limits.zeroOrRange("mtu", mtu, 68, TunDevice.MAX_PACKET);
    return this;
  }

  public int getMaxInFlight() {
    return maxInFlight;
  }

  /**
   * @param batches most batches read from the device and not yet delivered; further packets wait in
   *     the kernel's queue (txqueuelen, 500 by default), which drops those that do not fit
   */
  public TunOptions setMaxInFlight(int batches) {
    this.maxInFlight = Limits.atLeastOne("maxInFlight", batches);
    return this;
  }
}
