package dev.jktcp.wire;

/** The next bytes of a packet stream are not an IP header: packet boundaries beyond are unknown. */
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
