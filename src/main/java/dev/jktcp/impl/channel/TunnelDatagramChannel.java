package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.dns.DatagramDnsResponseDecoder;
import java.io.IOException;

/**
 * A datagram channel of one adapter, whatever the routes say. Its first datagram binds it to a port
 * that is picked at random (RFC 6056).
 */
final class TunnelDatagramChannel extends UdpChannel {
  private final AdapterInternal adapter;
  private final Runnable onOther;
  private boolean refused; // whether there was no port for it; event loop only

  /**
   * @param onOther called for each datagram that is no answer
   */
  TunnelDatagramChannel(AdapterInternal adapter, Runnable onOther) {
    this.adapter = adapter;
    this.onOther = onOther;
    pipeline().addFirst(new QuestionGuard(onOther));
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    if (adapter() == null && !refused && !in.isEmpty()) {
      AnswerGuard.install(pipeline(), DatagramDnsResponseDecoder.class, onOther);
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
