package dev.jktcp.stack;

import dev.jktcp.tcp.SoftError;

/**
 * The meaning of an ICMP error's type and code for the sender of the quoted packet (RFC 9293
 * §3.9.2.2).
 */
final class IcmpMeaning {
  private IcmpMeaning() {}

  /** Null: no meaning. */
  static SoftError of(boolean v6, int type, int code) {
    return v6 ? ofV6(type, code) : ofV4(type, code);
  }

  /** RFC 792, RFC 1122 §3.2.2.1. Source quench, type 4, is ignored (MUST-55, RFC 6633). */
  private static SoftError ofV4(int type, int code) {
    return switch (type) {
      case 3 -> unreachableV4(code);
      case 11 -> SoftError.TIME_EXCEEDED;
      case 12 -> SoftError.PARAMETER_PROBLEM;
      default -> null;
    };
  }

  private static SoftError unreachableV4(int code) {
    return switch (code) {
      case 0, 6, 8, 11 -> SoftError.NET_UNREACHABLE;
      case 1, 7, 12 -> SoftError.HOST_UNREACHABLE;
      case 2 -> SoftError.PROTOCOL_UNREACHABLE;
      case 3 -> SoftError.PORT_UNREACHABLE;
      case 4 -> SoftError.PACKET_TOO_BIG;
      case 5 -> SoftError.SOURCE_ROUTE_FAILED;
      case 9, 10, 13, 14, 15 -> SoftError.PROHIBITED;
      default -> null;
    };
  }

  /** RFC 4443 §3. */
  private static SoftError ofV6(int type, int code) {
    return switch (type) {
      case 1 -> unreachableV6(code);
      case 2 -> SoftError.PACKET_TOO_BIG;
      case 3 -> SoftError.TIME_EXCEEDED;
      case 4 -> SoftError.PARAMETER_PROBLEM; // even code 1, "not TCP", is soft (MUST-56)
      default -> null;
    };
  }

  private static SoftError unreachableV6(int code) {
    return switch (code) {
      case 0, 2 -> SoftError.NET_UNREACHABLE;
      case 3 -> SoftError.HOST_UNREACHABLE;
      case 4 -> SoftError.PORT_UNREACHABLE;
      case 1, 5, 6 -> SoftError.PROHIBITED;
      case 7 -> SoftError.SOURCE_ROUTE_FAILED;
      default -> null;
    };
  }
}
