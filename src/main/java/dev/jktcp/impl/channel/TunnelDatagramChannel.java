package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import java.io.IOException;

/**
 * A datagram channel of one adapter, whatever the routes say. Its first datagram binds it to a port
 * that is picked at random (RFC 6056).
 */
final class TunnelDatagramChannel extends UdpChannel {
  private final AdapterInternal adapter;
  private final Runnable onMalformed;
  private boolean refused; // whether there was no port for it; event loop only

  /**
   * @param onMalformed called for each datagram that a handler cannot decode
   */
  TunnelDatagramChannel(AdapterInternal adapter, Runnable onMalformed) {
    this.adapter = adapter;
    this.onMalformed = onMalformed;
  }

  /**
   * Catches the errors of Netty's decoder, for the resolver would log each with its stack trace.
   */
  private void guard() {
    ChannelHandlerContext decoder = pipeline().context(DatagramDnsResponseDecoder.class);
    if (decoder != null) {
      pipeline().addAfter(decoder.name(), null, new Malformed());
    }
  }

  private final class Malformed extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof DecoderException) {
        onMalformed.run();
      } else {
        context.fireExceptionCaught(cause);
      }
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    if (adapter() == null && !refused && !in.isEmpty()) {
      guard();
      become(adapter, null, 0, null);
    }
    super.doWrite(in);
  }

  @Override
  void onUndecided() {
    refused = true;
  }

  /**
   * Does not fire the reason, for the resolver ends with the adapter and would log it as
   * unexpected.
   */
  @Override
  void onEnd(IOException why) {
    own().close(voidPromise());
  }
}
