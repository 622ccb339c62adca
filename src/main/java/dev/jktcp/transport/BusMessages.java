package dev.jktcp.transport;

/**
 * What goes over the two event-bus addresses of a {@link BusTransport}, message by message.
 *
 * <p><b>Packets</b>: a Buffer of one or more whole IP packets back to back, or a {@link
 * PacketBatch}. That is all a bridge of the user's own needs to send and to receive.
 *
 * <p><b>Reports</b>: an empty Buffer and the header {@value #LINK}. Their bodies are empty so that
 * code which knows of packets only finds none in them. A bus may lose any of them (it is
 * at-most-once), so each is repeated or has a time after which it no longer counts.
 *
 * <table>
 *   <caption>Values of the header</caption>
 *   <tr><th>value</th><th>from</th><th>means</th></tr>
 *   <tr><td>{@value #FULL}</td><td>bridge</td><td>send nothing; expires ({@link
 *       BusOptions#setFullExpiry}) unless repeated</td></tr>
 *   <tr><td>{@value #WRITABLE}</td><td>bridge</td><td>send again; may get lost, because {@value
 *       #FULL} expires</td></tr>
 *   <tr><td>{@value #ALIVE}</td><td>both</td><td>announces the sender: it will be heard again within
 *       the lease ({@link BusOptions#setLease}) or is gone, and it answers {@value #MARK}. An
 *       adapter announces itself only to a bridge that did</td></tr>
 *   <tr><td>{@value #MARK}</td><td>both</td><td>asks, with a number in {@value #NUMBER}, how far the
 *       other has come with what was sent before; sent to those only that announced
 *       themselves, and repeated until answered</td></tr>
 *   <tr><td>{@value #MARKED}</td><td>both</td><td>the answer, with the same number</td></tr>
 *   <tr><td>{@value #CLOSED}</td><td>both</td><td>the sender has ended; {@value #REASON} says why in
 *       one line, without it the end is an orderly one. Answered with the same: an ended side hears,
 *       and drops, what an announced one sends until then</td></tr>
 *   <tr><td>{@value #AWAY}</td><td>bridge</td><td>its transport is away and is tried again; {@value
 *       #REASON} says why, {@value #GAP} how many milliseconds connections are to outlive it. Said
 *       again with each {@value #ALIVE}</td></tr>
 *   <tr><td>{@value #BACK}</td><td>bridge</td><td>the transport is there again, with {@value #MTU} and
 *       {@value #RECEIVE_MTU}, and where a handshake brings them {@value #LOCAL} and {@value #PEER},
 *       addresses with commas between. Said again likewise</td></tr>
 * </table>
 *
 * <p>What is neither is dropped and counted; a request with it fails.
 */
public final class BusMessages {
  /** The header of a report. */
  public static final String LINK = "jktcp-link";

  /** The header that says why the sender has ended. */
  public static final String REASON = "jktcp-reason";

  /** The header with the number of a mark, decimal, 0 or more. */
  public static final String NUMBER = "jktcp-mark";

  /** The header with how many milliseconds connections outlive a transport that is away. */
  public static final String GAP = "jktcp-gap";

  /** The header with the largest packet that the transport takes. */
  public static final String MTU = "jktcp-mtu";

  /** The header with the largest packet that it delivers. */
  public static final String RECEIVE_MTU = "jktcp-receive-mtu";

  /** The headers with the addresses of the adapter's side, and of the other. */
  public static final String LOCAL = "jktcp-local";

  public static final String PEER = "jktcp-peer";

  public static final String FULL = "full";
  public static final String WRITABLE = "writable";
  public static final String ALIVE = "alive";
  public static final String MARK = "mark";
  public static final String MARKED = "marked";
  public static final String CLOSED = "closed";
  public static final String AWAY = "away";
  public static final String BACK = "back";

  private BusMessages() {}
}
