package dev.jktcp.impl.proxy;

import dev.jktcp.TcpStream;
import dev.jktcp.wire.IpAddress;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandType;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.SocketAddress;

/**
 * SOCKS5 (RFC 1928): the methods, the user and password (RFC 1929), then the request. Each step has
 * its own decoder.
 */
final class SocksDialect extends ChannelInboundHandlerAdapter implements Dialect {
  private static final String NO_ADDRESS = "0.0.0.0";

  private final ProxyClient client;
  private ChannelHandlerContext ctx;
  private ChannelHandler decoder; // null once the request has come

  private SocksDialect(ProxyClient client) {
    this.client = client;
  }

  static void install(ChannelHandlerContext first, ProxyClient client) {
    ChannelPipeline pipeline = first.pipeline();
    SocksDialect dialect = new SocksDialect(client);
    pipeline.addAfter(first.name(), null, dialect);
    pipeline.addAfter(first.name(), null, Socks5ServerEncoder.DEFAULT);
    dialect.expect(new Socks5InitialRequestDecoder());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof Socks5InitialRequest greeting) {
      onGreeting(greeting);
    } else if (message instanceof Socks5PasswordAuthRequest auth) {
      if (isWhole(auth.decoderResult())) {
        onPassword(auth);
      }
    } else if (message instanceof Socks5CommandRequest request) {
      onRequest(request);
    } else if (decoder == null) {
      context.fireChannelRead(message); // data for the target
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  /**
   * The port from which the client says its datagrams come; 0 if it does not say. Some clients give
   * their first target there, which is no address of theirs.
   */
  private int expectedPort(Socks5CommandRequest request) {
    byte[] said = NetUtil.createByteArrayFromIpAddressString(request.dstAddr());
    if (said == null) {
      return 0;
    }
    IpAddress address = IpAddress.of(said);
    boolean own =
        address.isUnspecified()
            || address.equals(IpAddress.parse(client.remoteAddress().hostAddress()));
    return own ? request.dstPort() : 0;
  }

  private boolean isWhole(DecoderResult result) {
    if (result.isSuccess()) {
      return true;
    }
    client.giveUp("is no SOCKS5 client: " + result.cause().getMessage());
    return false;
  }

  /** RFC 1928 §3. */
  private void onGreeting(Socks5InitialRequest greeting) {
    Socks5AuthMethod needed =
        client.credentials() == null ? Socks5AuthMethod.NO_AUTH : Socks5AuthMethod.PASSWORD;
    if (greeting.decoderResult().isFailure()) { // Netty makes no message for an empty list
      refuseMethods("offers no method");
      return;
    }
    if (!greeting.authMethods().contains(needed)) {
      refuseMethods(
          needed == Socks5AuthMethod.PASSWORD
              ? "offers no user and password"
              : "offers no method but what this proxy has no use for: it asks for no password");
      return;
    }
    ctx.writeAndFlush(new DefaultSocks5InitialResponse(needed));
    expect(
        needed == Socks5AuthMethod.PASSWORD
            ? new Socks5PasswordAuthRequestDecoder()
            : new Socks5CommandRequestDecoder());
  }

  private void refuseMethods(String why) {
    client.refuse(
        ctx.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.UNACCEPTED)), why);
  }

  /** RFC 1929 §2: after a failure the connection must be closed. */
  private void onPassword(Socks5PasswordAuthRequest auth) {
    if (client.credentials().match(auth.username(), auth.password())) {
      ctx.writeAndFlush(new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.SUCCESS));
      expect(new Socks5CommandRequestDecoder());
    } else {
      client.refuse(
          ctx.writeAndFlush(
              new DefaultSocks5PasswordAuthResponse(Socks5PasswordAuthStatus.FAILURE)),
          "has a wrong user or password");
    }
  }

  /** RFC 1928 §4. */
  private void onRequest(Socks5CommandRequest request) {
    if (request.decoderResult().isFailure()) {
      String why = String.valueOf(request.decoderResult().cause().getMessage());
      Refusal refusal = why.contains("address type") ? Refusal.ADDRESS : Refusal.MALFORMED;
      client.refuse(refuse(refusal, why), "has a bad request: " + why);
    } else if (request.type().equals(Socks5CommandType.UDP_ASSOCIATE)) {
      expect(null);
      client.associate(this, expectedPort(request));
    } else if (!request.type().equals(Socks5CommandType.CONNECT)) {
      String line = "wants " + request.type() + ": this proxy knows CONNECT and UDP ASSOCIATE";
      client.refuse(refuse(Refusal.COMMAND, line), line);
    } else {
      Target target;
      try {
        target = Target.of(request.dstAddr(), request.dstPort());
      } catch (IllegalArgumentException bad) {
        client.refuse(refuse(Refusal.ofTarget(bad), bad.getMessage()), bad.getMessage());
        return;
      }
      expect(null);
      client.ask(this, target);
    }
  }

  private void expect(ChannelHandler next) {
    ChannelHandler before = decoder;
    decoder = next;
    if (next != null) {
      ctx.pipeline().addBefore(ctx.name(), null, next);
    }
    if (before != null) {
      ctx.pipeline().remove(before); // passes the bytes it holds to the next handler
    }
  }

  @Override
  public void connected(TcpStream stream) {
    succeed(stream.localAddress());
  }

  /**
   * @param local RFC 1928 §6: the address that the target sees, or that takes datagrams
   */
  void succeed(SocketAddress local) {
    boolean v6 = local.hostAddress().indexOf(':') >= 0;
    ctx.writeAndFlush(
        new DefaultSocks5CommandResponse(
            Socks5CommandStatus.SUCCESS,
            v6 ? Socks5AddressType.IPv6 : Socks5AddressType.IPv4,
            local.hostAddress(),
            local.port()));
    ctx.pipeline().remove(Socks5ServerEncoder.class);
    ctx.pipeline().remove(this);
  }

  @Override
  public ChannelFuture refuse(Refusal refusal, String line) {
    return ctx.writeAndFlush(
        new DefaultSocks5CommandResponse(refusal.socks, Socks5AddressType.IPv4, NO_ADDRESS, 0));
  }
}
