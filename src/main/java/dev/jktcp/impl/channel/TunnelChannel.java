package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A channel that connects through one adapter, whatever the routes say. */
final class TunnelChannel extends StackChannel {
  private final AdapterInternal adapter;

  TunnelChannel(AdapterInternal adapter) {
    this.adapter = adapter;
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new StackUnsafe() {
      @Override
      public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
        connect(adapter, (InetSocketAddress) to, (InetSocketAddress) from, promise);
      }
    };
  }
}
