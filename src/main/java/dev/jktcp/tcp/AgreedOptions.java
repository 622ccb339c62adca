package dev.jktcp.tcp;

/**
 * The options in use on a connection: those that both ends' SYNs carried.
 *
 * @param sack selective acknowledgments (RFC 2018)
 * @param timestamps timestamps (RFC 7323 §3)
 * @param ecn whether segments of ours may be marked for congestion (RFC 3168)
 * @param sendScale shift of the peer's window fields (RFC 7323 §2), -1 = windows are not scaled
 * @param receiveScale shift of our window fields, -1 = windows are not scaled
 */
public record AgreedOptions(
    boolean sack, boolean timestamps, boolean ecn, int sendScale, int receiveScale) {
  /** Before the peer's SYN. */
  public static final AgreedOptions NONE = new AgreedOptions(false, false, false, -1, -1);
}
