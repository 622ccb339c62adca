package dev.jktcp.impl.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * A request for an {@code http://} URL as its server gets it: in origin form, without the fields
 * meant for the proxy (RFC 9110 §7.6.1), and as the last of its connection. Bytes that the client
 * sends behind it therefore never reach the server, and the answer need not be parsed, for it ends
 * with the connection.
 */
final class ForwardedRequest {
  private static final String SCHEME = "http://";
  private static final int HTTP_PORT = 80;

  private static final List<CharSequence> HOP_BY_HOP =
      List.of(
          HttpHeaderNames.CONNECTION,
          "proxy-connection",
          HttpHeaderNames.PROXY_AUTHORIZATION,
          HttpHeaderNames.TE,
          HttpHeaderNames.UPGRADE,
          "keep-alive",
          "http2-settings");

  /**
   * The fields that say where the content ends. Connection must not name them (RFC 9110 §7.6.1).
   */
  private static final List<CharSequence> FRAMING =
      List.of(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderNames.TRANSFER_ENCODING);

  private final EmbeddedChannel encoder = new EmbeddedChannel(new HttpRequestEncoder());
  private final Buffer head;
  private boolean whole;

  ForwardedRequest(HttpRequest request) {
    HttpRequest own =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, request.method(), originForm(request), headers(request));
    encoder.writeOutbound(own);
    this.head = Buffer.buffer();
    takeEncoded(bytes -> append(head, bytes));
  }

  static boolean isAbsolute(String uri) {
    return uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * @throws IllegalArgumentException with one line for the client
   */
  static Target target(String uri) {
    String authority = authority(uri);
    if (authority.indexOf('@') >= 0) {
      throw new IllegalArgumentException("a URL for a proxy has no user"); // RFC 9110 §4.2.4
    }
    return Target.ofAuthority(authority, HTTP_PORT);
  }

  private static String authority(String uri) {
    return uri.substring(SCHEME.length(), authorityEnd(uri));
  }

  private static int authorityEnd(String uri) {
    for (int i = SCHEME.length(); i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return i;
      }
    }
    return uri.length();
  }

  /** RFC 9112 §3.2.1, and §3.2.4 for OPTIONS. */
  private static String originForm(HttpRequest request) {
    String rest = request.uri().substring(authorityEnd(request.uri()));
    if (rest.startsWith("/")) {
      return rest;
    }
    boolean server = rest.isEmpty() && request.method().equals(HttpMethod.OPTIONS);
    return server ? "*" : "/" + rest;
  }

  private static HttpHeaders headers(HttpRequest request) {
    HttpHeaders headers = request.headers().copy();
    for (String named : request.headers().getAll(HttpHeaderNames.CONNECTION)) {
      for (String each : named.split(",")) {
        String name = each.trim();
        if (!name.isEmpty() && !isFraming(name)) {
          headers.remove(name);
        }
      }
    }
    HOP_BY_HOP.forEach(headers::remove);
    return headers
        .set(HttpHeaderNames.HOST, authority(request.uri())) // RFC 9112 §3.2.2
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .add(
            HttpHeaderNames.VIA,
            request.protocolVersion().majorVersion()
                + "."
                + request.protocolVersion().minorVersion()
                + " jktcp");
  }

  private static boolean isFraming(String name) {
    return FRAMING.stream().anyMatch(framing -> AsciiString.contentEqualsIgnoreCase(framing, name));
  }

  /** Whether the content has come to its end. */
  boolean isWhole() {
    return whole;
  }

  Buffer head() {
    return head;
  }

  /** Passes on the bytes of the request's content, and none behind it. */
  void encode(HttpContent content, Consumer<ByteBuf> to) {
    if (whole) {
      content.release();
      return;
    }
    whole = content instanceof LastHttpContent;
    encoder.writeOutbound(content);
    takeEncoded(to);
  }

  private void takeEncoded(Consumer<ByteBuf> to) {
    ByteBuf bytes;
    while ((bytes = encoder.readOutbound()) != null) {
      if (bytes.isReadable()) {
        to.accept(bytes);
      } else {
        bytes.release();
      }
    }
  }

  private static void append(Buffer buffer, ByteBuf bytes) {
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.readBytes(copy);
    bytes.release();
    buffer.appendBytes(copy);
  }

  void release() {
    encoder.finishAndReleaseAll();
  }
}
