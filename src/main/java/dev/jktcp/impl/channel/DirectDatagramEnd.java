package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.stack.Datagram;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The end of a datagram channel on its adapter's event loop: it reads and sends in the drain. */
final class DirectDatagramEnd extends DatagramEnd {
  private boolean unreachable;
  private boolean closed;

  DirectDatagramEnd(AdapterInternal adapter, UdpChannel channel) {
    super(adapter, channel);
  }

  @Override
  boolean send(ByteBuf data, InetSocketAddress to) throws IOException {
    int length = data.readableBytes();
    byte[] from = data.hasArray() ? data.array() : ByteBufUtil.getBytes(data);
    int off = data.hasArray() ? data.arrayOffset() + data.readerIndex() : 0;
    return to == null
        ? sendNow(from, off, length, port.peer(), port.peerPort())
        : sendNow(from, off, length, address(to), to.getPort());
  }

  @Override
  Datagram receive() {
    return port.receive();
  }

  @Override
  boolean hasNews() {
    return port != null && port.readable() > 0;
  }

  @Override
  boolean hasUnreachable() {
    return unreachable;
  }

  @Override
  boolean takeUnreachable() {
    boolean taken = unreachable;
    unreachable = false;
    return taken;
  }

  @Override
  void again() {
    port.remind();
    loop.request();
  }

  @Override
  void connect(InetSocketAddress to) {
    connectNow(to);
  }

  @Override
  void close() {
    closed = true;
    if (port != null) {
      closePort();
    }
  }

  @Override
  void tune() {
    if (port != null) {
      tuneNow();
    }
  }

  @Override
  void tell(Runnable news) {
    news.run();
  }

  @Override
  void onBound() {
    if (closed) {
      closePort();
    } else {
      channel.onBound(this, port.port());
    }
  }

  @Override
  public void onNotice() {
    unreachable |= isUnreachable();
    port.takeRoom();
    channel.onTurn();
  }
}
