package dev.jktcp.impl.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Tells a client's protocol by its first byte, and puts the handlers for it in place. */
final class FirstByte extends ByteToMessageDecoder {
  private static final int SOCKS5 = 5;
  private static final int SOCKS4 = 4;
  private static final int TLS_HANDSHAKE = 0x16; // RFC 8446 §5.1

  /** The reply of SOCKS4 to a request that is rejected: its version, the code 91, no address. */
  private static final byte[] SOCKS4_REJECTED = {0, 91, 0, 0, 0, 0, 0, 0};

  private final ProxyClient client;

  FirstByte(ProxyClient client) {
    this.client = client;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int first = in.getUnsignedByte(in.readerIndex());
    if (first == SOCKS5) {
      SocksDialect.install(ctx, client);
    } else if (first >= 'A' && first <= 'Z') {
      HttpDialect.install(ctx, client);
    } else {
      in.skipBytes(in.readableBytes());
      refuse(ctx, first);
      return;
    }
    ctx.pipeline().remove(this); // passes the bytes it holds to the next handler
  }

  /** A SOCKS4 client understands a refusal; a reset would look like a proxy that is broken. */
  private void refuse(ChannelHandlerContext ctx, int first) {
    String line = "speaks " + name(first) + ": this proxy takes SOCKS5 and HTTP";
    if (first == SOCKS4) {
      client.refuse(ctx.writeAndFlush(Unpooled.wrappedBuffer(SOCKS4_REJECTED)), line);
    } else {
      client.giveUp(line);
    }
  }

  private static String name(int first) {
    return switch (first) {
      case SOCKS4 -> "SOCKS4";
      case TLS_HANDSHAKE -> "TLS";
      default -> "neither SOCKS5 nor HTTP";
    };
  }
}
