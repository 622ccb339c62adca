package dev.jktcp.transport;

import dev.jktcp.bus.BusContext;
import dev.jktcp.context.Contexts;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

/**
 * Packets back to back over a TCP or a Unix domain socket, which the transport makes and owns. Unix
 * domain sockets need no native code: JDK 16 brought them. When listening ends, the path is
 * removed.
 */
public final class SocketTransport implements PacketTransport {
  private final SocketSource source;
  private final StreamTransportOptions options;
  private final Wrapper wrapper;

  // Any thread.
  private final OpenOnce owner = new OpenOnce();
  private final Promise<Void> closed = Promise.promise();

  // Adapter context only.
  private NetSocket socket; // While it is made a stream.
  private PacketTransport stream;
  private boolean closing;
  private boolean sourceEnded;

  /** Makes a socket a transport, maybe after a handshake; fails with the socket closed. */
  private interface Wrapper {
    Future<PacketTransport> over(NetSocket socket, StreamTransportOptions options);
  }

  private SocketTransport(
      String name, SocketSource source, SocketTransportOptions options, Wrapper wrapper) {
    this.source = source;
    this.options = new StreamTransportOptions(options.getStream()).setName(name);
    this.wrapper = wrapper;
  }

  /** Connects when it is opened. */
  public static SocketTransport connect(
      Vertx vertx, SocketAddress address, SocketTransportOptions options) {
    SocketSource dialer = new SocketSource.Dialer(vertx, address, options.getConnectTimeout());
    return new SocketTransport(nameOf(address), dialer, options, SocketTransport::bare);
  }

  /**
   * Listens when it is opened, takes exactly one connection and stops listening; opening completes
   * with that connection. {@link #bound()} tells when and where it listens.
   */
  public static SocketTransport listen(
      Vertx vertx, SocketAddress address, SocketTransportOptions options) {
    String name = nameOf(address).replaceFirst(":", "-listen:");
    SocketSource acceptor = new SocketSource.Acceptor(vertx, address);
    return new SocketTransport(name, acceptor, options, SocketTransport::bare);
  }

  /**
   * As {@link #listen}, for the device of a CDTunnel: opening completes once a host has shaken
   * hands.
   */
  static SocketTransport listenAsDevice(
      Vertx vertx, SocketAddress address, CdTunnelDeviceOptions device) {
    CdTunnelDeviceOptions fixed = new CdTunnelDeviceOptions(device);
    SocketTransportOptions options = new SocketTransportOptions();
    options.getStream().setMtu(fixed.getMaxMtu()).setReceiveMtu(fixed.getMaxMtu());
    Wrapper handshake =
        (socket, stream) ->
            CdTunnelDevice.accept(
                    socket, socket, new CdTunnelDeviceOptions(fixed).setCloser(stream.getCloser()))
                .map(CdTunnelDevice::transport);
    return new SocketTransport(
        "cdtunnel-listen+" + nameOf(address),
        new SocketSource.Acceptor(vertx, address),
        options,
        handshake);
  }

  private static Future<PacketTransport> bare(NetSocket socket, StreamTransportOptions options) {
    return Future.succeededFuture(over(socket, options));
  }

  /**
   * Listens now and makes a transport of each connection, for the handler to open on any context.
   * Closing the server closes the transports as well. The end of the calling context, or of Vert.x,
   * ends the listening only: each connection belongs to its adapter, which may have last packets to
   * send.
   */
  public static Future<NetServer> serve(
      Vertx vertx,
      SocketAddress address,
      SocketTransportOptions options,
      Handler<PacketTransport> handler) {
    ContextInternal home = Contexts.eventLoop(vertx);
    NetServer server = vertx.createNetServer(KernelSockets.server(SocketSource.serverOptions()));
    server.connectHandler(
        socket -> {
          socket.pause(); // Paused until it is opened, maybe on another context.
          SocketSource.keep(socket);
          home.dispatch(over(socket, options), handler);
        });
    return KernelSockets.address(address)
        .compose(at -> Contexts.from(BusContext.beside(home), () -> server.listen(at)))
        .onSuccess(listening -> home.closeFuture().add(done -> stop(server, done)))
        .recover(e -> Future.failedFuture(SocketSource.cannotListen(address, e)));
  }

  private static void stop(NetServer server, Completable<Void> done) {
    SocketSource.stopListening(server);
    done.succeed();
  }

  /** A transport over a connected socket, which it owns from now on. */
  public static PacketTransport over(NetSocket socket, SocketTransportOptions options) {
    StreamTransportOptions stream =
        new StreamTransportOptions(options.getStream()).setName(nameOf(socket.remoteAddress()));
    return over(socket, stream.setCloser(() -> SocketEnd.gently(socket)));
  }

  private static PacketTransport over(NetSocket socket, StreamTransportOptions stream) {
    socket.setWriteQueueMaxSize(stream.getMaxOutstandingBytes());
    return PacketTransport.of(socket, socket, stream);
  }

  /** {@code tcp:HOST:PORT} or {@code unix:PATH}. */
  static String nameOf(SocketAddress address) {
    if (address == null) {
      return "socket";
    }
    return address.isDomainSocket() ? "unix:" + address.path() : "tcp:" + address;
  }

  /**
   * The address at which a listening transport listens, with the chosen port in place of 0; fails
   * if it cannot listen. For a connecting transport, completes with the remote address when
   * connected.
   */
  public Future<SocketAddress> bound() {
    return source.bound();
  }

  @Override
  public TransportCapabilities capabilities() {
    return stream == null ? options.capabilities() : stream.capabilities();
  }

  @Override
  public TransportCounters counters() {
    return stream == null ? new TransportCounters(0, 0, 0, 0, 0, 0) : stream.counters();
  }

  @Override
  public Future<Void> open(Context context, Receiver receiver) {
    assert Contexts.inThread(context) : "opened from another context";
    if (!owner.take(context)) {
      return Future.failedFuture(TransportException.openedBefore(options.getName()));
    }
    Promise<Void> opened = Promise.promise();
    // A socket lives on the context that asks for it.
    Contexts.run(context, () -> make(context, receiver).onComplete(opened));
    return opened.future();
  }

  private Future<Void> make(Context context, Receiver receiver) {
    return ((ContextInternal) context)
        .<NetSocket>future(promise -> source.socket().onComplete(promise))
        .compose(made -> wrap(made, context))
        .compose(wrapped -> start(wrapped, context, receiver))
        .recover(
            cause -> {
              endSource();
              return Future.failedFuture(closing ? wasClosed() : cause);
            });
  }

  private Future<PacketTransport> wrap(NetSocket made, Context context) {
    assert Contexts.isCurrent(context) : "a socket came on another context";
    if (closing) {
      SocketEnd.atOnce(made);
      return Future.failedFuture(wasClosed());
    }
    socket = made;
    options.setCloser(() -> SocketEnd.gently(made).eventually(source::close));
    return wrapper.over(made, options);
  }

  private Future<Void> start(PacketTransport wrapped, Context context, Receiver receiver) {
    if (closing) {
      return wrapped.close().compose(v -> Future.failedFuture(wasClosed()));
    }
    stream = wrapped;
    return stream.open(context, receiver);
  }

  private TransportException wasClosed() {
    return new TransportException(options.getName() + " was closed");
  }

  @Override
  public void send(PacketBatch batch) {
    stream.send(batch);
  }

  @Override
  public boolean isFull() {
    return stream.isFull();
  }

  @Override
  public Future<Void> close() {
    owner.close(() -> closed.complete(), this::closeByUser);
    return closed.future();
  }

  private void closeByUser() {
    if (closing) {
      return;
    }
    closing = true;
    if (stream != null) {
      stream.close().onComplete(closed);
    } else {
      if (socket != null) {
        SocketEnd.atOnce(socket);
      }
      endSource(); // Fails the socket under way, and with it the opening.
    }
  }

  private void endSource() {
    if (sourceEnded) {
      return;
    }
    sourceEnded = true;
    source.close().onComplete(closed);
  }
}
