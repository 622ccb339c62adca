package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.wire.PacketFramer;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/** How an in-process pipe behaves; the same for both ends. */
@DataObject
public final class PipeTransportOptions {
  private static final JsonKeys<PipeTransportOptions> JSON =
      new JsonKeys<PipeTransportOptions>()
          .integer("mtu", PipeTransportOptions::setMtu, PipeTransportOptions::getMtu)
          .integer(
              "maxBatches",
              PipeTransportOptions::setMaxBatches,
              PipeTransportOptions::getMaxBatches);

  private int mtu = PacketFramer.MAX_PACKET;
  private int maxBatches = 32;

  public PipeTransportOptions() {}

  /** A copy. */
  public PipeTransportOptions(PipeTransportOptions other) {
    mtu = other.mtu;
    maxBatches = other.maxBatches;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public PipeTransportOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  /** Bytes of the largest packet it takes. Default 65,575, the most an IP header can announce. */
  public PipeTransportOptions setMtu(int mtu) {
    this.mtu = Limits.atLeastOne("mtu", mtu);
    return this;
  }

  public int getMtu() {
    return mtu;
  }

  /**
   * Batches under way in one direction at which it is full. Default 32: with the arrays of the
   * default pool 2 MiB at most, and enough to let two busy contexts run past each other.
   */
  public PipeTransportOptions setMaxBatches(int maxBatches) {
    this.maxBatches = Limits.atLeastOne("maxBatches", maxBatches);
    return this;
  }

  public int getMaxBatches() {
    return maxBatches;
  }
}
