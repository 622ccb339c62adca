package dev.jktcp.impl.frame;

import io.vertx.core.buffer.Buffer;

/**
 * One message between the two sides of a session, about one of its channels (a connection, a
 * listener, a UDP port) or about the session itself.
 *
 * <p>All but the payload is the sender's state, absolute and cumulative. The next frame makes good
 * for one that the bus lost, and a frame that comes late or twice changes nothing.
 *
 * @param id the channel: chosen by the handle if positive, by the adapter if negative (connections
 *     that a listener accepted), 0 for the session
 * @param number the number of the sender's newest statement about the channel
 * @param heard the highest number received from the other side
 * @param flags the bits below; a bit once set stays set, but for those of one frame
 * @param offset of the payload's first byte in the stream; without payload, the bytes sent so far
 * @param payload bytes of the stream, or null
 * @param taken bytes of the other side's stream that were given to the user, or to the send buffer
 * @param granted bytes that the other side may have sent since the beginning
 * @param acked bytes of the other side's stream that the peer's TCP has acknowledged
 * @param detail the rest of a few kinds of frames, or null
 */
public record Frame(
    long id,
    long number,
    long heard,
    int flags,
    long offset,
    Buffer payload,
    long taken,
    long granted,
    long acked,
    Detail detail) {
  public static final long SESSION = 0;

  // Either side:
  /** The frame has no news and wants no answer. */
  public static final int ANSWER = 1;

  /** The sender does not know the channel: it has forgotten it, or never had it. */
  public static final int GONE = 2;

  /** About the session: a sign of life, answered with another. */
  public static final int BEAT = 4;

  /** About the session: it has ended; answered with another. */
  public static final int BYE = 8;

  // The handle's side:
  /** Opens what the detail describes. */
  public static final int OPEN = 16;

  /** No byte follows the offset: half-close. */
  public static final int END = 32;

  /** The user has stopped reading; CLOSE follows when all is sent. */
  public static final int LEAVE = 64;

  /** As END, for both directions. About a listener: stop it. */
  public static final int CLOSE = 128;

  public static final int RESET = 256;

  // The adapter's side:
  /** The connection or the listener is open; the detail has its addresses. */
  public static final int OPENED = 512;

  /** The peer's FIN lies at the offset. */
  public static final int FIN = 1024;

  public static final int FIN_ACKED = 2048;

  /** The connection is over; bytes of it may follow. */
  public static final int OVER = 4096;

  /** Nothing follows. */
  public static final int DONE = 8192;

  /** With OVER: the peer has acknowledged all that was sent. */
  public static final int CLEAN = 16384;

  /**
   * The adapter ends in good order: the handle closes the connection behind the written data, or
   * resets it.
   */
  public static final int SHUTDOWN = 32768;

  // The handle's side again:
  /**
   * With a payload, and of this frame alone: its last byte is the last of what is urgent (RFC 9293
   * §3.8.5).
   */
  public static final int URGENT = 65536;

  /** The user has a handler of soft errors or urgent data: see {@link Detail.News}. */
  public static final int WATCH = 131072;

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  public int length() {
    return payload == null ? 0 : payload.length();
  }

  /** A frame of the session itself. */
  public static Frame session(int flags, long floor, Detail detail) {
    return new Frame(SESSION, 0, 0, flags, floor, null, 0, 0, 0, detail);
  }

  /** The answer to a frame about a channel that is not known. */
  public static Frame gone(Frame unknown) {
    return new Frame(unknown.id, 0, unknown.number, GONE | ANSWER, 0, null, 0, 0, 0, null);
  }
}
