package dev.jktcp.tcp;

/**
 * Makes the {@link CongestionPolicy} of each connection; a part of the {@link TcpProfile}. One
 * object serves all connections, those of several adapters on several threads too, so what one
 * connection must remember belongs in its policy.
 *
 * <p>Two profiles are equal only if they have the same factory: keep one in a constant.
 */
@FunctionalInterface
public interface CongestionControl {
  /** CUBIC (RFC 9438) with HyStart++ (RFC 9406): of {@link TcpProfile#INTERNET}. */
  CongestionControl CUBIC = Cubic::new;

  /** RFC 5681 and RFC 6582: of {@link TcpProfile#RELIABLE_LINK}. */
  CongestionControl NEW_RENO = NewReno::new;

  /** One segment in flight, as the original jktcp: of {@link TcpProfile#STOP_AND_WAIT}. */
  CongestionControl STOP_AND_WAIT = StopAndWait::new;

  /**
   * A window that neither grows nor falls, but holds one segment at least. A path that others use
   * too is no place for it: it answers no sign of congestion.
   *
   * @param bytes above 0
   */
  static CongestionControl fixedWindow(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("fixed window " + bytes + ": need at least 1 byte");
    }
    return facts -> new FixedWindow(bytes, facts.mss());
  }

  /**
   * A connection is established: its segment size is known, and nothing is in flight. Called once a
   * connection, on the adapter's context. What this throws, or a null, fails this connection only.
   *
   * @param facts about this connection, for the length of the call
   * @return a policy that serves no other connection, unless it keeps no state; never null
   */
  CongestionPolicy open(CongestionFacts facts);
}
