package dev.jktcp.impl.channel;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.DrainLoop;
import dev.jktcp.impl.LoopMember;
import dev.jktcp.impl.OwnerFactory;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A connection of an adapter as a Netty channel that behaves as a socket of NIO. It uses only its
 * event loop's thread, so that any loop will do.
 */
class StackChannel extends AbstractChannel implements SocketChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16); // as NIO's

  private enum State {
    OPEN,
    ACTIVE,
    CLOSED
  }

  private final StackChannelConfig config = new StackChannelConfig(this);
  private final AcceptedConnection accepted; // null for a channel that connects
  private volatile InetSocketAddress local; // null before it is connected
  private volatile InetSocketAddress remote;
  private volatile State state;
  private volatile boolean inputShut;
  private volatile boolean outputShut;

  // Event loop only.
  private ChannelEnd end; // null before it connects
  private ChannelPromise connecting; // null unless it is connecting
  private Future<?> connectTimeout;
  private InetSocketAddress asked;
  private boolean readPending;
  private boolean reading;
  private boolean endTold;

  /** A channel that will connect. */
  StackChannel() {
    super(null);
    accepted = null;
    state = State.OPEN;
  }

  /** An accepted channel, which takes its connection when it is registered. */
  StackChannel(Channel parent, AcceptedConnection accepted) {
    super(parent);
    this.accepted = accepted;
    local = accepted.localAddress();
    remote = accepted.remoteAddress();
    state = State.ACTIVE;
  }

  // --- events of the adapter's side; event loop only

  final void onConnected(InetSocketAddress from) {
    if (state != State.OPEN) {
      return; // the connect was given up
    }
    local = from;
    remote = asked; // with the name that the caller gave
    state = State.ACTIVE;
    ChannelPromise promise = connecting;
    stopConnecting();
    boolean told = promise.trySuccess();
    pipeline().fireChannelActive(); // also if a listener has closed it: channelInactive follows
    if (!told) {
      own().close(voidPromise());
    }
  }

  final void onConnectFailed(IOException why) {
    ChannelPromise promise = connecting;
    if (promise == null) {
      return;
    }
    stopConnecting();
    promise.tryFailure(own().annotated(why, asked));
    own().close(voidPromise());
  }

  private void stopConnecting() {
    connecting = null;
    if (connectTimeout != null) {
      connectTimeout.cancel(false);
    }
    connectTimeout = null;
  }

  /**
   * Does all that can be done now.
   *
   * @return how many handlers were called
   */
  final int onTurn() {
    if (state != State.ACTIVE || end == null) {
      return 0;
    }
    own().flushPending();
    return state == State.ACTIVE ? readAll() : 0;
  }

  private int readAll() {
    if (reading) {
      return 0;
    }
    int told = 0;
    if (readPending && !inputShut && end.hasNews()) {
      reading = true;
      try {
        told = readOnce();
      } finally {
        reading = false;
      }
    }
    if (state != State.ACTIVE) {
      return told;
    }
    IOException failure = end.failure();
    if (failure != null) {
      pipeline().fireExceptionCaught(failure);
      own().close(voidPromise());
    } else if (readPending && !inputShut && end.hasNews()) {
      end.again();
    }
    return told;
  }

  /** Reads as NIO does, so that allocators and limits on messages mean the same. */
  private int readOnce() {
    var handle = own().recvBufAllocHandle();
    handle.reset(config);
    boolean atEnd = false;
    int told = 0;
    do {
      int most = handle.guess();
      handle.attemptedBytesRead(most);
      ByteBuf data = end.read(most);
      if (data == null) {
        atEnd = end.atEnd();
        handle.lastBytesRead(atEnd ? -1 : 0);
        break;
      }
      handle.lastBytesRead(data.readableBytes());
      handle.incMessagesRead(1);
      readPending = false;
      told++;
      pipeline().fireChannelRead(data);
    } while (state == State.ACTIVE && handle.continueReading());
    if (told == 0 && !atEnd) {
      return 0; // NIO would not have woken up
    }
    if (atEnd) {
      readPending = false;
    }
    handle.readComplete();
    pipeline().fireChannelReadComplete();
    if (atEnd) {
      onInputEnd();
    }
    return told + 1;
  }

  private void onInputEnd() {
    if (state != State.ACTIVE || endTold) {
      return;
    }
    endTold = true;
    if (config.isAllowHalfClosure()) {
      inputShut = true;
      pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
    } else {
      own().close(voidPromise());
    }
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
  class StackUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      if (!refusesSecond(promise)) {
        promise.tryFailure(
            new UnsupportedOperationException("it is not known whose channel it is"));
      }
    }

    /** A channel connects once. True if it has begun to; the promise then fails. */
    final boolean refusesSecond(ChannelPromise promise) {
      if (connecting != null) {
        promise.tryFailure(new ConnectionPendingException());
      } else if (state == State.ACTIVE) {
        promise.tryFailure(new AlreadyConnectedException());
      } else {
        return false;
      }
      return true;
    }

    final void connect(
        AdapterInternal adapter,
        InetSocketAddress to,
        InetSocketAddress from,
        ChannelPromise promise) {
      if (promise.isDone() || !ensureOpen(promise) || refusesSecond(promise)) {
        return;
      }
      connecting = promise;
      asked = to;
      scheduleTimeout(to);
      promise.addListener(
          done -> {
            if (done.isCancelled()) {
              close(voidPromise());
            }
          });
      begin(adapter, to, from);
    }

    private void scheduleTimeout(InetSocketAddress to) {
      int ms = config().getConnectTimeoutMillis();
      if (ms <= 0) {
        return;
      }
      connectTimeout =
          eventLoop().schedule(() -> onConnectTimeout(to, ms), ms, TimeUnit.MILLISECONDS);
    }

    private void onConnectTimeout(InetSocketAddress to, int ms) {
      ChannelPromise promise = connecting;
      if (promise == null) {
        return;
      }
      String text = "connection timed out after " + ms + " ms: " + to;
      if (promise.tryFailure(new ConnectTimeoutException(text))) {
        close(voidPromise());
      }
    }

    private void begin(AdapterInternal adapter, InetSocketAddress to, InetSocketAddress from) {
      ChannelEnd mine = ChannelEnd.of(adapter, StackChannel.this);
      end = mine;
      TcpConnectOptions options =
          new TcpConnectOptions()
              .setHost(PlainAddress.of(to.getAddress()).toString())
              .setPort(to.getPort())
              .setTuning(tuning(adapter.options().getTuning()));
      if (from != null) {
        options.setLocalPort(from.getPort());
        IpAddress source = PlainAddress.of(from.getAddress());
        if (!source.isUnspecified()) {
          List<IpAddress> own = adapter.localAddresses();
          if (!own.contains(source)) {
            onConnectFailed(ChannelFailures.ofForeign(source, own));
            return;
          }
          options.setLocalAddress(source.toString());
        }
      }
      adapter
          .connect(options, owner(mine))
          .onFailure(why -> inLoop(() -> onConnectFailed(ChannelFailures.ofNoSyn(why))));
    }

    private OwnerFactory owner(ChannelEnd mine) {
      int receiveBuffer = config.getReceiveBufferSize();
      return new OwnerFactory() {
        @Override
        public LoopMember own(DrainLoop loop, TcpConnection connection, Runnable onOver) {
          mine.take(loop, connection, onOver);
          return mine;
        }

        @Override
        public int receiveBuffer() {
          return receiveBuffer;
        }
      };
    }

    Throwable annotated(Throwable why, SocketAddress to) {
      return annotateConnectException(why, to);
    }

    void flushPending() {
      flush0();
    }

    boolean isOpenFor(ChannelPromise promise) {
      return ensureOpen(promise);
    }
  }

  private void inLoop(Runnable task) {
    EventLoop loop = eventLoop();
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    if (accepted != null && end == null) {
      ChannelEnd mine = ChannelEnd.of(accepted.adapter(), this);
      end = mine;
      accepted.run(() -> mine.takeAccepted(accepted));
    }
    promise.setSuccess();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("it is not known whose channel it is");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    ChannelPromise promise = connecting;
    stopConnecting();
    if (promise != null) {
      promise.tryFailure(new ClosedChannelException());
    }
    if (end != null) {
      end.close();
    } else if (accepted != null) {
      accepted.run(accepted::refuse);
    }
  }

  @Override
  protected final void doShutdownOutput() {
    if (state == State.OPEN) {
      throw new NotYetConnectedException();
    }
    outputShut = true;
    if (end != null) {
      end.endOutput();
    }
  }

  @Override
  protected void doBeginRead() {
    if (inputShut) {
      return;
    }
    readPending = true;
    if (!reading && state == State.ACTIVE && end.hasNews()) {
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
    if (message instanceof ByteBuf || message instanceof FileRegion) {
      return message;
    }
    throw new UnsupportedOperationException(
        "unsupported message type: "
            + StringUtil.simpleClassName(message)
            + " (expected: ByteBuf, FileRegion)");
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    try {
      while (writeOne(in)) {}
    } finally {
      end.written();
    }
  }

  /**
   * Writes one message. False if no message is left, or there is no room; the channel gets a turn
   * once there is.
   */
  private boolean writeOne(ChannelOutboundBuffer in) throws Exception {
    Object message = in.current();
    if (message == null) {
      return false;
    }
    return message instanceof ByteBuf data
        ? write(in, data)
        : FileRegions.write(in, (FileRegion) message, end, config.getSendBufferSize());
  }

  private boolean write(ChannelOutboundBuffer in, ByteBuf data) throws IOException {
    while (data.isReadable()) {
      int taken = end.write(data, config.getSendBufferSize());
      if (taken == 0) {
        return false;
      }
      in.progress(taken);
    }
    return in.remove();
  }

  final TcpTuning tuning(TcpTuning adapters) {
    return config.tuning(adapters);
  }

  final void retune() {
    if (!isRegistered()) {
      return;
    }
    inLoop(
        () -> {
          if (end != null && state == State.ACTIVE) {
            end.tune(config.tuning(end.adapter.options().getTuning()));
          }
        });
  }

  /** Whether the channel may become the kernel's, and so keeps the kernel's options. */
  boolean mayBeKernels() {
    return false;
  }

  // --- any thread

  @Override
  public SocketChannelConfig config() {
    return config;
  }

  final StackChannelConfig stackConfig() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  @Override
  public boolean isActive() {
    return state == State.ACTIVE;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public ServerSocketChannel parent() {
    return (ServerSocketChannel) super.parent();
  }

  @Override
  protected SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return remote;
  }

  @Override
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) super.localAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) super.remoteAddress();
  }

  @Override
  public boolean isInputShutdown() {
    return inputShut || !isActive();
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShut || !isActive();
  }

  @Override
  public boolean isShutdown() {
    return isInputShutdown() && isOutputShutdown();
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  /** Stops reading: data from now on stays unread, and the peer's window closes. */
  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    inLoop(
        () -> {
          if (state != State.ACTIVE) {
            boolean open = state == State.OPEN;
            promise.tryFailure(
                open ? new NotYetConnectedException() : new ClosedChannelException());
            return;
          }
          inputShut = true;
          promise.trySuccess();
        });
    return promise;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    inLoop(() -> own().shutdownOutput(promise));
    return promise;
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdown(newPromise());
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    shutdownInput();
    return shutdownOutput(promise);
  }
}
