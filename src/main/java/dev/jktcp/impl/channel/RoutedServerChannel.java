package dev.jktcp.impl.channel;

import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.DrainLoop;
import dev.jktcp.impl.LoopMember;
import dev.jktcp.impl.OwnerFactory;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.text.Fields;
import dev.jktcp.wire.IpAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.util.AttributeKey;
import io.vertx.core.AsyncResult;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.net.TcpConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A server's channel that listens in the adapter that has its address, or in the kernel if none
 * has. It outlives the adapter, as a socket of Linux outlives the address of its interface: Vert.x
 * takes a later server at the address for a further instance of this one, and does not bind again.
 * The next adapter that has the address gets the channel.
 */
final class RoutedServerChannel extends AbstractServerChannel implements ServerSocketChannel {
  /**
   * The receive buffer that Vert.x gives the accepted channels. A stack's listener has to know it
   * before, for a window that was offered is not taken back (RFC 9293 §3.8.6).
   */
  private static final AttributeKey<Integer> OF_ACCEPTED =
      AttributeKey.valueOf(RoutedServerChannel.class, "ofAccepted");

  private static final Logger LOG = LoggerFactory.getLogger(RoutedServerChannel.class);

  /** The question to an adapter whether it listens. */
  private enum Question {
    NONE,
    UNDER_WAY,
    /** Under way, and the routes have changed since. */
    OUTDATED
  }

  private final Routes routes;
  private final ChannelFactory<? extends ServerChannel> kernels;
  private final StackServerConfig config = new StackServerConfig(this);
  private Deciding unsafe; // set by the constructor of Netty's base class: no initial value here
  private volatile boolean open = true;
  private volatile boolean kernelActive;
  private volatile InetSocketAddress local; // not null once a stack has listened

  // Event loop only.
  private final Queue<AcceptedConnection> waiting = new ArrayDeque<>();
  private TcpServer server; // not null while a stack listens
  private final Runnable onRoutes = () -> eventLoop().execute(this::listenAgain);
  private boolean binding;
  private Question question = Question.NONE;
  private String warned; // not null if the last line in the log was bad news
  private boolean readPending;
  private boolean reading;

  RoutedServerChannel(Routes routes, ChannelFactory<? extends ServerChannel> kernels) {
    this.routes = routes;
    this.kernels = kernels;
  }

  /** For the transport: tells the server's channel the option of the channels that it accepts. */
  static void mark(TcpConfig config, ServerBootstrap bootstrap) {
    if (config.getReceiveBufferSize() > 0) {
      bootstrap.attr(OF_ACCEPTED, config.getReceiveBufferSize());
    }
  }

  @Override
  public Unsafe unsafe() {
    if (unsafe == null) {
      unsafe = new Deciding(super.unsafe());
    }
    return unsafe;
  }

  private Channel kernel() {
    return unsafe == null ? null : unsafe.kernel();
  }

  private final class Deciding extends RoutedUnsafe {
    Deciding(Unsafe own) {
      super(own);
    }

    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      promise.tryFailure(new UnsupportedOperationException("a server does not connect"));
    }

    @Override
    public void bind(SocketAddress to, ChannelPromise promise) {
      if (!promise.setUncancellable()) {
        return;
      }
      if (binding) {
        promise.tryFailure(new IllegalStateException("bound already"));
        return;
      }
      binding = true;
      AdapterInternal adapter;
      try {
        adapter = routes.adapterOf(RoutedServerChannel.this, to);
      } catch (IOException closed) { // the route's adapter does not exist or has ended
        promise.tryFailure(closed);
        close(voidPromise());
        return;
      }
      if (adapter != null) {
        listen(adapter, (InetSocketAddress) to, promise);
      } else {
        becomeKernel(to, promise);
      }
    }

    private void becomeKernel(SocketAddress to, ChannelPromise promise) {
      KernelChannels.stand(
          kernels.newChannel(),
          RoutedServerChannel.this,
          this,
          config.asked(),
          () -> kernelActive = true,
          promise,
          kernel -> kernel.unsafe().bind(to, promise));
    }
  }

  private void listen(AdapterInternal adapter, InetSocketAddress to, ChannelPromise promise) {
    TcpListenOptions options = new TcpListenOptions().setPort(to.getPort());
    if (config.getBacklog() > 0) {
      options.setBacklog(config.getBacklog());
    }
    IpAddress at = PlainAddress.of(to.getAddress());
    if (!at.isUnspecified()) {
      options.setLocalAddress(at.toString());
    }
    question = Question.UNDER_WAY;
    adapter
        .listenOwning(options, owner(adapter))
        .onComplete(answer -> eventLoop().execute(() -> onListening(adapter, to, answer, promise)));
  }

  /**
   * @param promise of the bind; null if the channel was bound before
   */
  private void onListening(
      AdapterInternal adapter,
      InetSocketAddress to,
      AsyncResult<TcpServer> answer,
      ChannelPromise promise) {
    boolean outdated = question == Question.OUTDATED;
    question = Question.NONE;
    if (answer.failed()) {
      IOException why = ChannelFailures.ofBind(answer.cause());
      if (promise != null) {
        promise.tryFailure(why);
        unsafe().close(voidPromise());
      } else if (open) {
        warn("does not listen again: " + why.getMessage());
        if (outdated) {
          listenAgain();
        }
      }
      return;
    }
    if (!open) {
      answer.result().close();
      if (promise != null) {
        promise.tryFailure(new IOException("closed meanwhile"));
      }
      return;
    }
    server = answer.result();
    adapter.ended().onComplete(ended -> afterEnd(adapter));
    if (promise != null) {
      local = new InetSocketAddress(to.getAddress(), server.port());
      promise.trySuccess();
      pipeline().fireChannelActive();
    } else if (warned != null) {
      warn("listens again"); // as loud as the loss
      warned = null;
    }
  }

  /** The adapter's context. */
  private void afterEnd(AdapterInternal adapter) {
    TcpException why = adapter.outcome();
    boolean vertxCloses = adapter.context().owner().closeFuture().isClosed();
    boolean lost = why.reason() == CloseReason.TRANSPORT_LOST && !vertxCloses;
    eventLoop().execute(() -> onAdapterEnd(lost ? why : null));
  }

  /**
   * The loss is logged and not fired as an exception: Netty's acceptor would take it for a failed
   * accept, and accept nothing for a second.
   *
   * @param loss null if the adapter was closed
   */
  private void onAdapterEnd(TcpException loss) {
    server = null;
    refuseWaiting();
    if (!open) {
      return;
    }
    if (loss != null) {
      warn("has no adapter now: " + loss.getMessage());
    }
    routes.watch(onRoutes);
    listenAgain();
  }

  /** Each change of the routes may fail alike: one line is enough. */
  private void warn(String words) {
    if (!words.equals(warned)) {
      warned = words;
      String at = PlainAddress.of(local.getAddress()).toString();
      LOG.warn("server at " + Fields.join(at, local.getPort()) + ": " + words);
    }
  }

  private void listenAgain() {
    if (question != Question.NONE) {
      question = Question.OUTDATED;
      return;
    }
    if (!open || server != null) {
      return;
    }
    try {
      AdapterInternal next = routes.adapterOf(this, local);
      if (next != null) { // if not, the route is gone: the kernel must not get the server
        listen(next, local, null);
      }
    } catch (IOException none) {
      // The next change of the routes may bring an adapter.
    }
  }

  private OwnerFactory owner(AdapterInternal adapter) {
    int receiveBuffer = receiveBuffer();
    return new OwnerFactory() {
      @Override
      public LoopMember own(DrainLoop loop, TcpConnection connection, Runnable onOver) {
        return onEstablished(adapter, loop, connection, onOver);
      }

      @Override
      public int receiveBuffer() {
        return receiveBuffer;
      }
    };
  }

  /** SO_RCVBUF, which the channels accepted inherit as sockets do; 0 = the adapter's own. */
  private int receiveBuffer() {
    Integer ofAccepted = attr(OF_ACCEPTED).get();
    return ofAccepted == null ? config.getReceiveBufferSize() : ofAccepted;
  }

  /** The adapter's context. */
  private LoopMember onEstablished(
      AdapterInternal adapter, DrainLoop loop, TcpConnection connection, Runnable onOver) {
    AcceptedConnection accepted = new AcceptedConnection(adapter, loop, connection, onOver);
    eventLoop().execute(() -> onAccepted(accepted));
    return accepted;
  }

  private void onAccepted(AcceptedConnection accepted) {
    if (!open) {
      accepted.run(accepted::refuse);
      return;
    }
    waiting.add(accepted); // bounded by the listener's backlog
    giveAway();
  }

  private void giveAway() {
    if (reading) {
      return; // the loop below goes on: no recursion for each connection that waits
    }
    reading = true;
    while (readPending && open && !waiting.isEmpty()) {
      readPending = false;
      pipeline().fireChannelRead(new StackChannel(this, waiting.poll()));
      pipeline().fireChannelReadComplete(); // reads on, unless auto-read is off
    }
    reading = false;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("it is not known whose channel it is");
  }

  @Override
  protected void doBeginRead() {
    readPending = true;
    giveAway();
  }

  void clearReadPending() {
    readPending = false;
  }

  @Override
  protected void doClose() {
    open = false;
    if (server != null) {
      server.close();
    }
    routes.unwatch(onRoutes);
    refuseWaiting();
  }

  private void refuseWaiting() {
    AcceptedConnection left;
    while ((left = waiting.poll()) != null) {
      left.run(left::refuse);
    }
  }

  @Override
  public ServerSocketChannelConfig config() {
    Channel kernel = kernel();
    return kernel == null ? config : (ServerSocketChannelConfig) kernel.config();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    Channel kernel = kernel();
    if (kernel != null) {
      return kernel.isActive() || (kernelActive && open);
    }
    return open && local != null;
  }

  @Override
  protected SocketAddress localAddress0() {
    return local;
  }

  @Override
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) super.localAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return null;
  }
}
