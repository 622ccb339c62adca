package dev.jktcp.impl.frame;

import io.vertx.core.buffer.Buffer;

/**
 * One message between a handle's session and the adapter's, about one line of it: a connection, a
 * listener, a UDP port, or the session itself.
 *
 * <p>All of it but the payload is the sender's state, absolute and cumulative: a frame that the bus
 * lost is made good by the next one, and one that comes late or twice changes nothing.
 *
 * @param id the channel: chosen by the handle if positive, by the adapter if negative (connections
 *     that a listener accepted), 0 for the session
 * @param number how much the sender has said of the channel
 * @param heard the highest number heard of the other side
 * @param flags bits below; the sender never takes one back, but for those of one frame
 * @param offset of the payload's first byte in the stream; without payload, bytes sent so far
 * @param payload bytes of the stream, or null
 * @param taken bytes of the other's stream dealt with: given to the user, or to the send buffer
 * @param granted bytes the other may have sent, from the beginning
 * @param acked bytes of the other's stream that the peer's TCP has acknowledged
 * @param detail what happens seldom, or null
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
  /** Says nothing new and wants no answer. */
  public static final int ANSWER = 1;

  /** The channel is not known here: it was forgotten, or never came to be. */
  public static final int GONE = 2;

  /** Of the session: a sign of life, answered with another. */
  public static final int BEAT = 4;

  /** Of the session: it has ended; answered with another. */
  public static final int BYE = 8;

  // The handle's side:
  /** The detail says what is to be opened. */
  public static final int OPEN = 16;

  /** No byte follows the offset: half-close. */
  public static final int END = 32;

  /** Nobody reads any more; CLOSE follows when all is sent. */
  public static final int LEAVE = 64;

  /** As END, and for both directions. Of a listener: stop it. */
  public static final int CLOSE = 128;

  public static final int RESET = 256;

  // The adapter's side:
  /** The connection, or the listener, is there; the detail says where. */
  public static final int OPENED = 512;

  /** The peer's FIN lies at the offset. */
  public static final int FIN = 1024;

  public static final int FIN_ACKED = 2048;

  /** The connection is over; bytes of it may follow. */
  public static final int OVER = 4096;

  /** Nothing follows. */
  public static final int DONE = 8192;

  /** With OVER: all that was sent is acknowledged. */
  public static final int CLEAN = 16384;

  /**
   * The adapter ends in good order: the handle closes the connection behind what was written, or
   * resets it.
   */
  public static final int SHUTDOWN = 32768;

  // The handle's side again:
  /**
   * With a payload, and of this frame alone: its last byte is the last of what is urgent (RFC 9293
   * §3.8.5).
   */
  public static final int URGENT = 65536;

  /** The user wants to hear of soft errors and of urgent data: see {@link Detail.News}. */
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
