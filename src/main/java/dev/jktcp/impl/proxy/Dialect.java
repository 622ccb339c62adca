package dev.jktcp.impl.proxy;

import dev.jktcp.TcpStream;
import io.netty.channel.ChannelFuture;

/** The protocol a client speaks, once it has asked for its target. Its event loop only. */
interface Dialect {
  /** Says that the connection is there. What follows in both directions is the connection's. */
  void connected(TcpStream stream);

  /**
   * Says that there will be none.
   *
   * @return completes when it is said
   */
  ChannelFuture refuse(Refusal refusal, String line);
}
