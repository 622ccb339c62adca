package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;

/**
 * A datagram channel of one adapter, whatever the routes say. Its first datagram binds it to a port
 * that is picked at random (RFC 6056).
 */
final class TunnelDatagramChannel extends UdpChannel {
  private final AdapterInternal adapter;
  private boolean refused; // there was no port for it; event loop only

  TunnelDatagramChannel(AdapterInternal adapter) {
    this.adapter = adapter;
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    if (adapter() == null && !refused && !in.isEmpty()) become(adapter, null, 0, null);
    super.doWrite(in);
  }

  @Override
  void onUndecided() {
    refused = true;
  }

  /** The resolver that uses it ends with the adapter, and would log the reason as a surprise. */
  @Override
  void onEnd(IOException why) {
    own().close(voidPromise());
  }
}
