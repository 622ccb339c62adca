package dev.jktcp.transport;

import dev.jktcp.bus.OwnCodec;
import dev.jktcp.wire.PacketFramer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/**
 * Carries a batch over the event bus. Within a process the object itself is handed over: it belongs
 * to the message, and the first receiver that claims it owns it. For another node its bytes are
 * copied out, and the batch goes back to its maker.
 *
 * <p>Wire form, integers big-endian: a version byte (1), the number of packets (4 bytes), the
 * length of each packet (4 bytes), the packets back to back; nothing follows.
 *
 * <p>Only {@link BusTransport} and {@link BusBridge} exchange batches. Other code sends and
 * receives Buffers ({@link BusOptions#setPlainBuffers}).
 */
final class PacketBatchCodec extends OwnCodec<PacketBatch> {
  static final String NAME = "dev.jktcp.packets";

  private static final byte VERSION = 1;
  private static final int HEADER = 1 + Integer.BYTES;

  PacketBatchCodec() {
    super(NAME);
  }

  /** Registers the codec with the event bus. Idempotent. */
  static void register(Vertx vertx) {
    register(vertx, new PacketBatchCodec());
  }

  /** A batch that has an owner, such as one sent twice, must not be read here. */
  @Override
  public void encodeToWire(Buffer wire, PacketBatch batch) {
    wire.appendByte(VERSION);
    if (!batch.claim()) {
      wire.appendInt(0);
      return;
    }
    int count = batch.count();
    wire.appendInt(count);
    for (int i = 0; i < count; i++) {
      wire.appendInt(batch.length(i));
    }
    wire.appendBytes(batch.bytes(), batch.start(), batch.size());
    batch.release();
  }

  /**
   * @throws IllegalArgumentException if the bytes from {@code pos} to the end are not a batch
   */
  @Override
  public PacketBatch decodeFromWire(int pos, Buffer wire) {
    int end = wire.length();
    require(end - pos >= HEADER, "cut in its header");
    require(wire.getByte(pos) == VERSION, "of an unknown version");
    int count = wire.getInt(pos + 1);
    int lengths = pos + HEADER;
    require(count >= 0 && count <= (end - lengths) / Integer.BYTES, "cut in its lengths");
    int first = lengths + count * Integer.BYTES;
    long total = 0;
    for (int at = lengths; at < first; at += Integer.BYTES) {
      int length = wire.getInt(at);
      require(length > 0 && length <= PacketFramer.MAX_PACKET, "with a packet of no such length");
      total += length;
    }
    require(total == end - first, "whose lengths do not add up");
    PacketBatch batch = PacketBatch.over(wire.getBytes(first, end), 0);
    for (int at = lengths; at < first; at += Integer.BYTES) {
      batch.commit(wire.getInt(at));
    }
    batch.post();
    return batch;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("a batch " + what);
    }
  }
}
