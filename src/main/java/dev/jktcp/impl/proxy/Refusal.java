package dev.jktcp.impl.proxy;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.SoftError;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;

/**
 * The reasons to refuse a client, in the terms of each protocol: the reply of RFC 1928 §6, the
 * status of HTTP and the error type of RFC 9209 §2.3.
 */
enum Refusal {
  FAILURE(
      Socks5CommandStatus.FAILURE,
      HttpResponseStatus.SERVICE_UNAVAILABLE,
      "destination_unavailable"),
  FORBIDDEN(
      Socks5CommandStatus.FORBIDDEN, HttpResponseStatus.FORBIDDEN, "destination_ip_prohibited"),
  NETWORK_UNREACHABLE(
      Socks5CommandStatus.NETWORK_UNREACHABLE,
      HttpResponseStatus.BAD_GATEWAY,
      "destination_ip_unroutable"),
  HOST_UNREACHABLE(
      Socks5CommandStatus.HOST_UNREACHABLE,
      HttpResponseStatus.BAD_GATEWAY,
      "destination_ip_unroutable"),
  REFUSED(
      Socks5CommandStatus.CONNECTION_REFUSED, HttpResponseStatus.BAD_GATEWAY, "connection_refused"),
  /** RFC 1928 has no reply for it; other servers use "TTL expired". */
  TIMED_OUT(
      Socks5CommandStatus.TTL_EXPIRED, HttpResponseStatus.GATEWAY_TIMEOUT, "connection_timeout"),
  COMMAND(
      Socks5CommandStatus.COMMAND_UNSUPPORTED,
      HttpResponseStatus.METHOD_NOT_ALLOWED,
      "http_request_denied"),
  /** The target has no address, or one that this network cannot have. */
  ADDRESS(Socks5CommandStatus.ADDRESS_UNSUPPORTED, HttpResponseStatus.BAD_GATEWAY, "dns_error"),
  MALFORMED(Socks5CommandStatus.FAILURE, HttpResponseStatus.BAD_REQUEST, "http_request_error"),
  TOO_LONG(
      Socks5CommandStatus.FAILURE,
      HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
      "http_request_error"),
  LINE_TOO_LONG(
      Socks5CommandStatus.FAILURE, HttpResponseStatus.REQUEST_URI_TOO_LONG, "http_request_error"),
  UNAUTHORIZED(
      Socks5CommandStatus.FORBIDDEN,
      HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED,
      "http_request_denied");

  final Socks5CommandStatus socks;
  final HttpResponseStatus http;
  final String proxyStatus;

  Refusal(Socks5CommandStatus socks, HttpResponseStatus http, String proxyStatus) {
    this.socks = socks;
    this.http = http;
    this.proxyStatus = proxyStatus;
  }

  /** The refusal of a malformed target. */
  static Refusal ofTarget(IllegalArgumentException bad) {
    return bad instanceof UnresolvedName ? ADDRESS : MALFORMED;
  }

  /** The refusal after a failed connect. */
  static Refusal of(Throwable cause) {
    if (cause instanceof IllegalArgumentException) {
      return ADDRESS;
    }
    if (cause instanceof ForbiddenTarget) {
      return FORBIDDEN;
    }
    if (!(cause instanceof TcpException tcp) || tcp.reason() == null) {
      return FAILURE;
    }
    return switch (tcp.reason()) {
      case REFUSED -> REFUSED;
      case TIMED_OUT -> says(tcp, SoftError.NET_UNREACHABLE) ? NETWORK_UNREACHABLE : TIMED_OUT;
      case UNREACHABLE -> ofUnreachable(tcp);
      default -> FAILURE;
    };
  }

  private static Refusal ofUnreachable(TcpException tcp) {
    if (says(tcp, SoftError.PROHIBITED)) {
      return FORBIDDEN;
    }
    if (says(tcp, SoftError.PORT_UNREACHABLE)) {
      return REFUSED;
    }
    return says(tcp, SoftError.NET_UNREACHABLE) ? NETWORK_UNREACHABLE : HOST_UNREACHABLE;
  }

  /** Whether the exception's message names the error, for a handle has only the message. */
  private static boolean says(TcpException tcp, SoftError error) {
    return tcp.getMessage().endsWith("(" + error.text() + ")");
  }
}
