package dev.jktcp.proof.golden;

import dev.jktcp.tcp.TcpProfile;
import java.util.HashMap;
import java.util.Map;

/** Each table once, however many tests look at it. */
final class Tables {
  private static final Map<TcpProfile, GoodputTable> GOODPUT = new HashMap<>();

  private static final Map<TcpProfile, Map<String, Trace>> CWND = new HashMap<>();

  private Tables() {}

  static synchronized GoodputTable goodput(TcpProfile profile) {
    return GOODPUT.computeIfAbsent(profile, GoodputTable::new);
  }

  static synchronized Map<String, Trace> cwnd(TcpProfile profile) {
    return CWND.computeIfAbsent(profile, CwndCases::run);
  }
}
