package dev.jktcp.proof.sim;

import dev.jktcp.tcp.SoftError;
import java.util.List;

/**
 * Type and code of an ICMP error, and what a connection is to make of it (RFC 9293 §3.9.2.2).
 *
 * @param meaning null: nothing
 */
record IcmpSays(int type, int code, SoftError meaning) {
  private static final List<IcmpSays> UNREACHABLE_V4 =
      List.of(
          new IcmpSays(3, 0, SoftError.NET_UNREACHABLE),
          new IcmpSays(3, 1, SoftError.HOST_UNREACHABLE),
          new IcmpSays(3, 5, SoftError.SOURCE_ROUTE_FAILED),
          new IcmpSays(3, 6, SoftError.NET_UNREACHABLE),
          new IcmpSays(3, 7, SoftError.HOST_UNREACHABLE),
          new IcmpSays(3, 11, SoftError.NET_UNREACHABLE),
          new IcmpSays(3, 12, SoftError.HOST_UNREACHABLE),
          new IcmpSays(12, 0, SoftError.PARAMETER_PROBLEM));
  private static final List<IcmpSays> UNREACHABLE_V6 =
      List.of(
          new IcmpSays(1, 0, SoftError.NET_UNREACHABLE),
          new IcmpSays(1, 2, SoftError.NET_UNREACHABLE),
          new IcmpSays(1, 3, SoftError.HOST_UNREACHABLE),
          new IcmpSays(4, 1, SoftError.PARAMETER_PROBLEM));
  private static final List<IcmpSays> HARD_V4 =
      List.of(
          new IcmpSays(3, 2, SoftError.PROTOCOL_UNREACHABLE),
          new IcmpSays(3, 3, SoftError.PORT_UNREACHABLE),
          new IcmpSays(3, 9, SoftError.PROHIBITED),
          new IcmpSays(3, 13, SoftError.PROHIBITED));
  private static final List<IcmpSays> HARD_V6 =
      List.of(
          new IcmpSays(1, 1, SoftError.PROHIBITED),
          new IcmpSays(1, 4, SoftError.PORT_UNREACHABLE),
          new IcmpSays(1, 5, SoftError.PROHIBITED));

  /** Source quench (MUST-55), a redirect, codes and types that nobody has defined. */
  private static final List<IcmpSays> NOTHING_V4 =
      List.of(
          new IcmpSays(4, 0, null),
          new IcmpSays(5, 1, null),
          new IcmpSays(3, 200, null),
          new IcmpSays(42, 0, null));

  private static final List<IcmpSays> NOTHING_V6 =
      List.of(new IcmpSays(1, 200, null), new IcmpSays(100, 0, null), new IcmpSays(137, 0, null));

  /** A router that has no way there, and nothing final to say. */
  static IcmpSays unreachable(boolean v6, SimRandom r) {
    return any(v6 ? UNREACHABLE_V6 : UNREACHABLE_V4, r);
  }

  static IcmpSays hard(boolean v6, SimRandom r) {
    return any(v6 ? HARD_V6 : HARD_V4, r);
  }

  static IcmpSays nothing(boolean v6, SimRandom r) {
    return any(v6 ? NOTHING_V6 : NOTHING_V4, r);
  }

  static IcmpSays tooBig(boolean v6) {
    return new IcmpSays(v6 ? 2 : 3, v6 ? 0 : 4, SoftError.PACKET_TOO_BIG);
  }

  static IcmpSays hopLimit(boolean v6) {
    return new IcmpSays(v6 ? 3 : 11, 0, SoftError.TIME_EXCEEDED);
  }

  private static IcmpSays any(List<IcmpSays> of, SimRandom r) {
    return of.get(r.below(of.size()));
  }
}
