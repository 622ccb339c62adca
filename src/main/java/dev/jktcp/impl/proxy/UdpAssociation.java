package dev.jktcp.impl.proxy;

import dev.jktcp.impl.DatagramRoom;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.socksx.v5.Socks5AddressDecoder;
import io.netty.handler.codec.socksx.v5.Socks5AddressEncoder;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * RFC 1928 §7: the datagrams of one client, between a port of the kernel and one of the stack.
 * Malformed datagrams, those of other senders, and those beyond the limits are dropped. The proxy's
 * event loop only.
 */
final class UdpAssociation {
  private static final int HEADER_START = 4; // RSV, FRAG, ATYP

  private final Supplier<DatagramSocket> kernels;
  private final Future<DatagramSocket> stack;
  private final String clientHost;
  private final Predicate<SocketAddress> allowed;
  private final DatagramRoom forth;
  private final DatagramRoom back;
  private DatagramSocket kernel; // null until the stack's socket is there
  private boolean closed;
  private int clientPort; // 0 until the first datagram, if the client did not name it

  /**
   * @param kernels makes a new socket of the kernel
   * @param clientPort the port that the client sends from (RFC 1928 §6); 0 for that of its first
   *     datagram
   * @param room the limits for datagrams on their way in one direction
   */
  UdpAssociation(
      Supplier<DatagramSocket> kernels,
      Future<DatagramSocket> stack,
      String clientHost,
      int clientPort,
      Predicate<SocketAddress> allowed,
      Supplier<DatagramRoom> room) {
    this.kernels = kernels;
    this.stack = stack;
    this.clientHost = clientHost;
    this.clientPort = clientPort;
    this.allowed = allowed;
    this.forth = room.get();
    this.back = room.get();
  }

  /**
   * @param host the kernel's address to which the client has its TCP connection
   * @return the address to which the client sends its datagrams
   */
  Future<SocketAddress> open(String host) {
    return stack.compose(
        udp -> {
          kernel = kernels.get();
          if (closed) {
            close(); // closed while the adapter's socket was made
          }
          udp.handler(this::onTarget)
              .exceptionHandler(ignored -> {}); // ICMP errors: the client asks again
          kernel.handler(packet -> onClient(packet, udp)).exceptionHandler(ignored -> {});
          return kernel.listen(0, host).map(DatagramSocket::localAddress);
        });
  }

  void close() {
    closed = true;
    if (kernel != null) {
      kernel.close();
    }
    stack.onSuccess(DatagramSocket::close);
  }

  /** Passes on a datagram of the client. Those of other senders, and fragments, must be dropped. */
  private void onClient(DatagramPacket packet, DatagramSocket udp) {
    SocketAddress sender = packet.sender();
    if (!sender.hostAddress().equals(clientHost)) {
      return;
    }
    if (clientPort != 0 && clientPort != sender.port()) {
      return;
    }
    ByteBuf in = Unpooled.wrappedBuffer(packet.data().getBytes());
    Target target = target(in);
    if (target == null) {
      return;
    }
    clientPort = sender.port();
    if (target.isName() || !allowed.test(target.address())) {
      return;
    }
    int length = packet.data().length();
    if (!forth.enter(length)) {
      return;
    }
    udp.send(Buffer.buffer(ByteBufUtil.getBytes(in)), target.port(), target.host())
        .onComplete(sent -> forth.leave(length));
  }

  /** The target in the header; null if the header is malformed. */
  private static Target target(ByteBuf in) {
    if (in.readableBytes() < HEADER_START) {
      return null;
    }
    in.skipBytes(2);
    if (in.readByte() != 0) {
      return null; // FRAG
    }
    try {
      Socks5AddressType type = Socks5AddressType.valueOf(in.readByte());
      String host = Socks5AddressDecoder.DEFAULT.decodeAddress(type, in);
      return Target.of(host, in.readUnsignedShort());
    } catch (Exception malformed) { // Netty's signature
      return null;
    }
  }

  private void onTarget(DatagramPacket packet) {
    String host = packet.sender().hostAddress();
    ByteBuf out = Unpooled.buffer();
    Socks5AddressType type =
        host.indexOf(':') >= 0 ? Socks5AddressType.IPv6 : Socks5AddressType.IPv4;
    out.writeZero(3).writeByte(type.byteValue());
    try {
      Socks5AddressEncoder.DEFAULT.encodeAddress(type, host, out);
    } catch (Exception unknown) { // Netty's signature; the stack's address is always valid
      return;
    }
    int length = packet.data().length();
    if (clientPort == 0 || !back.enter(length)) {
      return;
    }
    out.writeShort(packet.sender().port()).writeBytes(packet.data().getBytes());
    kernel
        .send(Buffer.buffer(ByteBufUtil.getBytes(out)), clientPort, clientHost)
        .onComplete(sent -> back.leave(length));
  }
}
