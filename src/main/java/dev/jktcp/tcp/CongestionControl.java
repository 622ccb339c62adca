package dev.jktcp.tcp;

import java.util.List;

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

  /**
   * {@link #NEW_RENO} for links of your own that lose packets by chance: its window stays as it is
   * at a loss while round trips are as short as ever, at most seven times in a row. RFC 5681 halves
   * it at each. On a path that others share it can take more than they.
   */
  CongestionControl TOLERANT_RENO = TolerantReno::new;

  /**
   * BBR (draft-ietf-ccwg-bbr-06): measures the bandwidth and the round trip of the path and sends
   * at that pace, instead of answering each loss.
   */
  CongestionControl BBR = facts -> new Bbr(facts, false);

  /**
   * {@link #BBR} that takes loss for no sign of congestion: for tunnels over radio. It answers ECN
   * marks and timeouts. On a path that others share it can keep the queue full.
   */
  CongestionControl BBR_IGNORING_LOSS = facts -> new Bbr(facts, true);

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

  /** The names that {@link #named} knows; one with BYTES has a number there. */
  static List<String> names() {
    return List.of(
        "cubic",
        "new-reno",
        "tolerant-reno",
        "bbr",
        "bbr-ignoring-loss",
        "stop-and-wait",
        "fixed-window:BYTES");
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException for a name that is none, with those that are
   */
  static CongestionControl named(String name) {
    switch (name) {
      case "cubic":
        return CUBIC;
      case "new-reno":
        return NEW_RENO;
      case "tolerant-reno":
        return TOLERANT_RENO;
      case "bbr":
        return BBR;
      case "bbr-ignoring-loss":
        return BBR_IGNORING_LOSS;
      case "stop-and-wait":
        return STOP_AND_WAIT;
      default:
        String window = "fixed-window:";
        if (name.startsWith(window) && name.matches("[^:]*:[1-9][0-9]{0,8}")) {
          return fixedWindow(Integer.parseInt(name.substring(window.length())));
        }
        throw new IllegalArgumentException(
            "no congestion control '" + name + "': choose one of " + String.join(", ", names()));
    }
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
