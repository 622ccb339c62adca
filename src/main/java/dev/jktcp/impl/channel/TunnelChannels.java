package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;

/** Netty channels that are an adapter's, whatever the routes say: for its own resolver. */
public final class TunnelChannels {
  private TunnelChannels() {}

  /**
   * For one question.
   *
   * @param lifeMs how long it stays open once it is connected: Netty's resolver leaves a connection
   *     whose question timed out to the server
   */
  public static SocketChannel tcp(AdapterInternal adapter, long lifeMs) {
    return new TunnelChannel(adapter, lifeMs);
  }

  /**
   * Its first datagram binds it.
   *
   * @param onMalformed told of each datagram that is no DNS message
   */
  public static DatagramChannel udp(AdapterInternal adapter, Runnable onMalformed) {
    return new TunnelDatagramChannel(adapter, onMalformed);
  }
}
