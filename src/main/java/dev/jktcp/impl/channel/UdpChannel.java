package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Bytes;
import dev.jktcp.stack.Datagram;
import dev.jktcp.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannelConfig;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;

/**
 * A UDP port of an adapter as a Netty channel that behaves as a socket of NIO. It uses only its
 * event loop's thread, so that any loop will do.
 */
abstract class UdpChannel extends MulticastCalls {
  private static final ChannelMetadata METADATA = new ChannelMetadata(true, 16); // as NIO's
  static final String NO_GROUPS =
      "multicast: an adapter has one link to one peer and joins no groups";

  private final DatagramConfig config = new DatagramConfig(this);
  private volatile InetSocketAddress local; // null before it has a port
  private volatile InetSocketAddress remote; // null unless it is connected
  private volatile boolean open = true;

  // Event loop only.
  private DatagramEnd end; // null before the owner is decided
  private InetSocketAddress boundTo; // the address asked for; null if the first datagram binds it
  private int wanted; // the preferred port; 0 for any
  private ChannelPromise binding; // null unless its user waits for it
  private ChannelPromise connecting; // likewise
  private InetSocketAddress connectTo; // not null while it waits for the port
  private IOException bindFailure; // the failure of all calls that waited for the port
  private boolean readPending;
  private boolean reading;

  UdpChannel() {
    super(null);
  }

  // --- decisions of the routed channel; event loop only

  /** The adapter that has the channel, or null. */
  final AdapterInternal adapter() {
    return end == null ? null : end.adapter;
  }

  /**
   * Makes the channel the adapter's.
   *
   * @param at null for all of the adapter's addresses
   * @param number the preferred port, taken if it is free; with a null address only
   * @param promise null if writes wait for the port
   */
  final void become(
      AdapterInternal adapter, InetSocketAddress at, int number, ChannelPromise promise) {
    boundTo = at;
    wanted = number;
    binding = promise;
    end = DatagramEnd.of(adapter, this);
    IpAddress ours = at == null ? null : PlainAddress.of(at.getAddress());
    boolean any = ours == null || ours.isUnspecified();
    end.bind(any ? null : ours.toString(), number > 0 || at == null ? number : at.getPort());
  }

  final void connectTo(InetSocketAddress to, ChannelPromise promise) {
    if (remote != null || connecting != null) {
      promise.tryFailure(new AlreadyConnectedException());
      return;
    }
    connecting = promise;
    if (local != null) {
      end.connect(to);
    } else {
      connectTo = to;
    }
  }

  /** The port was given back, or never taken: the owner is open again. */
  abstract void onUndecided();

  // --- events of the adapter's side; event loop only

  final void onBound(DatagramEnd from, int number) {
    if (from != end || !open) {
      return;
    }
    boolean wasActive = isActive();
    InetAddress at = boundTo == null ? null : boundTo.getAddress();
    local = new InetSocketAddress(at, number); // null: the wildcard address
    ChannelPromise promise = binding;
    binding = null;
    if (promise != null) {
      promise.trySuccess();
    }
    if (!wasActive && isActive()) {
      pipeline().fireChannelActive();
    }
    if (connectTo != null) {
      InetSocketAddress to = connectTo;
      connectTo = null;
      end.connect(to);
    }
    onTurn();
  }

  final void onBindFailed(DatagramEnd from, IOException why) {
    if (from != end || !open) {
      return;
    }
    if (boundTo == null && wanted > 0) { // the preferred port is in use in the adapter
      become(end.adapter, null, 0, binding);
      return;
    }
    end = null;
    onUndecided();
    ChannelPromise promise = binding;
    binding = null;
    if (promise != null) {
      promise.tryFailure(why);
    }
    connectTo = null;
    failConnecting(why);
    bindFailure = why;
    own().flushPending();
    bindFailure = null;
  }

  final void onConnected(InetSocketAddress to) {
    ChannelPromise promise = connecting;
    connecting = null;
    remote = to;
    if (promise != null) {
      promise.trySuccess();
    }
    own().flushPending();
  }

  final void onConnectFailed(IOException why) {
    failConnecting(why);
    own().close(voidPromise()); // as NIO does
  }

  private void failConnecting(IOException why) {
    ChannelPromise promise = connecting;
    connecting = null;
    if (promise != null) {
      promise.tryFailure(why);
    }
  }

  /** A datagram was lost on the way to the stack. */
  final void onTrouble(IOException why) {
    if (open) {
      pipeline().fireExceptionCaught(why);
    }
  }

  /** The port has ended. */
  void onEnd(IOException why) {
    if (!open) {
      return;
    }
    pipeline().fireExceptionCaught(why);
    own().close(voidPromise());
  }

  /** Does all that can be done now. */
  final void onTurn() {
    if (!open || local == null || end == null) {
      return;
    }
    own().flushPending();
    // A socket gives its error to the next call. A channel that does not read has only writes.
    if (open && readPending && end.takeUnreachable()) {
      pipeline().fireExceptionCaught(new PortUnreachableException());
    }
    if (open && readPending && !reading && end.hasNews()) {
      reading = true;
      try {
        readOnce();
      } finally {
        reading = false;
      }
    }
    if (open && readPending && end.hasNews()) {
      end.again();
    }
  }

  /**
   * Reads as NIO does: limits on messages mean the same, and a datagram's recipient is the address
   * that the channel is bound to, which may be the wildcard address. But no datagram is cut to fit
   * a buffer.
   */
  private void readOnce() {
    var handle = own().recvBufAllocHandle();
    handle.reset(config);
    do {
      Datagram datagram = end.receive();
      if (datagram == null) {
        break;
      }
      ByteBuf data = Bytes.growing(datagram.payload().length);
      data.writeBytes(datagram.payload());
      handle.attemptedBytesRead(data.readableBytes());
      handle.lastBytesRead(data.readableBytes());
      handle.incMessagesRead(1);
      readPending = false;
      InetSocketAddress from = ChannelEnd.address(datagram.remote(), datagram.remotePort());
      pipeline().fireChannelRead(new DatagramPacket(data, local, from));
    } while (open && handle.continueReading());
    handle.readComplete();
    pipeline().fireChannelReadComplete();
  }

  // --- calls of Netty; event loop only

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new StackUnsafe();
  }

  /** The Unsafe that {@link #newUnsafe} made. */
  final StackUnsafe own() {
    return (StackUnsafe) super.unsafe();
  }

  /** The Unsafe of a stack's channel. */
  final class StackUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      promise.tryFailure(new UnsupportedOperationException("it is not known whose channel it is"));
    }

    void flushPending() {
      flush0();
    }

    boolean isOpenFor(ChannelPromise promise) {
      return ensureOpen(promise);
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    promise.setSuccess();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("it is not known whose channel it is");
  }

  @Override
  protected void doDisconnect() {
    remote = null;
    if (end != null && local != null) {
      end.connect(null);
    }
  }

  @Override
  protected void doClose() {
    if (!open) {
      return;
    }
    open = false;
    ClosedChannelException closed = new ClosedChannelException();
    if (binding != null) {
      binding.tryFailure(closed);
    }
    failConnecting(closed);
    if (end != null) {
      end.close();
    }
  }

  @Override
  protected void doBeginRead() {
    readPending = true;
    if (!reading && local != null && (end.hasNews() || end.hasUnreachable())) {
      end.again();
    }
  }

  final void clearReadPending() {
    readPending = false;
  }

  /** Whether a read was asked for before the owner was decided; clears that. */
  final boolean takeReadPending() {
    boolean pending = readPending;
    readPending = false;
    return pending;
  }

  @Override
  protected final Object filterOutboundMessage(Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    if (message instanceof AddressedEnvelope<?, ?> envelope
        && envelope.content() instanceof ByteBuf
        && (envelope.recipient() == null || envelope.recipient() instanceof InetSocketAddress)) {
      if (envelope.recipient() instanceof InetSocketAddress to && to.isUnresolved()) {
        throw new UnresolvedAddressException();
      }
      return message;
    }
    throw new UnsupportedOperationException(
        "unsupported message type: "
            + StringUtil.simpleClassName(message)
            + " (expected: DatagramPacket, AddressedEnvelope<ByteBuf, InetSocketAddress>,"
            + " ByteBuf)");
  }

  /** Writes all datagrams that have room. One that cannot be sent does not stop the next. */
  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    Object message;
    while ((message = in.current()) != null) {
      if (end == null) { // no port was free, or the owner is not decided
        in.remove(bindFailure != null ? bindFailure : new NotYetConnectedException());
        continue;
      }
      if (local == null || connecting != null) {
        return; // the datagram waits for the port
      }
      if (!config().isAutoRead() && !readPending && end.takeUnreachable()) {
        in.remove(new PortUnreachableException());
        continue;
      }
      try {
        if (!send(message)) {
          return; // the channel gets a turn once there is room
        }
        in.remove();
      } catch (IOException | RuntimeException refused) {
        in.remove(refused);
      }
    }
  }

  private boolean send(Object message) throws IOException {
    if (message instanceof AddressedEnvelope<?, ?> envelope && envelope.recipient() != null) {
      return end.send((ByteBuf) envelope.content(), (InetSocketAddress) envelope.recipient());
    }
    if (remote == null) {
      throw new NotYetConnectedException();
    }
    Object data = message instanceof AddressedEnvelope<?, ?> held ? held.content() : message;
    return end.send((ByteBuf) data, null);
  }

  /** Options have changed. */
  final void retune() {
    if (!isRegistered()) {
      return;
    }
    eventLoop()
        .execute(
            () -> {
              if (end != null && open) {
                end.tune();
              }
            });
  }

  // --- groups: an adapter joins none

  @Override
  public ChannelFuture joinGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return promise.setFailure(new SocketException(NO_GROUPS));
  }

  @Override
  public ChannelFuture leaveGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return promise.setFailure(new SocketException(NO_GROUPS));
  }

  @Override
  public ChannelFuture block(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return promise.setFailure(new SocketException(NO_GROUPS));
  }

  // --- any thread

  @Override
  public DatagramChannelConfig config() {
    return config;
  }

  final DatagramConfig stackConfig() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open && (local != null || (config.isActiveOnRegistration() && isRegistered()));
  }

  @Override
  public boolean isConnected() {
    return open && remote != null;
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
    return remote;
  }
}
