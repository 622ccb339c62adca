package dev.jktcp.impl;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.AdapterStream;
import dev.jktcp.ConnectOptions;
import dev.jktcp.ListenOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.pcap.PcapFile;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.transport.CapturingTransport;
import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportException;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.AsyncResult;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** An adapter's life: opens the transport, makes connections and servers, and ends them all. */
public final class AdapterImpl implements AdapterInternal {
  private static final Logger LOG = LoggerFactory.getLogger(AdapterImpl.class);
  private static final long LAST_WORDS_MS = 1_000;

  private final ContextInternal context;
  private final ContextInternal hookContext;
  private final CapturingTransport transport;
  private final AdapterClock clock;
  private final AdapterSetup setup;
  private final LongConsumer onShare = share -> execute(() -> onShare(share));
  private final Closeable closeHook =
      done -> shutdown().eventually(this::lastWords).onComplete(done);
  private final Promise<Void> opened;
  private final Promise<Void> closed;
  private final AtomicReference<Object> attachment = new AtomicReference<>();

  // The rest is the adapter context's.
  private final Set<TcpServerImpl> servers = new HashSet<>();
  private DrainLoop loop; // null until the transport is open
  private Future<PcapFile> capture; // null while there is none
  private int connections; // asked for or open
  private boolean exclusive; // an AdapterStream is asked for or open
  private Promise<AdapterStream> exclusiveListen; // not null while it waits for its connection
  private OrderlyEnd orderlyEnd; // not null once a shutdown has begun
  private TcpException end; // not null once the adapter has ended
  private Throwable endCause; // what the close handler is told
  private final List<Future<Void>> lastWords = new ArrayList<>();
  private boolean endComplete;
  private volatile String name; // null for none
  private long maxBytesHeld; // 0 until it has a share
  private Handler<Throwable> closeHandler;

  /** See {@link Adapter#create}. */
  public static AdapterImpl create(Vertx vertx, PacketTransport transport, AdapterOptions options) {
    ContextInternal caller = Callers.context(vertx);
    // A worker's task queue would hold up the packets of every stream behind one blocking task.
    ContextInternal context =
        caller != null && caller.isEventLoopContext()
            ? caller
            : ((VertxInternal) vertx).createEventLoopContext();
    ContextInternal hookContext = caller != null ? caller : context;
    AdapterClock clock = new ContextClock(context);
    return new AdapterImpl(context, hookContext, transport, options, clock);
  }

  /**
   * What {@link #create} will say of them.
   *
   * @throws IllegalArgumentException for a bad option, with one line that names it
   */
  public static void check(AdapterOptions options) {
    new AdapterSetup(options);
  }

  /**
   * @param hookContext whose end is also the adapter's
   */
  AdapterImpl(
      ContextInternal context,
      ContextInternal hookContext,
      PacketTransport transport,
      AdapterOptions options,
      AdapterClock clock) {
    this.context = context;
    this.hookContext = hookContext;
    this.transport = new CapturingTransport(Objects.requireNonNull(transport, "transport"));
    this.clock = clock;
    this.setup = new AdapterSetup(options);
    this.opened = context.promise();
    this.closed = context.promise();
    hookContext.closeFuture().add(closeHook);
    context.runOnContext(v -> open());
  }

  // Any thread.

  /** What warnings call it. */
  public AdapterImpl named(String given) {
    name = given;
    return this;
  }

  @Override
  public Future<Void> opened() {
    return opened.future();
  }

  @Override
  public Future<TcpStream> connect(int port) {
    return connect(new ConnectOptions().setPort(port));
  }

  @Override
  public Future<TcpStream> connect(String host, int port) {
    Objects.requireNonNull(host, "host");
    return connect(new ConnectOptions().setHost(host).setPort(port));
  }

  @Override
  public Future<TcpStream> connect(ConnectOptions options) {
    ConnectOptions copy = new ConnectOptions(options);
    return whenOpen(
        promise -> {
          checkShared();
          connect(copy, this::newStream, promise);
        });
  }

  @Override
  public Attempt attempt(ConnectOptions options) {
    ConnectOptions copy = new ConnectOptions(options);
    CancellableConnect attempt = new CancellableConnect();
    attempt.stream =
        whenOpen(
            promise -> {
              checkShared();
              attempt.begin(connect(copy, this::newStream, promise));
            });
    return attempt;
  }

  @Override
  public Future<TcpServer> listen(int port, Handler<TcpStream> handler) {
    return listen(new ListenOptions().setPort(port), handler);
  }

  @Override
  public Future<TcpServer> listen(ListenOptions options, Handler<TcpStream> handler) {
    Objects.requireNonNull(handler, "handler");
    return listenShared(
        options,
        connection -> {
          connection.accept();
          return give(connection, handler);
        });
  }

  @Override
  public Future<TcpServer> listenHolding(ListenOptions options, Handler<LocalStream> handler) {
    return listenShared(options, connection -> give(connection, handler));
  }

  private Future<TcpServer> listenShared(
      ListenOptions options, Function<TcpConnection, TcpStreamImpl> acceptor) {
    ListenOptions copy = new ListenOptions(options);
    return whenOpen(
        promise -> {
          checkShared();
          int port = AdapterSetup.port("port", copy.getPort(), 0);
          promise.complete(listen(copy, port, acceptor));
        });
  }

  @Override
  public Future<AdapterStream> connectExclusive(ConnectOptions options) {
    ConnectOptions copy = new ConnectOptions(options);
    return whenOpen(
        promise -> {
          checkUnused();
          connect(copy, this::newExclusiveStream, promise);
          exclusive = true;
        });
  }

  @Override
  public Future<AdapterStream> listenExclusive(ListenOptions options) {
    ListenOptions copy = new ListenOptions(options);
    return whenOpen(
        promise -> {
          checkUnused();
          listen(copy, AdapterSetup.port("port", copy.getPort(), 1), this::onExclusive);
          exclusive = true;
          exclusiveListen = promise;
        });
  }

  @Override
  public Future<Void> pcap(String path) {
    Objects.requireNonNull(path, "path");
    Promise<Void> promise = context.promise();
    context.emit(v -> startCapture(path, promise));
    return promise.future();
  }

  @Override
  public Future<Void> stopPcap() {
    Promise<Void> promise = context.promise();
    context.emit(v -> stopCapture().onComplete(promise));
    return promise.future();
  }

  @Override
  public Future<AdapterStats> stats() {
    Promise<AdapterStats> promise = context.promise();
    opened
        .future()
        .onSuccess(v -> promise.complete(Stats.of(loop.stack(), transport.counters())))
        .onFailure(promise::fail);
    return promise.future();
  }

  @Override
  public Adapter closeHandler(Handler<Throwable> handler) {
    execute(
        () -> {
          closeHandler = handler;
          tellEnd();
        });
    return this;
  }

  /** {@link #shutdown(Duration)} with the timeout of the options. */
  public Future<Void> shutdown() {
    return shutdown(Duration.ofMillis(setup.options().getShutdownTimeoutMs()));
  }

  @Override
  public Future<Void> shutdown(Duration timeout) {
    if (timeout.isNegative()) throw new IllegalArgumentException("timeout of " + timeout);
    execute(() -> beginShutdown(timeout));
    return closed.future();
  }

  @Override
  public Future<Void> close() {
    execute(this::endNow);
    return closed.future();
  }

  @Override
  public ContextInternal context() {
    return context;
  }

  @Override
  public AdapterClock clock() {
    return clock;
  }

  @Override
  public AdapterOptions options() {
    return setup.options();
  }

  @Override
  public Future<Void> ended() {
    return closed.future();
  }

  @Override
  public TcpException end() {
    return end;
  }

  @Override
  public void awaitLastWords(Future<Void> said) {
    execute(() -> lastWords.add(said));
  }

  @Override
  public AtomicReference<Object> attachment() {
    return attachment;
  }

  Future<Void> closeServer(TcpServerImpl server) {
    Promise<Void> promise = context.promise();
    execute(
        () -> {
          server.listener().close();
          if (servers.remove(server)) loop.request();
          promise.complete();
        });
    return promise.future();
  }

  private void execute(Runnable task) {
    if (context.inThread()) {
      task.run();
    } else {
      context.execute(task);
    }
  }

  /**
   * Runs the action on the context once there is a stack, and once a capture that was asked for
   * before has begun; what it throws fails the future.
   */
  private <T> Future<T> whenOpen(Action<T> action) {
    PromiseInternal<T> promise = context.promise();
    opened
        .future()
        .onFailure(promise::fail)
        .onSuccess(
            v -> {
              if (capture == null) {
                runIfAlive(action, promise);
              } else {
                capture.onComplete(file -> runIfAlive(action, promise));
              }
            });
    return promise.future();
  }

  private <T> void runIfAlive(Action<T> action, Promise<T> promise) {
    if (end != null || orderlyEnd != null) {
      promise.fail(end != null ? end : Failures.adapterClosed());
      return;
    }
    try {
      action.run(promise);
    } catch (StackException refused) {
      promise.fail(new TcpException(null, refused.getMessage()));
    } catch (IllegalArgumentException | IllegalStateException refused) {
      promise.fail(refused);
    }
  }

  private interface Action<T> {
    void run(Promise<T> promise) throws StackException;
  }

  // Adapter context: opening.

  private void open() {
    if (end != null) return;
    if (capture != null && !capture.isComplete()) {
      capture.onComplete(file -> execute(this::open)); // So that it misses no packet.
      return;
    }
    transport
        .open(context, new FromTransport())
        .onComplete(result -> execute(() -> onOpened(result)));
  }

  private void onOpened(AsyncResult<Void> result) {
    if (end != null) {
      closeTransport(result.cause());
    } else if (result.failed()) {
      failToOpen(result.cause());
    } else {
      try {
        maxBytesHeld = setup.options().getMaxBytesHeld();
        if (maxBytesHeld == 0) HeapShares.of(context.owner()).join(onShare);
        loop = newLoop();
      } catch (RuntimeException refused) { // or nobody would ever hear of it
        failToOpen(refused);
        return;
      }
      opened.complete();
    }
  }

  private DrainLoop newLoop() {
    SecureRandom random = new SecureRandom();
    IpStack stack =
        new IpStack(
            setup.stackOptions(transport.capabilities()).maxBytesHeld(maxBytesHeld),
            random.nextLong(),
            random.nextLong());
    return new DrainLoop(
        context,
        transport,
        clock,
        stack,
        this::onAccepted,
        this::warnOfMemory,
        this::onTransportLost);
  }

  private void warnOfMemory() {
    LOG.warn(
        (name != null
                ? "adapter '" + name + "'"
                : "adapter of " + setup.options().getLocalAddresses())
            + ": the memory for its connections is used up ("
            + loop.stack().budget().held()
            + " of "
            + loop.stack().budget().limit()
            + " bytes): those that hold most and do not move are reset; raise maxBytesHeld or the"
            + " heap (-Xmx), or lower maxConnections");
  }

  private void onShare(long share) {
    if (end != null) return;
    maxBytesHeld = share;
    if (loop != null) loop.stack().changeMaxBytesHeld(share);
  }

  private void failToOpen(Throwable cause) {
    opened.tryFail(cause);
    end(CloseReason.TRANSPORT_LOST, Failures.transportLost(cause), cause);
  }

  // Adapter context: capturing.

  private void startCapture(String path, Promise<Void> promise) {
    if (end != null) {
      promise.fail(end);
      return;
    }
    if (capture != null) {
      promise.fail(new IllegalStateException("a capture is under way: stop it first"));
      return;
    }
    capture = PcapFile.create(context.owner(), path);
    capture
        .onSuccess(transport::capture)
        .onFailure(cause -> capture = null)
        .<Void>mapEmpty()
        .onComplete(promise);
  }

  private Future<Void> stopCapture() {
    if (capture == null) return Future.succeededFuture();
    Future<PcapFile> stopped = capture;
    capture = null;
    return stopped.compose(
        file -> {
          transport.capture(null);
          return file.end();
        });
  }

  // Adapter context: connections.

  private void checkShared() {
    if (exclusive) {
      throw new IllegalStateException("the adapter belongs to an AdapterStream until that ends");
    }
  }

  private void checkUnused() {
    checkShared();
    if (connections > 0 || !servers.isEmpty()) {
      throw new IllegalStateException(
          "an AdapterStream needs an adapter without other connections or servers");
    }
  }

  private <S extends TcpStreamImpl> TcpConnection connect(
      ConnectOptions options, Function<TcpConnection, S> newStream, Promise<? super S> promise)
      throws StackException {
    IpAddress local = setup.local(options.getLocalAddress());
    IpAddress remote = setup.remote(options.getHost());
    int localPort = AdapterSetup.port("localPort", options.getLocalPort(), 0);
    int port = AdapterSetup.port("port", options.getPort(), 1);
    ConnectRequest request = ConnectRequest.to(remote, port).fromPort(localPort);
    if (local != null) request.from(local);
    if (options.getProfile() != null) request.profile(options.getProfile());
    if (options.getTuning() != null) request.tuning(options.getTuning());
    TcpConnection connection = loop.stack().connect(request, clock.nanoTime());
    connection.attach(new Connecting<>(connection, newStream, promise));
    connections++;
    loop.request();
    return connection;
  }

  private final class CancellableConnect implements Attempt {
    private Future<LocalStream> stream;
    private TcpConnection connection; // null until it is begun
    private boolean cancelled;

    @Override
    public Future<LocalStream> stream() {
      return stream;
    }

    void begin(TcpConnection begun) {
      connection = begun;
      if (cancelled) abort();
    }

    @Override
    public void cancel() {
      execute(
          () -> {
            cancelled = true;
            if (connection != null) abort();
          });
    }

    private void abort() {
      connection.reset();
      loop.request();
    }
  }

  /** A connection whose handshake is under way. */
  private final class Connecting<S extends TcpStreamImpl> implements ConnectionOwner {
    private final TcpConnection connection;
    private final Function<TcpConnection, S> newStream;
    private final Promise<? super S> promise;

    Connecting(
        TcpConnection connection,
        Function<TcpConnection, S> newStream,
        Promise<? super S> promise) {
      this.connection = connection;
      this.newStream = newStream;
      this.promise = promise;
    }

    @Override
    public void onEvents(int events) {
      if ((events & TcpConnection.CONNECTED) != 0) {
        S stream = newStream.apply(connection);
        connection.attach(stream);
        promise.complete(stream);
        stream.onEvents(events);
      } else if ((events & TcpConnection.CLOSED) != 0) {
        onConnectionOver();
        SocketAddress remote = Addresses.of(connection.remoteAddress(), connection.remotePort());
        promise.fail(
            Failures.of(
                connection.closeReason(), remote, loop.lostCause(), connection.softError()));
      }
    }
  }

  private TcpServerImpl listen(
      ListenOptions options, int port, Function<TcpConnection, TcpStreamImpl> acceptor)
      throws StackException {
    if (options.getBacklog() < 0) {
      throw new IllegalArgumentException("backlog: " + options.getBacklog() + " is negative");
    }
    IpAddress local = setup.local(options.getLocalAddress());
    TcpListener listener =
        loop.stack().listen(local, port, options.getBacklog(), options.getTuning());
    IpAddress shown = local == null ? setup.wildcard() : local;
    SocketAddress address = Addresses.of(shown, listener.port());
    TcpServerImpl server = new TcpServerImpl(this, listener, address, acceptor);
    listener.attach(server);
    servers.add(server);
    return server;
  }

  private void onAccepted(TcpConnection connection, int events) {
    TcpServerImpl server = (TcpServerImpl) ((TcpListener) connection.acceptQueue()).attachment();
    if (!servers.contains(server)) {
      connection.accept();
      connection.reset();
      return;
    }
    connections++;
    TcpStreamImpl stream;
    try {
      stream = server.acceptor.apply(connection);
    } catch (RuntimeException | AssertionError thrown) {
      connections--; // nobody will hear that it is over
      throw thrown;
    }
    connection.attach(stream);
    stream.onEvents(events);
  }

  private TcpStreamImpl give(TcpConnection connection, Handler<? super TcpStreamImpl> handler) {
    TcpStreamImpl stream = newStream(connection);
    context.dispatch(stream, handler::handle);
    return stream;
  }

  private ExclusiveStream onExclusive(TcpConnection connection) {
    connection.accept();
    servers.forEach(server -> server.listener().close());
    servers.clear();
    ExclusiveStream stream = newExclusiveStream(connection);
    Promise<AdapterStream> promise = exclusiveListen;
    exclusiveListen = null;
    promise.complete(stream);
    return stream;
  }

  private TcpStreamImpl newStream(TcpConnection connection) {
    return new TcpStreamImpl(loop, connection, setup.options(), this::onConnectionOver);
  }

  private ExclusiveStream newExclusiveStream(TcpConnection connection) {
    return new ExclusiveStream(loop, connection, setup.options(), this::onConnectionOver);
  }

  private void onConnectionOver() {
    connections--;
    if (connections > 0) return;
    exclusive = false;
    if (orderlyEnd != null) orderlyEnd.onNothingLeft();
  }

  // Adapter context: the end.

  private void beginShutdown(Duration timeout) {
    if (end != null) return;
    if (loop == null || timeout.isZero()) {
      endNow();
      return;
    }
    if (orderlyEnd == null) {
      orderlyEnd = new OrderlyEnd(clock, loop, this::endNow);
      stopTaking();
      orderlyEnd.begin();
      if (connections == 0) orderlyEnd.onNothingLeft();
    }
    orderlyEnd.within(timeout);
  }

  private void onTransportLost(Throwable cause) {
    if (end != null && loop != null) loop.onTransportLost();
    end(CloseReason.TRANSPORT_LOST, Failures.transportLost(cause), cause);
  }

  private void stopTaking() {
    servers.forEach(server -> server.listener().close());
    servers.clear();
    if (exclusiveListen != null) exclusiveListen.fail(Failures.adapterClosed());
    exclusiveListen = null;
  }

  private void endNow() {
    end(CloseReason.ADAPTER_CLOSED, Failures.adapterClosed(), null);
  }

  private void end(CloseReason reason, TcpException failure, Throwable cause) {
    if (end != null) return;
    end = failure;
    endCause = cause;
    HeapShares.of(context.owner()).leave(onShare);
    if (orderlyEnd != null) orderlyEnd.stop();
    opened.tryFail(failure);
    if (exclusiveListen != null) exclusiveListen.fail(failure);
    exclusiveListen = null;
    servers.clear();
    if (loop != null) {
      loop.end(reason, cause, this::finish);
    } else {
      context.runOnContext(v -> finish());
    }
  }

  private void finish() {
    closeTransport(endCause)
        .onComplete(
            result ->
                execute(
                    () -> stopCapture().onComplete(captured -> execute(() -> complete(result)))));
  }

  /** One that another adapter had opened stays that adapter's. */
  private Future<Void> closeTransport(Throwable cause) {
    return TransportException.isInUse(cause) ? Future.succeededFuture() : transport.close();
  }

  private void complete(AsyncResult<Void> transportClosed) {
    endComplete = true;
    closed.handle(transportClosed);
    lastWords().onComplete(said -> hookContext.closeFuture().remove(closeHook));
    tellEnd();
  }

  /** A handle that does not read may keep a lost transport's last data for long. */
  private Future<Void> lastWords() {
    Promise<Void> over = Promise.promise();
    execute(
        () -> {
          Future<Void> all = Future.join(lastWords).mapEmpty();
          if (all.isComplete()) {
            over.complete();
            return;
          }
          long late = context.setTimer(LAST_WORDS_MS, v -> over.tryComplete());
          all.onComplete(said -> over.tryComplete());
          over.future().onComplete(done -> context.owner().cancelTimer(late));
        });
    return over.future();
  }

  private void tellEnd() {
    if (!endComplete || closeHandler == null) return;
    Handler<Throwable> told = closeHandler;
    closeHandler = null;
    context.dispatch(endCause, told);
  }

  /** What the transport brings. Before the stack is made there is nobody to give it to. */
  private final class FromTransport implements PacketTransport.Receiver {
    @Override
    public void onBatch(PacketBatch batch) {
      if (loop == null) {
        batch.release();
      } else {
        loop.onBatch(batch);
      }
    }

    @Override
    public void onWritable() {
      if (loop != null) loop.onWritable();
    }

    @Override
    public void onClosed(Throwable cause) {
      onTransportLost(cause);
    }
  }
}
