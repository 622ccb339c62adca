package dev.jktcp.transport;

import dev.jktcp.wire.PacketFramer;

/** How an in-process pipe behaves; the same for both ends. */
public final class PipeTransportOptions {
  private int mtu = PacketFramer.MAX_PACKET;
  private int maxBatches = 32;

  public PipeTransportOptions() {}

  /** Bytes of the largest packet it takes. Default 65,575, the most an IP header can announce. */
  public PipeTransportOptions setMtu(int mtu) {
    if (mtu < 1) throw new IllegalArgumentException("mtu " + mtu);
    this.mtu = mtu;
    return this;
  }

  public int getMtu() {
    return mtu;
  }

  /**
   * Batches under way in one direction, from which on it is full. Default 32: with the arrays of
   * the default pool 2 MiB at most, and enough to let two busy contexts run past each other.
   */
  public PipeTransportOptions setMaxBatches(int maxBatches) {
    if (maxBatches < 1) throw new IllegalArgumentException("pipe of " + maxBatches + " batches");
    this.maxBatches = maxBatches;
    return this;
  }

  public int getMaxBatches() {
    return maxBatches;
  }
}
