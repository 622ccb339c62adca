package dev.jktcp.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The work that no TCP in one thread can avoid: each byte is copied into a send buffer and from
 * there into a packet, and summed up on both sides. The sum is the bench's own, by the fastest of
 * three loops on this JDK, so that a slow checksum of the product does not flatter the ratio.
 */
final class Floor implements Work {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long LOW = 0xffff_ffffL;
  private static final int BATCH_BYTES = 128 * 1024;

  /** Bytes summed up in one timing of a loop: tens of microseconds. */
  private static final int CHOICE_BYTES = 1 << 20;

  private final byte[] source = Pattern.source();
  private final int segmentBytes;
  private final byte[] sendBuffer;
  private final byte[] batch;
  private final int headerBytes;
  private Sum sum;
  private int sent; // position in the send buffer
  private long position;
  private long sums;

  interface Sum {
    long of(byte[] bytes, int offset, int length);
  }

  Floor(BenchOptions options) {
    this(options, null);
    choose();
  }

  Floor(BenchOptions options, Sum sum) {
    this.sum = sum;
    segmentBytes = options.segmentBytes();
    headerBytes = options.headerBytes();
    sendBuffer = new byte[Math.max(options.window(), 2 * segmentBytes)];
    batch = new byte[Math.max(BATCH_BYTES, 2 * options.mtu())];
  }

  /** Picks the fastest loop on this machine, for segments of this size. */
  private void choose() {
    byte[] bytes = new byte[headerBytes + segmentBytes];
    int repeats = 1 + CHOICE_BYTES / segmentBytes;
    Sum[] loops = {Floor::plain, Floor::twofold, Floor::fourfold};
    long bestNs = Long.MAX_VALUE;
    for (int round = 0; round < 400; round++) {
      for (Sum loop : loops) {
        long startNs = System.nanoTime();
        for (int repeat = 0; repeat < repeats; repeat++) {
          sums += loop.of(bytes, headerBytes, segmentBytes);
        }
        long ns = System.nanoTime() - startNs;
        if (ns < bestNs) {
          bestNs = ns;
          sum = loop;
        }
      }
    }
  }

  private static long plain(byte[] bytes, int offset, int length) {
    long s = 0;
    int end = offset + length;
    int i = offset;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long v = (long) LONGS.get(bytes, i);
      s += (v >>> 32) + (v & LOW);
    }
    return s + rest(bytes, i, end);
  }

  /** The two halves of the bytes side by side. */
  private static long twofold(byte[] bytes, int offset, int length) {
    long s = 0;
    int half = length / (2 * Long.BYTES) * Long.BYTES;
    int end = offset + half;
    for (int i = offset; i < end; i += Long.BYTES) {
      long v = (long) LONGS.get(bytes, i);
      long w = (long) LONGS.get(bytes, i + half);
      s += (v >>> 32) + (v & LOW) + ((w >>> 32) + (w & LOW));
    }
    return s + plain(bytes, end + half, length - 2 * half);
  }

  private static long fourfold(byte[] bytes, int offset, int length) {
    long s0 = 0;
    long s1 = 0;
    long s2 = 0;
    long s3 = 0;
    int end = offset + length;
    int i = offset;
    for (; i <= end - 4 * Long.BYTES; i += 4 * Long.BYTES) {
      long v0 = (long) LONGS.get(bytes, i);
      long v1 = (long) LONGS.get(bytes, i + 8);
      long v2 = (long) LONGS.get(bytes, i + 16);
      long v3 = (long) LONGS.get(bytes, i + 24);
      s0 += (v0 >>> 32) + (v0 & LOW);
      s1 += (v1 >>> 32) + (v1 & LOW);
      s2 += (v2 >>> 32) + (v2 & LOW);
      s3 += (v3 >>> 32) + (v3 & LOW);
    }
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long v = (long) LONGS.get(bytes, i);
      s0 += (v >>> 32) + (v & LOW);
    }
    return s0 + s1 + s2 + s3 + rest(bytes, i, end);
  }

  private static long rest(byte[] bytes, int from, int end) {
    long s = 0;
    for (int i = from; i < end; i++) {
      s += (bytes[i] & 0xffL) << 8 * (i - from);
    }
    return s;
  }

  @Override
  public void slice() {
    for (int done = 0; done < Goodput.SLICE_BYTES; ) {
      done += batch(Goodput.SLICE_BYTES - done);
    }
  }

  /** One batch of packets; returns the payload in it. */
  private int batch(int most) {
    int end = 0;
    int payload = 0;
    while (payload < most && batch.length - end >= headerBytes + segmentBytes) {
      int length = Math.min(segmentBytes, most - payload);
      send(length, end + headerBytes);
      end += headerBytes + length;
      payload += length;
    }
    int at = 0;
    while (at < end) { // the other side
      int length = Math.min(headerBytes + segmentBytes, end - at);
      sums -= sum.of(batch, at + headerBytes, length - headerBytes);
      at += length;
    }
    return payload;
  }

  private void send(int length, int to) {
    if (sent + length > sendBuffer.length) {
      sent = 0;
    }
    for (int done = 0; done < length; ) {
      int from = (int) ((position + done) % Pattern.PERIOD);
      int part = Math.min(length - done, Pattern.PERIOD - from);
      System.arraycopy(source, from, sendBuffer, sent + done, part);
      done += part;
    }
    System.arraycopy(sendBuffer, sent, batch, to, length);
    sums += sum.of(batch, to, length);
    sent += length;
    position += length;
  }

  @Override
  public void verify() {
    long before = sums;
    Arrays.fill(batch, (byte) 0);
    slice();
    if (sums != before) {
      throw new IllegalStateException("bench: the floor's two sums differ");
    }
    byte[] odd = Arrays.copyOf(Pattern.source(), 1_003);
    long expected = plain(odd, 3, 999);
    if (twofold(odd, 3, 999) != expected || fourfold(odd, 3, 999) != expected) {
      throw new IllegalStateException("bench: the floor's loops differ");
    }
  }

  @Override
  public long bytesPerSlice() {
    return Goodput.SLICE_BYTES;
  }

  @Override
  public long operationsPerSlice() {
    return 0;
  }
}
