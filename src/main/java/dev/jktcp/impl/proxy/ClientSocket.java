package dev.jktcp.impl.proxy;

import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;

/** A client's connection to the proxy. Thread-safe. */
interface ClientSocket {
  Channel channel();

  SocketAddress remoteAddress();

  /** Sends a FIN behind the written data. */
  Future<Void> end();

  void reset();

  /** The proxy's address that the client has connected to. */
  String localHost();

  /** A new datagram socket for that address. */
  DatagramSocket udp();

  Pump pumpWith(TcpStream stream);
}
