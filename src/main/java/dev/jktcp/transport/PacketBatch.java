package dev.jktcp.transport;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Whole IP packets back to back in one array, with their boundaries.
 *
 * <p>The bytes from {@link #start()} for {@link #size()} are what a byte-stream transport puts on
 * the wire. A batch has one owner at a time. Its maker or receiver may read it, and hands it on or
 * {@linkplain #release() releases} it. It does not change while in flight; only its maker appends
 * to it. It may cross threads when the hand-over itself orders memory (a context's queue does).
 *
 * <p>Packet {@code i + 1} begins where packet {@code i} ends. Facts about a packet besides its
 * bytes (the segment size of a super-segment, whether its checksum is already verified) will be
 * kept in arrays parallel to the ends.
 */
public final class PacketBatch {
  // A full batch of 1400-byte packets has 46; one read of a socket rarely more than 8.
  private static final int POOLED_ENDS = 64;
  private static final int WRAPPED_ENDS = 8;

  private static final AtomicIntegerFieldUpdater<PacketBatch> POSTED =
      AtomicIntegerFieldUpdater.newUpdater(PacketBatch.class, "posted");

  private final PacketBatchPool maker;
  private final byte[] bytes;
  private final int start;
  private int writeOffset;
  private int count;
  private int[] ends;
  private boolean released;
  private volatile int posted; // 1 while it belongs to the first that claims it

  PacketBatch(PacketBatchPool maker, byte[] bytes, int start) {
    this.maker = maker;
    this.bytes = bytes;
    this.start = start;
    this.writeOffset = start;
    this.ends = new int[maker == null ? WRAPPED_ENDS : POOLED_ENDS];
  }

  /**
   * An empty batch over an array that holds packets already, from {@code start}: {@link #commit}
   * marks each one. The array belongs to the batch from now on and to the collector after {@link
   * #release()}.
   */
  public static PacketBatch over(byte[] bytes, int start) {
    if (start < 0 || start > bytes.length) {
      throw new IndexOutOfBoundsException("start " + start + " of " + bytes.length + " bytes");
    }
    return new PacketBatch(null, bytes, start);
  }

  /** Marks the {@code length} bytes at {@link #writeOffset()} as the next packet. */
  public void commit(int length) {
    assert !released : "batch used after release";
    if (length <= 0 || length > room()) {
      throw new IllegalArgumentException("packet of " + length + " bytes, room for " + room());
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
    }
    writeOffset += length;
    ends[count++] = writeOffset;
  }

  /** Copies a packet in behind the last one; needs {@code length} bytes of {@link #room()}. */
  public void append(byte[] packet, int offset, int length) {
    if (length > room()) {
      throw new IllegalArgumentException("packet of " + length + " bytes, room for " + room());
    }
    System.arraycopy(packet, offset, bytes, writeOffset, length);
    commit(length);
  }

  /** Forgets the packets. Only for the maker, before the batch is handed on. */
  public void clear() {
    assert !released : "batch used after release";
    writeOffset = start;
    count = 0;
  }

  /** Gives the batch back to its maker, from any thread. The caller must not touch it again. */
  public void release() {
    if (released) {
      throw new IllegalStateException("batch released twice");
    }
    released = true;
    if (maker != null) {
      maker.recycle(this);
    }
  }

  /** The array that holds the packets; more than this batch may lie in it. */
  public byte[] bytes() {
    assert !released : "batch used after release";
    return bytes;
  }

  /** Where the first packet begins in {@link #bytes()}. */
  public int start() {
    return start;
  }

  /** Bytes of all packets together. */
  public int size() {
    return writeOffset - start;
  }

  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** Where packet {@code i} begins in {@link #bytes()}. */
  public int offset(int i) {
    assert i < count : "packet " + i + " of " + count;
    return i == 0 ? start : ends[i - 1];
  }

  /** Bytes of packet {@code i}. */
  public int length(int i) {
    return ends[i] - offset(i);
  }

  /** Whether a packet is oversized. That is a bug of the sender, so the whole batch is dropped. */
  boolean hasLongerThan(int mtu) {
    for (int i = 0; i < count; i++) {
      if (length(i) > mtu) {
        return true;
      }
    }
    return false;
  }

  /** Where the next packet is to be written in {@link #bytes()}. */
  public int writeOffset() {
    return writeOffset;
  }

  /** Bytes left behind the last packet. */
  public int room() {
    return bytes.length - writeOffset;
  }

  /**
   * Leaves the batch to the first receiver that {@linkplain #claim() claims} it. Its owner gives it
   * up.
   */
  void post() {
    assert !released && posted == 0 : "batch posted by another than its owner";
    posted = 1;
  }

  /**
   * Makes the caller the owner of a posted batch. Returns true for the first caller only: a carrier
   * that delivers an object twice, as an event bus may, thus gives it one owner. Any thread.
   */
  boolean claim() {
    return POSTED.compareAndSet(this, 1, 0);
  }

  void reuse() {
    assert released : "batch handed out twice";
    released = false;
    clear();
  }
}
