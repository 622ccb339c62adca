package dev.jktcp.impl.frame;

import dev.jktcp.bus.OwnCodec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * Carries a frame over the event bus: the object itself within a process, bytes to another node.
 *
 * <p>Wire form, integers big-endian: a version byte (1), id, number and heard (8 bytes each), flags
 * (4), offset, taken, granted and acked (8 each), the payload's length (4; -1 for none), the
 * payload, and the detail in JSON, which may be empty.
 */
public class FrameCodec extends OwnCodec<Frame> {
  public static final String NAME = "dev.jktcp.frame";

  private static final byte VERSION = 1;
  private static final int HEADER = 1 + 3 * Long.BYTES + Integer.BYTES + 4 * Long.BYTES + 4;
  private static final int NONE = -1;

  protected FrameCodec() {
    super(NAME);
  }

  /** Makes the codec known to the event bus. Repeated calls do no harm. */
  public static void register(Vertx vertx) {
    register(vertx, new FrameCodec());
  }

  @Override
  public void encodeToWire(Buffer wire, Frame frame) {
    wire.appendByte(VERSION)
        .appendLong(frame.id())
        .appendLong(frame.number())
        .appendLong(frame.heard())
        .appendInt(frame.flags())
        .appendLong(frame.offset())
        .appendLong(frame.taken())
        .appendLong(frame.granted())
        .appendLong(frame.acked())
        .appendInt(frame.payload() == null ? NONE : frame.payload().length());
    if (frame.payload() != null) {
      wire.appendBuffer(frame.payload());
    }
    if (frame.detail() != null) {
      wire.appendBuffer(DetailJson.write(frame.detail()).toBuffer());
    }
  }

  /**
   * @throws RuntimeException if the bytes from {@code pos} to the end are no frame
   */
  @Override
  public Frame decodeFromWire(int pos, Buffer wire) {
    if (wire.length() - pos < HEADER || wire.getByte(pos) != VERSION) {
      throw new IllegalArgumentException("no frame, or one of another version");
    }
    int at = pos + 1;
    int lengthAt = pos + HEADER - Integer.BYTES;
    int length = wire.getInt(lengthAt);
    int payloadAt = pos + HEADER;
    if (length < NONE || length > wire.length() - payloadAt) {
      throw new IllegalArgumentException("a frame cut in its payload");
    }
    Buffer payload = length == NONE ? null : wire.getBuffer(payloadAt, payloadAt + length);
    int detailAt = payloadAt + Math.max(0, length);
    Detail detail = null;
    if (detailAt < wire.length()) {
      detail = DetailJson.read(new JsonObject(wire.getBuffer(detailAt, wire.length())));
    }
    return new Frame(
        wire.getLong(at),
        wire.getLong(at + 8),
        wire.getLong(at + 16),
        wire.getInt(at + 24),
        wire.getLong(at + 28),
        payload,
        wire.getLong(at + 36),
        wire.getLong(at + 44),
        wire.getLong(at + 52),
        detail);
  }
}
