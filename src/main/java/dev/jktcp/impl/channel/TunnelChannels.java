package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;

/** Netty channels that are an adapter's, whatever the routes say: for its own resolver. */
public final class TunnelChannels {
  private TunnelChannels() {}

  public static SocketChannel tcp(AdapterInternal adapter) {
    return new TunnelChannel(adapter);
  }

  /** To be registered with the adapter's event loop. */
  public static DatagramChannel udp(AdapterInternal adapter) {
    return new StackDatagramChannel(adapter);
  }
}
