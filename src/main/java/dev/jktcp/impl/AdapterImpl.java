package dev.jktcp.impl;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.AdapterStream;
import dev.jktcp.ConnectionList;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.context.Contexts;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.CapturingTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportStatus;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * The user's adapter. It copies the arguments of calls and brings them to the adapter's context:
 * {@link AdapterLife} opens and ends, {@link Shard} connects and listens, {@link Captures} records.
 */
public final class AdapterImpl implements AdapterInternal {
  private final ContextInternal context;
  private final CapturingTransport transport;
  private final Clock clock;
  private final AdapterSetup setup;
  private final Captures captures;
  private final AdapterLife life;
  private final Names names;
  private final AtomicReference<Object> attachment = new AtomicReference<>();
  private volatile String name; // null for none

  /** See {@link Adapter#create}. */
  public static AdapterImpl create(Vertx vertx, PacketTransport transport, AdapterOptions options) {
    ContextInternal caller = Contexts.caller(vertx);
    // A worker's task queue would hold up the packets of every stream behind one blocking task.
    ContextInternal context = Contexts.eventLoop(vertx);
    ContextInternal hookContext = caller != null ? caller : context;
    Clock clock = Clock.of(context);
    return new AdapterImpl(context, hookContext, transport, options, clock);
  }

  /**
   * Checks options as {@link #create} does.
   *
   * @throws IllegalArgumentException for a bad option, with one line that names it
   */
  public static void check(AdapterOptions options) {
    new AdapterSetup(options);
  }

  /**
   * @param hookContext the context whose end is also the adapter's
   */
  AdapterImpl(
      ContextInternal context,
      ContextInternal hookContext,
      PacketTransport transport,
      AdapterOptions options,
      Clock clock) {
    this.context = context;
    this.transport = new CapturingTransport(Objects.requireNonNull(transport, "transport"));
    this.clock = clock;
    this.setup = new AdapterSetup(options);
    this.captures = new Captures(context, this.transport);
    this.life =
        new AdapterLife(context, hookContext, this.transport, clock, setup, captures, this::who);
    this.names =
        new Names(context, clock, setup.names(), setup.options().getTuning(), life::outcome);
    life.ended().onComplete(ended -> names.onEnd());
    life.begin();
  }

  /** Sets the maker of its DNS client, before the user has the adapter. */
  public AdapterImpl asking(NameSource.Factory factory) {
    names.makeWith(() -> factory.make(this, setup.names().servers()));
    return this;
  }

  /** Sets the name in warnings. */
  public AdapterImpl named(String given) {
    name = given;
    return this;
  }

  private String who() {
    return name != null
        ? "adapter '" + name + "'"
        : "adapter of " + setup.options().getLocalAddresses();
  }

  // --- connecting

  @Override
  public Future<TcpStream> connect(int port) {
    return Addresses.connect(null, port, this::connect);
  }

  @Override
  public Future<TcpStream> connect(String host, int port) {
    Objects.requireNonNull(host, "host");
    return Addresses.connect(host, port, this::connect);
  }

  @Override
  public Future<TcpStream> connect(TcpConnectOptions options) {
    return this.<TcpStream>begin(options, Shard::connect).outcome();
  }

  @Override
  public Attempt attempt(TcpConnectOptions options) {
    return new Trying(begin(options, Shard::connect));
  }

  private record Trying(Tried<LocalStream> tried) implements Attempt {
    @Override
    public Future<LocalStream> stream() {
      return tried.outcome();
    }

    @Override
    public void cancel() {
      tried.cancel().run();
    }
  }

  private interface Begin<S> {
    TcpConnection begin(Shard shard, TcpConnectOptions to, Promise<S> promise)
        throws StackException;
  }

  private <S> Tried<S> begin(TcpConnectOptions options, Begin<S> how) {
    return names.locate(
        new TcpConnectOptions(options),
        true,
        to -> {
          CancellableConnect attempt = new CancellableConnect(context);
          Future<S> stream =
              life.whenOpen(
                  (shard, promise) -> attempt.begin(shard.loop(), how.begin(shard, to, promise)));
          return new Tried<>(stream, attempt::cancel);
        });
  }

  /** Tries one address after the other, for only one such stream may exist at a time. */
  @Override
  public Future<AdapterStream> connectExclusive(TcpConnectOptions options) {
    return names
        .<AdapterStream>locate(
            new TcpConnectOptions(options),
            false,
            to ->
                new Tried<>(
                    life.whenOpen((shard, promise) -> shard.connectExclusive(to, promise)),
                    () -> {}))
        .outcome();
  }

  @Override
  public Future<Void> connect(TcpConnectOptions options, OwnerFactory owner) {
    TcpConnectOptions copy = new TcpConnectOptions(options);
    return life.whenOpen((shard, promise) -> shard.connect(copy, owner, promise));
  }

  // --- listening

  @Override
  public Future<TcpServer> listen(int port, Handler<TcpStream> handler) {
    return Addresses.listen(port, options -> listen(options, handler));
  }

  @Override
  public Future<TcpServer> listen(TcpListenOptions options, Handler<TcpStream> handler) {
    Objects.requireNonNull(handler, "handler");
    TcpListenOptions copy = new TcpListenOptions(options);
    return life.whenOpen((shard, promise) -> promise.complete(shard.listen(copy, handler)));
  }

  @Override
  public Future<TcpServer> listenHolding(TcpListenOptions options, Handler<LocalStream> handler) {
    TcpListenOptions copy = new TcpListenOptions(options);
    return life.whenOpen((shard, promise) -> promise.complete(shard.listenHolding(copy, handler)));
  }

  @Override
  public Future<TcpServer> listenOwning(TcpListenOptions options, OwnerFactory owner) {
    TcpListenOptions copy = new TcpListenOptions(options);
    return life.whenOpen((shard, promise) -> promise.complete(shard.listenOwning(copy, owner)));
  }

  @Override
  public Future<AdapterStream> listenExclusive(TcpListenOptions options) {
    TcpListenOptions copy = new TcpListenOptions(options);
    return life.whenOpen((shard, promise) -> shard.listenExclusive(copy, promise));
  }

  // --- datagrams

  @Override
  public DatagramSocket udp() {
    return new UdpSocketImpl(life, context, names::address);
  }

  @Override
  public Future<Void> bindUdp(String localOrNull, int port, DatagramOwnerFactory owner) {
    return life.whenOpen(
        (shard, promise) -> {
          shard.datagrams().bind(localOrNull, port, owner);
          promise.complete();
        });
  }

  @Override
  public void closeUdp(DatagramOwner owner, UdpPort port) {
    life.shard().datagrams().close(owner, port);
  }

  @Override
  public Future<List<InetAddress>> resolve(String host) {
    Objects.requireNonNull(host, "host");
    return names.resolve(host);
  }

  @Override
  public Future<Duration> ping(String host, Duration timeout) {
    long ns = PingTimeout.ns(timeout);
    return names
        .address(host)
        .compose(to -> life.whenOpen((shard, promise) -> shard.datagrams().ping(to, ns, promise)));
  }

  // --- looking at it

  @Override
  public Future<Void> pcap(String path) {
    Objects.requireNonNull(path, "path");
    Promise<Void> promise = context.promise();
    context.emit(v -> startCapture(path).onComplete(promise));
    return promise.future();
  }

  private Future<Void> startCapture(String path) {
    return life.outcome() != null ? Future.failedFuture(life.outcome()) : captures.start(path);
  }

  @Override
  public Future<Void> stopPcap() {
    Promise<Void> promise = context.promise();
    context.emit(v -> captures.stop().onComplete(promise));
    return promise.future();
  }

  @Override
  public Future<ConnectionList> connections(int skip, int limit) {
    ConnectionLister.check(skip, limit);
    int most = Math.min(limit, setup.options().getMaxListed());
    return whenOpened(loop -> ConnectionLister.list(loop.stack(), skip, most, loop.readClock()));
  }

  /** A question that an ended adapter answers as well. */
  private <T> Future<T> whenOpened(Function<DrainLoop, T> question) {
    Promise<T> promise = context.promise();
    life.opened().map(v -> question.apply(life.shard().loop())).onComplete(promise);
    return promise.future();
  }

  @Override
  public Future<AdapterStats> stats() {
    return whenOpened(
        loop -> {
          loop.recount();
          return Stats.of(loop.stack(), transport.counters(), life.transportStatus());
        });
  }

  @Override
  public Crossing crossing() {
    return life.crossing();
  }

  @Override
  public ContextInternal context() {
    return context;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public AdapterOptions options() {
    return setup.options();
  }

  @Override
  public List<IpAddress> localAddresses() {
    return setup.locals();
  }

  @Override
  public AtomicReference<Object> attachment() {
    return attachment;
  }

  // --- its life

  @Override
  public Future<Void> opened() {
    return life.opened();
  }

  @Override
  public TransportStatus transportStatus() {
    return life.transportStatus();
  }

  @Override
  public Adapter transportHandler(Handler<TransportStatus> handler) {
    Contexts.runOnThread(context, () -> life.watch().user(handler));
    return this;
  }

  @Override
  public void watchTransport(Handler<TransportStatus> listener) {
    life.watch().add(listener);
  }

  @Override
  public Adapter exceptionHandler(Handler<Throwable> handler) {
    life.exceptionHandler(handler);
    return this;
  }

  @Override
  public Adapter closeHandler(Handler<Void> handler) {
    life.closeHandler(handler);
    return this;
  }

  /** {@link #shutdown(Duration)} with the timeout of the options. */
  public Future<Void> shutdown() {
    return shutdown(life.defaultTimeout());
  }

  @Override
  public Future<Void> shutdown(Duration timeout) {
    return life.shutdown(timeout);
  }

  @Override
  public Future<Void> close() {
    return life.close();
  }

  @Override
  public Future<Void> ended() {
    return life.ended();
  }

  @Override
  public TcpException outcome() {
    return life.outcome();
  }

  @Override
  public void awaitLastWords(Future<Void> said) {
    life.awaitLastWords(said);
  }
}
