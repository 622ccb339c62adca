package dev.jktcp.impl.proxy;

import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;

/** A client's connection to the proxy. Any thread. */
interface ClientSocket {
  Channel channel();

  SocketAddress remoteAddress();

  /** A FIN behind what was written. */
  Future<Void> end();

  void reset();

  /** The address that the client reaches this one by. */
  String localHost();

  /** A new datagram socket for that address. */
  DatagramSocket udp();

  Pump pumpWith(TcpStream stream);
}
