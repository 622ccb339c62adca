package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramChannelConfig;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A datagram channel that finds its owner late: by the address that it is bound to or, if that is
 * the wildcard address, by its first datagram or the peer that it connects to. From then on a
 * datagram to an address of another owner fails. A datagram with a route never goes to the kernel.
 */
final class RoutedDatagramChannel extends UdpChannel {
  private enum Whose {
    UNDECIDED,
    /** The kernel's, until a datagram arrives or the first one sent decides otherwise. */
    KERNELS_SO_FAR,
    KERNELS,
    /** An adapter's: it sends only to addresses with a route to that adapter. */
    STACKS,
    /** An adapter's, bound to one of its addresses: it also answers peers without a route. */
    STACKS_BY_ADDRESS
  }

  private final Routes routes;
  private final ChannelFactory<? extends DatagramChannel> kernels;
  private Deciding unsafe; // set by the constructor of Netty's base class: no initial value here
  private volatile boolean kernelActive;

  // Event loop only.
  private Whose whose = Whose.UNDECIDED;
  private boolean registering; // the kernel channel is being registered, and calls wait for it
  private final Queue<Runnable> waiting = new ArrayDeque<>(0);

  RoutedDatagramChannel(Routes routes, ChannelFactory<? extends DatagramChannel> kernels) {
    this.routes = routes;
    this.kernels = kernels;
  }

  @Override
  public Unsafe unsafe() {
    if (unsafe == null) {
      unsafe = new Deciding(own());
    }
    return unsafe;
  }

  private DatagramChannel kernel() {
    return unsafe == null ? null : (DatagramChannel) unsafe.kernel();
  }

  private final class Deciding extends RoutedUnsafe {
    Deciding(Unsafe own) {
      super(own);
    }

    @Override
    public void bind(SocketAddress to, ChannelPromise promise) {
      if (!promise.setUncancellable() || !own().isOpenFor(promise)) {
        return;
      }
      if (kernel() != null) {
        whenReady(() -> kernel().unsafe().bind(to, promise));
      } else if (whose != Whose.UNDECIDED) {
        promise.tryFailure(new SocketException("Already bound"));
      } else {
        tryOr(promise, () -> bindUndecided(to, promise));
      }
    }

    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      if (promise.isDone() || !own().isOpenFor(promise)) {
        return;
      }
      boolean decided =
          tryOr(promise, () -> decide(to, from instanceof InetSocketAddress ip ? ip : null));
      if (!decided) {
        close(voidPromise()); // as NIO does
      } else if (kernel() != null) {
        whenReady(() -> kernel().unsafe().connect(to, from, promise));
      } else {
        connectTo((InetSocketAddress) to, promise);
      }
    }

    @Override
    public void disconnect(ChannelPromise promise) {
      if (kernel() != null) {
        whenReady(() -> kernel().unsafe().disconnect(promise));
      } else {
        own().disconnect(promise);
      }
    }

    @Override
    public void write(Object message, ChannelPromise promise) {
      whenReady(() -> decideAndWrite(message, promise));
    }

    /**
     * Decides the owner, and writes. A bind is complete by now, for the decision needs its outcome.
     */
    private void decideAndWrite(Object message, ChannelPromise promise) {
      if (isActive()
          && message instanceof AddressedEnvelope<?, ?> envelope
          && envelope.recipient() instanceof InetSocketAddress to
          && !to.isUnresolved()
          && !tryOr(promise, () -> decide(to, null))) {
        ReferenceCountUtil.release(message);
        return;
      }
      whenReady(() -> writeNow(message, promise)); // the channel may have become the kernel's
    }

    private void writeNow(Object message, ChannelPromise promise) {
      super.write(message, promise);
    }

    @Override
    public void flush() {
      whenReady(this::flushNow);
    }

    private void flushNow() {
      super.flush();
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static boolean tryOr(ChannelPromise promise, Step step) {
    try {
      step.run();
      return true;
    } catch (IOException
        | ChannelException refused) { // the route's adapter is gone, or the kernel has no socket
      promise.tryFailure(refused);
      return false;
    }
  }

  private void whenReady(Runnable call) {
    if (registering) {
      waiting.add(call);
    } else {
      call.run();
    }
  }

  // --- the owner

  private void bindUndecided(SocketAddress to, ChannelPromise promise) throws IOException {
    InetSocketAddress at = to instanceof InetSocketAddress ip && !ip.isUnresolved() ? ip : null;
    boolean wildcard = at != null && PlainAddress.of(at.getAddress()).isUnspecified();
    boolean any =
        wildcard && at.getPort() == 0; // a client, such as a resolver: a server does not bind so
    AdapterInternal adapter = any ? null : routes.adapterOf(this, to);
    if (adapter != null) {
      whose = wildcard ? Whose.STACKS : Whose.STACKS_BY_ADDRESS;
      become(adapter, at, 0, promise);
    } else {
      whose = any ? Whose.KERNELS_SO_FAR : Whose.KERNELS;
      becomeKernels(promise, kernel -> kernel.unsafe().bind(to, promise));
    }
  }

  /** Decides the owner by an address that the channel sends or connects to. */
  private void decide(SocketAddress to, InetSocketAddress from) throws IOException {
    SocketAddress at = whose == Whose.STACKS_BY_ADDRESS ? localAddress() : from;
    AdapterInternal adapter = routes.adapterFor(this, to, at);
    switch (whose) {
      case UNDECIDED -> {
        whose = adapter == null ? Whose.KERNELS : Whose.STACKS;
        if (adapter == null) {
          becomeKernels(voidPromise(), kernel -> {});
        } else {
          become(adapter, from, 0, null);
        }
      }
      case KERNELS_SO_FAR -> {
        whose = adapter == null ? Whose.KERNELS : Whose.STACKS;
        if (adapter != null) {
          leaveKernel(adapter);
        }
      }
      case KERNELS -> {
        if (adapter != null) {
          throw new NoRouteToHostException(
              text(to)
                  + " is reached through an adapter, and this datagram socket is the kernel's: use"
                  + " another, bound to the adapter's address or to none");
        }
      }
      case STACKS, STACKS_BY_ADDRESS -> {
        boolean may = adapter == null && whose == Whose.STACKS_BY_ADDRESS;
        if (adapter != adapter() && !may) {
          throw new NoRouteToHostException(
              text(to)
                  + " has no route through the adapter that this datagram socket belongs to: use"
                  + " another socket, or add a route");
        }
      }
    }
  }

  private static String text(SocketAddress to) {
    return to instanceof InetSocketAddress ip ? ip.getAddress().getHostAddress() : to.toString();
  }

  @Override
  void onUndecided() {
    whose = Whose.UNDECIDED;
  }

  private void becomeKernels(ChannelPromise promise, Consumer<Channel> then) {
    DatagramChannel made;
    try {
      made = kernels.newChannel();
    } catch (ChannelException noSocket) {
      whose = Whose.UNDECIDED;
      throw noSocket;
    }
    made.pipeline().addLast(new FirstDatagram());
    registering = true;
    KernelChannels.stand(
        made,
        this,
        unsafe,
        stackConfig().asked(),
        this::onKernelActive,
        promise,
        kernel -> {
          if (takeReadPending()) {
            kernel.unsafe().beginRead();
          }
          then.accept(kernel);
          onReady();
        });
  }

  private boolean onKernelActive() {
    kernelActive = true;
    return !stackConfig().isActiveOnRegistration(); // otherwise the handlers have had channelActive
  }

  private void onReady() {
    registering = false;
    Runnable call;
    while (!registering && (call = waiting.poll()) != null) {
      call.run();
    }
  }

  /** Makes the channel the kernel's for good when a datagram arrives. */
  private final class FirstDatagram extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (whose == Whose.KERNELS_SO_FAR) {
        whose = Whose.KERNELS;
      }
      context.pipeline().remove(this);
      context.fireChannelRead(message);
    }
  }

  /**
   * Leaves the kernel for an adapter, with the same port if that is free there. Netty fires the
   * kernel channel's channelActive one task later, which may be after this.
   */
  @SuppressWarnings("deprecation") // Netty has no other call for a change of the address
  private void leaveKernel(AdapterInternal adapter) {
    DatagramChannel left = kernel();
    int number = left.localAddress() == null ? 0 : left.localAddress().getPort();
    boolean autoRead = left.config().isAutoRead();
    kernelActive |= left.isActive();
    unsafe.become(null);
    left.unsafe().close(left.unsafe().voidPromise());
    invalidateLocalAddress();
    become(adapter, null, number, null);
    stackConfig().setAutoRead(autoRead);
    if (autoRead) {
      own().beginRead();
    }
  }

  @Override
  protected void doClose() {
    super.doClose();
    onReady(); // waiting calls fail, for the kernel's channel is closed
  }

  // --- groups: only a kernel channel joins them

  @Override
  public ChannelFuture joinGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return ofGroup(group, promise, (k, p) -> k.joinGroup(group, on, source, p));
  }

  @Override
  public ChannelFuture leaveGroup(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return ofGroup(group, promise, (k, p) -> k.leaveGroup(group, on, source, p));
  }

  @Override
  public ChannelFuture block(
      InetAddress group, NetworkInterface on, InetAddress source, ChannelPromise promise) {
    return ofGroup(group, promise, (k, p) -> k.block(group, on, source, p));
  }

  private ChannelFuture ofGroup(
      InetAddress group,
      ChannelPromise promise,
      BiFunction<DatagramChannel, ChannelPromise, ChannelFuture> call) {
    eventLoop().execute(() -> askKernel(group, promise, call));
    return promise;
  }

  private void askKernel(
      InetAddress group,
      ChannelPromise promise,
      BiFunction<DatagramChannel, ChannelPromise, ChannelFuture> call) {
    if (!own().isOpenFor(promise)) {
      return;
    }
    if (!tryOr(promise, () -> decideGroup(group))) {
      return;
    }
    whenReady(
        () -> {
          DatagramChannel kernel = kernel();
          try {
            KernelChannels.passOn(call.apply(kernel, kernel.newPromise()), promise);
          } catch (RuntimeException refused) { // a null argument
            promise.tryFailure(refused);
          }
        });
  }

  private void decideGroup(InetAddress group) throws IOException {
    AdapterInternal adapter = routes.adapterFor(this, new InetSocketAddress(group, 0), null);
    boolean stacks = whose == Whose.STACKS || whose == Whose.STACKS_BY_ADDRESS;
    if (adapter != null || stacks) {
      throw new SocketException(NO_GROUPS);
    }
    if (whose == Whose.UNDECIDED) {
      becomeKernels(voidPromise(), kernel -> {});
    }
    whose = Whose.KERNELS;
  }

  // --- any thread

  @Override
  public boolean isActive() {
    DatagramChannel kernel = kernel();
    if (kernel != null && kernel.isActive()) {
      return true;
    }
    return super.isActive() || (kernelActive && isOpen());
  }

  @Override
  public boolean isConnected() {
    DatagramChannel kernel = kernel();
    return kernel == null ? super.isConnected() : kernel.isConnected();
  }

  @Override
  public DatagramChannelConfig config() {
    DatagramChannel kernel = kernel();
    return kernel == null ? super.config() : kernel.config();
  }
}
