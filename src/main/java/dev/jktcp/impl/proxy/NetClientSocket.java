package dev.jktcp.impl.proxy;

import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.KernelSocket;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/** Of the kernel: half-closes, is paused, and is reset unless it is ended first. */
final class NetClientSocket implements ClientSocket {
  private final NetSocket socket;
  private final KernelSocket kernel;

  /** To be made in a connect handler. */
  NetClientSocket(NetSocket socket) {
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
  public Pump pumpWith(TcpStream stream) {
    return Pump.between(socket, stream);
  }
}
