package dev.jktcp.wire;

/**
 * Bytes that are not a packet we understand. One shared instance for each reason, without a stack
 * trace: throwing it costs no allocation, whatever a peer sends.
 */
public final class MalformedPacket extends Exception {
  private static final long serialVersionUID = 1L;
  private static final MalformedPacket[] INSTANCES = instances();

  private final DropReason reason;

  private MalformedPacket(DropReason reason) {
    super(reason.text(), null, false, false);
    this.reason = reason;
  }

  /** The shared instance. */
  public static MalformedPacket of(DropReason reason) {
    return INSTANCES[reason.ordinal()];
  }

  public DropReason reason() {
    return reason;
  }

  private static MalformedPacket[] instances() {
    DropReason[] reasons = DropReason.values();
    MalformedPacket[] all = new MalformedPacket[reasons.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = new MalformedPacket(reasons[i]);
    }
    return all;
  }
}
