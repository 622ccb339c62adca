package dev.jktcp.tcp;

import java.util.List;

/**
 * Makes the {@link CongestionPolicy} of each connection; a part of the {@link TcpProfile}. One
 * object serves all connections, even those of several adapters on several threads, so state of one
 * connection belongs in its policy.
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
   * {@link #NEW_RENO} for links of your own that lose packets by chance. If round trips are as
   * short as ever, the window survives a loss, at most seven times in a row; RFC 5681 halves it at
   * each. On a shared path it can take more than other flows.
   */
  CongestionControl TOLERANT_RENO = TolerantReno::new;

  /**
   * BBR (draft-ietf-ccwg-bbr-06): measures the bandwidth and the round trip of the path and sends
   * at that pace, instead of reacting to each loss.
   */
  CongestionControl BBR = facts -> new Bbr(facts, false);

  /**
   * {@link #BBR} without loss as a sign of congestion, for tunnels over radio. It still reacts to
   * ECN marks and timeouts. On a shared path it can keep the queue full.
   */
  CongestionControl BBR_IGNORING_LOSS = facts -> new Bbr(facts, true);

  /** One segment in flight, as the original jktcp has it: of {@link TcpProfile#STOP_AND_WAIT}. */
  CongestionControl STOP_AND_WAIT = StopAndWait::new;

  /**
   * A constant window, of at least one segment. It ignores every sign of congestion, so use it only
   * on a path of your own.
   *
   * @param bytes the window, above 0
   */
  static CongestionControl fixedWindow(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("fixed window of " + bytes + " bytes: must be 1 or more");
    }
    return facts -> new FixedWindow(bytes, facts.mss());
  }

  /** The names that {@link #named} knows; BYTES stands for a number. */
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
   * The congestion control of this name.
   *
   * @throws IllegalArgumentException for an unknown name, with a list of the known ones
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
            "congestion control '"
                + name
                + "' is unknown: choose one of "
                + String.join(", ", names()));
    }
  }

  /**
   * Makes the policy of a connection that is established: its segment size is known, and nothing is
   * in flight. Called once a connection, on the adapter's context. An exception or a null fails
   * this connection only.
   *
   * @param facts about this connection, valid during the call
   * @return a policy that serves no other connection, unless it keeps no state; never null
   */
  CongestionPolicy open(CongestionFacts facts);
}
