package dev.jktcp.impl.proxy;

import dev.jktcp.TcpStream;
import io.netty.channel.ChannelFuture;

/** The protocol of a client that has asked for its target. The client's event loop only. */
interface Dialect {
  /**
   * Answers that the connection is made. All bytes after that, in both directions, are the
   * connection's.
   */
  void connected(TcpStream stream);

  /**
   * Answers that there will be no connection.
   *
   * @return completes when the answer is sent
   */
  ChannelFuture refuse(Refusal refusal, String line);
}
