package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;

/** Netty channels of one adapter, whatever the routes say, for its own resolver. */
public final class TunnelChannels {
  private TunnelChannels() {}

  /**
   * A channel for one question.
   *
   * @param lifeMs time that it stays open once connected, for Netty's resolver leaves it to the
   *     server to close a connection whose question timed out
   */
  public static SocketChannel tcp(AdapterInternal adapter, long lifeMs) {
    return new TunnelChannel(adapter, lifeMs);
  }

  /**
   * A channel that its first datagram binds.
   *
   * @param onOther called for each datagram that is no answer
   */
  public static DatagramChannel udp(AdapterInternal adapter, Runnable onOther) {
    return new TunnelDatagramChannel(adapter, onOther);
  }
}
