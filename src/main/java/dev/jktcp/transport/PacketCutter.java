package dev.jktcp.transport;

import dev.jktcp.wire.FramingLost;
import dev.jktcp.wire.PacketFramer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a stream's buffers into batches of packets. Packets that lie whole and back to back in a
 * buffer become a batch over that buffer, without a copy.
 */
abstract class PacketCutter {
  private final int receiveMtu;
  private final TransportMeter meter;
  private final Consumer<PacketBatch> out;
  private PacketBatch batch;

  PacketCutter(int receiveMtu, TransportMeter meter, Consumer<PacketBatch> out) {
    this.receiveMtu = receiveMtu;
    this.meter = meter;
    this.out = out;
  }

  static PacketCutter ofStream(int receiveMtu, TransportMeter meter, Consumer<PacketBatch> out) {
    return new OfStream(receiveMtu, meter, out);
  }

  static PacketCutter ofDatagrams(int receiveMtu, TransportMeter meter, Consumer<PacketBatch> out) {
    return new OfDatagrams(receiveMtu, meter, out);
  }

  static OfMessages ofMessages(int receiveMtu, TransportMeter meter, Consumer<PacketBatch> out) {
    return new OfMessages(receiveMtu, meter, out);
  }

  /** The bytes belong to the cutter from now on and do not change. */
  abstract void onBytes(byte[] bytes, int offset, int length) throws FramingLost;

  /** Gives out the packets gathered so far. */
  final void flush() {
    if (batch == null) {
      return;
    }
    PacketBatch full = batch;
    batch = null;
    if (full.isEmpty()) {
      full.release();
    } else {
      out.accept(full);
    }
  }

  /** Whether the end of the stream here would cut a packet. */
  abstract boolean midPacket();

  /** A packet in place, which joins the batch when it lies right behind it. */
  final void inPlace(byte[] bytes, int offset, int length) {
    if (tooLarge(length)) {
      return;
    }
    if (batch == null || batch.bytes() != bytes || batch.writeOffset() != offset) {
      flush();
      batch = PacketBatch.over(bytes, offset);
    }
    batch.commit(length);
  }

  final void copied(PacketBatchPool pool, byte[] bytes, int offset, int length) {
    if (tooLarge(length)) {
      return;
    }
    if (batch == null || batch.room() < length) {
      flush();
      batch = pool.acquire();
    }
    batch.append(bytes, offset, length);
  }

  final void drop() {
    meter.droppedIn(1);
  }

  private boolean tooLarge(int length) {
    if (length <= receiveMtu) {
      return false;
    }
    drop();
    return true;
  }

  /** Packets back to back, cut anywhere by the reads. */
  private static final class OfStream extends PacketCutter {
    private final PacketFramer framer = new PacketFramer();

    OfStream(int receiveMtu, TransportMeter meter, Consumer<PacketBatch> out) {
      super(receiveMtu, meter, out);
    }

    @Override
    void onBytes(byte[] bytes, int offset, int length) throws FramingLost {
      framer.feed(bytes, offset, length);
      while (framer.next()) {
        if (framer.packetBytes() == bytes) {
          inPlace(bytes, framer.packetOffset(), framer.packetLength());
        } else {
          int from = framer.packetOffset();
          int to = from + framer.packetLength();
          // Copied, at most once a read, because the framer reuses its buffer.
          byte[] whole = Arrays.copyOfRange(framer.packetBytes(), from, to);
          inPlace(whole, 0, whole.length);
        }
      }
      flush();
    }

    @Override
    boolean midPacket() {
      return framer.midPacket();
    }
  }

  /**
   * Whole packets back to back, one or more a read. At bytes that are no packet, the rest of the
   * read is dropped and counted; the next read begins anew.
   */
  static final class OfMessages extends PacketCutter {
    private PacketFramer framer = new PacketFramer();

    private OfMessages(int receiveMtu, TransportMeter meter, Consumer<PacketBatch> out) {
      super(receiveMtu, meter, out);
    }

    @Override
    void onBytes(byte[] bytes, int offset, int length) {
      boolean cut;
      framer.feed(bytes, offset, length);
      try {
        while (framer.next()) {
          inPlace(bytes, framer.packetOffset(), framer.packetLength());
        }
        cut = framer.midPacket();
      } catch (FramingLost notAPacket) {
        cut = true;
      }
      if (cut) {
        drop();
        framer = new PacketFramer();
      }
      flush();
    }

    @Override
    boolean midPacket() {
      return false;
    }
  }

  /**
   * One packet a read. A read that does not begin with a packet is dropped and counted; bytes
   * behind its first packet are not looked at.
   */
  private static final class OfDatagrams extends PacketCutter {
    private final PacketBatchPool pool = new PacketBatchPool();
    private PacketFramer framer = new PacketFramer();

    OfDatagrams(int receiveMtu, TransportMeter meter, Consumer<PacketBatch> out) {
      super(receiveMtu, meter, out);
    }

    @Override
    void onBytes(byte[] bytes, int offset, int length) {
      boolean whole = false;
      framer.feed(bytes, offset, length);
      try {
        whole = framer.next();
      } catch (FramingLost notAPacket) {
        framer = new PacketFramer();
      }
      if (whole) {
        copied(pool, framer.packetBytes(), framer.packetOffset(), framer.packetLength());
      } else {
        drop();
      }
      if (framer.midPacket()) {
        framer = new PacketFramer();
      }
    }

    @Override
    boolean midPacket() {
      return false;
    }
  }
}
