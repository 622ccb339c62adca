package dev.jktcp.impl.proxy;

import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.pump.KernelSocket;
import dev.jktcp.transport.KernelSockets;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A client's kernel socket. It half-closes, is paused at first, and is reset unless it is ended
 * before.
 */
final class NetClientSocket implements ClientSocket {
  private final Vertx vertx;
  private final NetSocket socket;
  private final KernelSocket kernel;

  /** Call it in a connect handler. */
  NetClientSocket(Vertx vertx, NetSocket socket) {
    this.vertx = vertx;
    this.socket = socket;
    this.kernel = KernelSocket.adopt(socket);
    kernel.resetUnlessEnded();
  }

  @Override
  public Channel channel() {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
  }

  @Override
  public SocketAddress remoteAddress() {
    return socket.remoteAddress();
  }

  @Override
  public Future<Void> end() {
    return kernel.end();
  }

  @Override
  public void reset() {
    KernelSocket.reset(socket);
  }

  @Override
  public String localHost() {
    return localAddress().getHostAddress();
  }

  private InetAddress localAddress() {
    return ((InetSocketAddress) channel().localAddress()).getAddress();
  }

  @Override
  public DatagramSocket udp() {
    boolean ipV6 = localAddress() instanceof Inet6Address;
    return KernelSockets.datagramSocket(vertx, new DatagramSocketOptions().setIpV6(ipV6));
  }

  @Override
  public Pump pumpWith(TcpStream stream) {
    return Pump.between(socket, stream);
  }
}
