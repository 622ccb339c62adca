package dev.jktcp.transport;

/**
 * The messages on the two event-bus addresses of a {@link BusTransport}.
 *
 * <p><b>Packets</b>: a Buffer of one or more whole IP packets back to back, or a {@link
 * PacketBatch}. A bridge of the user's own needs nothing more.
 *
 * <p><b>Reports</b>: an empty Buffer and the header {@value #LINK}. Their bodies are empty, so code
 * that knows packets only finds no packet there. A bus delivers at most once and may lose any
 * report, so each is repeated or expires.
 *
 * <table>
 *   <caption>Values of the header</caption>
 *   <tr><th>value</th><th>from</th><th>means</th></tr>
 *   <tr><td>{@value #FULL}</td><td>bridge</td><td>send nothing; expires ({@link
 *       BusOptions#setFullExpiry}) unless repeated</td></tr>
 *   <tr><td>{@value #WRITABLE}</td><td>bridge</td><td>send again; may get lost, because {@value
 *       #FULL} expires</td></tr>
 *   <tr><td>{@value #ALIVE}</td><td>both</td><td>announces the sender. It sends again within the lease ({@link BusOptions#setLease}) or counts as gone, and it answers {@value #MARK}. An adapter announces itself only to a bridge that announced itself</td></tr>
 *   <tr><td>{@value #MARK}</td><td>both</td><td>asks, with a number in {@value #NUMBER}, whether the receiver has dealt with all earlier messages. Sent only to a side that announced itself, and repeated until answered</td></tr>
 *   <tr><td>{@value #MARKED}</td><td>both</td><td>the answer, with the same number</td></tr>
 *   <tr><td>{@value #CLOSED}</td><td>both</td><td>the sender has ended; {@value #REASON} says why in one line, and without it the end is an orderly one. The receiver answers with the same report. Until then the ended side receives, and drops, the messages of an announced side</td></tr>
 *   <tr><td>{@value #AWAY}</td><td>bridge</td><td>its transport is away and is tried again; {@value #REASON} says why, and {@value #GAP} how many milliseconds connections outlive the loss. Repeated with each {@value #ALIVE}</td></tr>
 *   <tr><td>{@value #BACK}</td><td>bridge</td><td>the transport is there again, with {@value #MTU} and {@value #RECEIVE_MTU}. If a handshake brings addresses, they are in {@value #LOCAL} and {@value #PEER}, with commas between. Repeated with each {@value #ALIVE}</td></tr>
 * </table>
 *
 * <p>Any other message is dropped and counted; if it was a request, the request fails.
 */
public final class BusMessages {
  /** The header of a report. */
  public static final String LINK = "jktcp-link";

  /** The header that says why the sender has ended. */
  public static final String REASON = "jktcp-reason";

  /** The header with the number of a mark, decimal, 0 or more. */
  public static final String NUMBER = "jktcp-mark";

  /** The header with the milliseconds for which connections outlive a transport that is away. */
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
