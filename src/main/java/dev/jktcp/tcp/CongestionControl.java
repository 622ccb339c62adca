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
  /**
   * A connection is established: its segment size is known, and nothing is in flight. Called once a
   * connection, on the adapter's context. What this throws, or a null, fails this connection only.
   *
   * @param facts about this connection, for the length of the call
   * @return a policy that serves no other connection, unless it keeps no state; never null
   */
  CongestionPolicy open(CongestionFacts facts);
}
