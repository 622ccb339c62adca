package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.DatagramOwner;
import dev.jktcp.impl.DrainLoop;
import dev.jktcp.stack.Datagram;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramChannelConfig;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;

/**
 * A UDP port of an adapter as a Netty channel on the adapter's event loop, with the manners of an
 * unconnected socket of NIO: its first datagram binds it to a port that is picked at random (RFC
 * 6056), and it hears of no ICMP error. It joins no groups.
 */
final class StackDatagramChannel extends AbstractChannel implements DatagramChannel, DatagramOwner {
  private static final ChannelMetadata METADATA = new ChannelMetadata(true, 16); // as NIO's

  /** Datagrams handled in one go; then others have their turn. */
  private static final int TURN = 256;

  private final AdapterInternal adapter;
  private final StackDatagramConfig config = new StackDatagramConfig(this);
  private volatile boolean open = true;
  private volatile InetSocketAddress local; // null before it is bound

  // The event loop's.
  private boolean binding;
  private DrainLoop drain; // null before it is bound, as the port
  private UdpPort port;
  private boolean readPending;

  StackDatagramChannel(AdapterInternal adapter) {
    super(null);
    this.adapter = adapter;
  }

  // What the adapter says, on the event loop.

  private DatagramOwner own(DrainLoop loop, UdpPort bound) {
    drain = loop;
    port = bound;
    local = new InetSocketAddress(bound.port());
    return this;
  }

  @Override
  public void onNotice() {
    if (port.takeRoom()) ((StackUnsafe) unsafe()).flushPending();
    while (port.takeTrouble() != null) {} // as NIO, whose unconnected sockets are not told
    int told = 0;
    for (Datagram next; told < TURN && readPending && (next = port.receive()) != null; told++) {
      pipeline().fireChannelRead(packet(next));
    }
    if (told == 0) return;
    readPending = false;
    pipeline().fireChannelReadComplete(); // asks to read again, if it is to
    if (open && readPending && port.readable() > 0) port.remind();
  }

  private DatagramPacket packet(Datagram datagram) {
    return new DatagramPacket(
        Unpooled.wrappedBuffer(datagram.payload()),
        address(datagram.local(), port.port()),
        address(datagram.remote(), datagram.remotePort()));
  }

  private static InetSocketAddress address(IpAddress address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), port);
    } catch (UnknownHostException e) {
      throw new AssertionError("an IpAddress has 4 or 16 bytes", e);
    }
  }

  @Override
  public void onFault(Throwable thrown) {
    pipeline().fireExceptionCaught(thrown);
    close();
  }

  @Override
  public void onAdapterEnd(TcpException failure) {
    close();
  }

  // What Netty asks; event loop only.

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new StackUnsafe();
  }

  private final class StackUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      promise.tryFailure(new UnsupportedOperationException("a datagram names its address"));
    }

    void flushPending() {
      flush0();
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == adapter.context().nettyEventLoop();
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    promise.setSuccess();
  }

  /** Its first datagram binds it; nothing that has to be bound before needs this channel. */
  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("the first datagram binds this channel");
  }

  private void bind() {
    binding = true;
    adapter
        .bindUdp(null, 0, this::own)
        .onComplete(
            bound -> {
              if (port != null && !open) {
                end();
              } else if (bound.succeeded()) {
                ((StackUnsafe) unsafe()).flushPending();
              } else {
                pipeline().fireExceptionCaught(bound.cause());
                close();
              }
            });
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    if (in.isEmpty()) return;
    if (port == null && !binding) bind();
    if (port == null) return; // it is flushed when it is bound
    for (Object message; (message = in.current()) != null; ) {
      DatagramPacket packet = (DatagramPacket) message;
      try {
        if (!send(packet)) return; // the channel gets a turn when there is room
        in.remove();
      } catch (IOException refused) {
        in.remove(refused);
      }
    }
    drain.request();
  }

  private boolean send(DatagramPacket packet) throws IOException {
    InetSocketAddress to = packet.recipient();
    if (to.isUnresolved()) throw new UnknownHostException(to.getHostString());
    ByteBuf data = packet.content();
    byte[] bytes = ByteBufUtil.getBytes(data, data.readerIndex(), data.readableBytes(), false);
    IpAddress remote = IpAddress.of(to.getAddress().getAddress());
    try {
      return port.send(bytes, 0, bytes.length, remote, to.getPort());
    } catch (StackException refused) {
      throw new IOException(refused.getMessage(), refused);
    }
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    if (message instanceof DatagramPacket) return message;
    throw new UnsupportedOperationException(
        "unsupported message type: "
            + StringUtil.simpleClassName(message)
            + " (expected: DatagramPacket)");
  }

  @Override
  protected void doBeginRead() {
    readPending = true;
    if (port != null && port.readable() > 0) {
      port.remind();
      drain.request();
    }
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    if (!open) return;
    open = false;
    if (port != null) end();
  }

  private void end() {
    if (port.isOpen()) adapter.closeUdp(this, port);
  }

  // Any thread.

  @Override
  public DatagramChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Also before it is bound, if it was asked to be: then the first datagram binds it. */
  @Override
  public boolean isActive() {
    return open && (local != null || config.isActiveOnRegistration() && isRegistered());
  }

  @Override
  public boolean isConnected() {
    return false;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return null;
  }

  @Override
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) super.localAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) super.remoteAddress();
  }

  // Groups.

  private ChannelFuture noGroups(ChannelPromise promise) {
    return promise.setFailure(
        open
            ? new UnsupportedOperationException("an adapter joins no groups")
            : new ClosedChannelException());
  }

  @Override
  public ChannelFuture joinGroup(InetAddress group) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture joinGroup(InetAddress group, ChannelPromise promise) {
    return noGroups(promise);
  }

  @Override
  public ChannelFuture joinGroup(InetSocketAddress group, NetworkInterface on) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture joinGroup(
      InetSocketAddress group, NetworkInterface on, ChannelPromise promise) {
    return noGroups(promise);
  }

  @Override
  public ChannelFuture joinGroup(InetAddress group, NetworkInterface on, InetAddress source) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture joinGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return noGroups(promise);
  }

  @Override
  public ChannelFuture leaveGroup(InetAddress group) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture leaveGroup(InetAddress group, ChannelPromise promise) {
    return noGroups(promise);
  }

  @Override
  public ChannelFuture leaveGroup(InetSocketAddress group, NetworkInterface on) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture leaveGroup(
      InetSocketAddress group, NetworkInterface on, ChannelPromise promise) {
    return noGroups(promise);
  }

  @Override
  public ChannelFuture leaveGroup(InetAddress group, NetworkInterface on, InetAddress source) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture leaveGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return noGroups(promise);
  }

  @Override
  public ChannelFuture block(InetAddress group, NetworkInterface on, InetAddress source) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture block(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return noGroups(promise);
  }

  @Override
  public ChannelFuture block(InetAddress group, InetAddress source) {
    return noGroups(newPromise());
  }

  @Override
  public ChannelFuture block(InetAddress group, InetAddress source, ChannelPromise promise) {
    return noGroups(promise);
  }
}
