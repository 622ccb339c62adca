package dev.jktcp.impl.frame;

import io.vertx.core.buffer.Buffer;

/** A frame as a test says it, one part at a time. */
public record Said(Frame frame) {
  public static Said of(long id, long number) {
    return new Said(new Frame(id, number, 0, 0, 0, null, 0, 0, 0, null));
  }

  public Said heard(long heard) {
    Frame f = frame;
    return new Said(
        new Frame(
            f.id(),
            f.number(),
            heard,
            f.flags(),
            f.offset(),
            f.payload(),
            f.taken(),
            f.granted(),
            f.acked(),
            f.detail()));
  }

  public Said flags(int flags) {
    Frame f = frame;
    return new Said(
        new Frame(
            f.id(),
            f.number(),
            f.heard(),
            flags,
            f.offset(),
            f.payload(),
            f.taken(),
            f.granted(),
            f.acked(),
            f.detail()));
  }

  public Said at(long offset) {
    return at(offset, null);
  }

  public Said at(long offset, String payload) {
    return payload(offset, payload == null ? null : Buffer.buffer(payload));
  }

  public Said payload(long offset, Buffer bytes) {
    Frame f = frame;
    return new Said(
        new Frame(
            f.id(),
            f.number(),
            f.heard(),
            f.flags(),
            offset,
            bytes,
            f.taken(),
            f.granted(),
            f.acked(),
            f.detail()));
  }

  public Said credit(long taken, long granted) {
    Frame f = frame;
    return new Said(
        new Frame(
            f.id(),
            f.number(),
            f.heard(),
            f.flags(),
            f.offset(),
            f.payload(),
            taken,
            granted,
            f.acked(),
            f.detail()));
  }

  public Said detail(Detail detail) {
    Frame f = frame;
    return new Said(
        new Frame(
            f.id(),
            f.number(),
            f.heard(),
            f.flags(),
            f.offset(),
            f.payload(),
            f.taken(),
            f.granted(),
            f.acked(),
            detail));
  }
}
