package dev.jktcp.wire;

/** A byte stream of packets in which the next header is no IP header: nothing behind it is sure. */
public final class FramingLost extends Exception {
  private static final long serialVersionUID = 1L;

  private final long position;

  FramingLost(long position, String why) {
    super("framing lost at byte " + position + ": " + why, null, false, false);
    this.position = position;
  }

  /** Where the bad header begins, counted in bytes from the beginning of the stream. */
  public long position() {
    return position;
  }
}
