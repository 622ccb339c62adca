package dev.jktcp.transport;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes batches of one size and keeps a bounded number of released ones for the next flush.
 *
 * <p>The pool never refuses: how many batches are out is bounded by the transport they are sent to
 * ({@link PacketTransport#isFull()}); the limit here is only on idle memory. Thread-safe, because a
 * batch may be released on another context than its maker's.
 */
public final class PacketBatchPool {
  /** Holds 46 packets of 1400 bytes, or one of the largest an IP header can announce (65,575). */
  public static final int DEFAULT_BATCH_BYTES = 66 * 1024;

  /** One in filling, one in writing and a few on their way back: 528 KiB at the default. */
  public static final int DEFAULT_MAX_IDLE = 8;

  private final int batchBytes;

  /** The last one released, which is warm and costs no lock. */
  private final AtomicReference<PacketBatch> last = new AtomicReference<>();

  private final ArrayBlockingQueue<PacketBatch> others; // null if only one is kept

  public PacketBatchPool() {
    this(DEFAULT_BATCH_BYTES, DEFAULT_MAX_IDLE);
  }

  /**
   * @param batchBytes size of each batch; at least the MTU of their packets
   * @param maxIdle released batches kept for reuse; more are left to the collector
   */
  public PacketBatchPool(int batchBytes, int maxIdle) {
    if (batchBytes < 1) {
      throw new IllegalArgumentException("batch of " + batchBytes + " bytes");
    }
    if (maxIdle < 1) {
      throw new IllegalArgumentException("pool of " + maxIdle + " batches");
    }
    this.batchBytes = batchBytes;
    this.others = maxIdle == 1 ? null : new ArrayBlockingQueue<>(maxIdle - 1);
  }

  /** An empty batch, owned by the caller. */
  public PacketBatch acquire() {
    PacketBatch batch = last.getAndSet(null);
    if (batch == null && others != null) {
      batch = others.poll();
    }
    if (batch == null) {
      return new PacketBatch(this, new byte[batchBytes], 0);
    }
    batch.reuse();
    return batch;
  }

  public int batchBytes() {
    return batchBytes;
  }

  void recycle(PacketBatch batch) {
    if (!last.compareAndSet(null, batch) && others != null) {
      others.offer(batch);
    }
  }

  int idle() {
    return (last.get() == null ? 0 : 1) + (others == null ? 0 : others.size());
  }
}
