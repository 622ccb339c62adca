package dev.jktcp.impl.proxy;

import dev.jktcp.TcpStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * RFC 9110 §9.3.6: CONNECT; and the absolute form of RFC 9112 §3.2.2, by which clients ask a proxy
 * for {@code http://} URLs.
 */
final class HttpDialect extends ChannelInboundHandlerAdapter implements Dialect {
  /** A CONNECT names an address and a port. A URL may be as long as servers usually allow. */
  private static final int MAX_LINE = 8 * 1024;

  private static final int MAX_HEADERS = 16 * 1024;
  private static final String BASIC = "Basic ";
  private static final HttpResponseStatus ESTABLISHED =
      new HttpResponseStatus(200, "Connection established");

  private final ProxyClient client;
  private final HttpServerCodec codec =
      new HttpServerCodec(
          new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS));
  private ChannelHandlerContext ctx;
  private Target target; // not null once a request has come that may be served
  private ForwardedRequest forwarded; // null for a CONNECT request

  private HttpDialect(ProxyClient client) {
    this.client = client;
  }

  static void install(ChannelHandlerContext first, ProxyClient client) {
    ChannelPipeline pipeline = first.pipeline();
    HttpDialect dialect = new HttpDialect(client);
    pipeline.addAfter(first.name(), null, dialect);
    pipeline.addAfter(first.name(), null, dialect.codec);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    if (forwarded != null) {
      forwarded.release();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request && target == null) {
      onRequest(request);
    } else if (message instanceof HttpContent content) {
      onContent(content);
    } else if (target != null && !(message instanceof HttpRequest)) {
      context.fireChannelRead(message); // data for the target
    } else {
      ReferenceCountUtil.release(message); // a second request, which is not served
    }
  }

  private void onRequest(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      Throwable cause = request.decoderResult().cause();
      refuseNow(ofUnread(cause), "bad request: " + cause.getMessage());
    } else if (!isAuthorized(request)) {
      refuseNow(Refusal.UNAUTHORIZED, "user and password are needed");
    } else if (request.method().equals(HttpMethod.CONNECT)) {
      onConnect(request);
    } else if (ForwardedRequest.isAbsolute(request.uri())) {
      onForward(request);
    } else {
      refuseNow(Refusal.COMMAND, "this is a proxy: it takes CONNECT and http:// URLs");
    }
  }

  /**
   * RFC 9112 §3 and §5 have different statuses for a request target and for fields that are too
   * long.
   */
  private static Refusal ofUnread(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.LINE_TOO_LONG;
    }
    return cause instanceof TooLongFrameException ? Refusal.TOO_LONG : Refusal.MALFORMED;
  }

  private boolean isAuthorized(HttpRequest request) {
    if (client.credentials() == null) {
      return true;
    }
    String said = request.headers().get(HttpHeaderNames.PROXY_AUTHORIZATION, "");
    if (!said.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return false;
    }
    String both;
    try {
      byte[] bytes = Base64.getDecoder().decode(said.substring(BASIC.length()).trim());
      both = new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
    int colon = both.indexOf(':');
    return colon >= 0
        && client.credentials().match(both.substring(0, colon), both.substring(colon + 1));
  }

  /**
   * Handles a CONNECT, which has no content (RFC 9110 §9.3.6): all bytes behind its head are the
   * connection's.
   */
  private void onConnect(HttpRequest request) {
    if (HttpUtil.getContentLength(request, 0L) > 0 || HttpUtil.isTransferEncodingChunked(request)) {
      refuseNow(Refusal.MALFORMED, "a CONNECT has no content");
      return;
    }
    try {
      target = Target.ofAuthority(request.uri(), 0);
    } catch (IllegalArgumentException bad) {
      refuseNow(Refusal.ofTarget(bad), bad.getMessage());
    }
  }

  private void onForward(HttpRequest request) {
    try {
      target = ForwardedRequest.target(request.uri());
    } catch (IllegalArgumentException bad) {
      refuseNow(Refusal.ofTarget(bad), bad.getMessage());
      return;
    }
    forwarded = new ForwardedRequest(request);
    client.ask(this, target);
  }

  private void onContent(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (forwarded != null && !forwarded.isWhole() && content.decoderResult().isFailure()) {
      String why = content.decoderResult().cause().getMessage();
      content.release(); // not the server's last content
      client.giveUp("bad content: " + why);
    } else if (forwarded != null) {
      forwarded.encode(content, ctx::fireChannelRead);
    } else {
      content.release();
      if (last && target != null) {
        tunnel();
      }
    }
  }

  private void tunnel() {
    codec.removeInboundHandler(); // passes the bytes it holds to the next handler
    client.ask(this, target);
  }

  @Override
  public void connected(TcpStream stream) {
    if (forwarded != null) {
      stream.write(forwarded.head());
      codec.removeOutboundHandler(); // the answer passes unchanged
      return;
    }
    ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, ESTABLISHED));
    ctx.pipeline().remove(codec);
    ctx.pipeline().remove(this);
  }

  @Override
  public ChannelFuture refuse(Refusal refusal, String line) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            refusal.http,
            Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set("proxy-status", "jktcp; error=" + refusal.proxyStatus);
    if (refusal == Refusal.UNAUTHORIZED) {
      response
          .headers()
          .set(HttpHeaderNames.PROXY_AUTHENTICATE, "Basic realm=\"jktcp\", charset=\"UTF-8\"");
    }
    if (refusal == Refusal.COMMAND) {
      response.headers().set(HttpHeaderNames.ALLOW, "CONNECT");
    }
    return ctx.writeAndFlush(response);
  }

  private void refuseNow(Refusal refusal, String line) {
    client.refuse(refuse(refusal, line), line);
  }
}
