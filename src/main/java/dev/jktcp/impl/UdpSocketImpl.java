package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.stack.Datagram;
import dev.jktcp.stack.DatagramTrouble;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;

/**
 * Vert.x's DatagramSocket on a UDP port of an adapter. Its methods may be called from any thread;
 * handlers run on the adapter's context. It is bound by {@link #listen}, or by the first datagram
 * sent.
 */
final class UdpSocketImpl extends UnicastSocket implements DatagramOwner {
  /** Datagrams handled in one go; then others have their turn. */
  private static final int TURN = 256;

  /** Bytes that each datagram counts beyond its payload, as in the stack's own queues. */
  private static final int DATAGRAM_COST = 128;

  private final AdapterLife life;

  // Adapter context.
  private DrainLoop loop; // null until it is bound
  private UdpPort port; // likewise
  private Future<UdpPort> bound; // null until it is asked for
  private Handler<DatagramPacket> handler;
  private Handler<Throwable> exceptionHandler;
  private boolean closed;
  private TcpException ended; // null unless the adapter has
  private long waiting; // bytes, until there is a port

  private volatile SocketAddress localAddress; // null until it is bound

  UdpSocketImpl(AdapterLife life, ContextInternal context) {
    super(context);
    this.life = life;
  }

  // --- any thread

  @Override
  public Future<DatagramSocket> listen(int number, String address) {
    String local = localOrNull(address);
    Promise<DatagramSocket> promise = context.promise();
    Callers.run(
        context,
        () -> {
          if (bound != null || closed) {
            promise.fail(new IllegalStateException("the socket is bound, or closed, already"));
          } else {
            bind(local, number).<DatagramSocket>map(this).onComplete(promise);
          }
        });
    return promise.future();
  }

  @Override
  public Future<Void> send(Buffer packet, int remotePort, String host) {
    byte[] bytes = packet.getBytes(); // whatever becomes of the Buffer before there is a port
    Promise<Void> promise = context.promise();
    Callers.run(context, () -> send(bytes, remotePort, host).onComplete(promise));
    return promise.future();
  }

  @Override
  public DatagramSocket handler(Handler<DatagramPacket> given) {
    Callers.run(
        context,
        () -> {
          handler = given;
          if (given != null) remind();
        });
    return this;
  }

  @Override
  public DatagramSocket exceptionHandler(Handler<Throwable> given) {
    Callers.run(context, () -> exceptionHandler = given);
    return this;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public Future<Void> close() {
    Promise<Void> promise = context.promise();
    Callers.run(
        context,
        () -> {
          closed = true;
          if (port != null) datagrams().close(this, port);
          promise.complete();
        });
    return promise.future();
  }

  // --- adapter context: binding, sending

  private Future<UdpPort> boundPort() {
    if (ended != null) return Future.failedFuture(ended);
    if (closed) return Future.failedFuture(new IllegalStateException("the socket is closed"));
    return bound != null ? bound : bind(null, 0);
  }

  private Future<UdpPort> bind(String localOrNull, int number) {
    bound =
        life.whenOpen(
            (shard, promise) ->
                promise.complete(shard.datagrams().bind(localOrNull, number, this::own)));
    return bound;
  }

  private DatagramOwner own(DrainLoop its, UdpPort given) {
    loop = its;
    port = given;
    localAddress = Addresses.of(datagrams().shown(given), given.port());
    if (closed) context.runOnContext(v -> datagrams().close(this, given)); // while it was bound
    return this;
  }

  private Future<Void> send(byte[] bytes, int remotePort, String host) {
    if (port != null || closed) {
      return boundPort().compose(ready -> send(ready, bytes, remotePort, host));
    }
    int cost = bytes.length + DATAGRAM_COST;
    if (waiting > 0 && waiting + cost > life.options().getUdpSendBuffer()) {
      return Future.failedFuture(
          new TcpException(
              null,
              "too many datagrams wait for the transport to open: send fewer at once, or raise"
                  + " udpSendBuffer"));
    }
    waiting += cost;
    return boundPort()
        .compose(ready -> send(ready, bytes, remotePort, host))
        .onComplete(sent -> waiting -= cost);
  }

  private Future<Void> send(UdpPort from, byte[] bytes, int remotePort, String host) {
    try {
      IpAddress remote = datagrams().remote(host);
      if (!from.send(bytes, 0, bytes.length, remote, remotePort)) {
        throw new StackException(
            "UDP port "
                + from.port()
                + ": too many datagrams wait for the transport: send fewer at once, or raise"
                + " udpSendBuffer");
      }
      loop.request();
      return Future.succeededFuture();
    } catch (StackException refused) {
      return Future.failedFuture(new TcpException(null, refused.getMessage()));
    } catch (IllegalArgumentException refused) {
      return Future.failedFuture(refused);
    }
  }

  private Datagrams datagrams() {
    return life.shard().datagrams();
  }

  // --- adapter context: what comes

  @Override
  public void onNotice() {
    for (DatagramTrouble trouble; (trouble = port.takeTrouble()) != null; ) tell(trouble);
    port.takeRoom();
    for (int i = 0; i < TURN && handler != null; i++) {
      Datagram datagram = port.receive();
      if (datagram == null) return;
      loop.dispatch(received(datagram), handler);
    }
    if (handler != null) port.remind();
  }

  private void remind() {
    if (port != null && port.isOpen()) {
      port.remind();
      loop.request();
    }
  }

  private void tell(DatagramTrouble trouble) {
    CloseReason reason = CloseReason.UNREACHABLE;
    SocketAddress remote = Addresses.of(trouble.remote(), trouble.remotePort());
    fail(
        new TcpException(
            reason,
            reason.text() + ": " + Failures.text(remote) + " (" + trouble.error().text() + ")"));
  }

  private void fail(Throwable cause) {
    if (exceptionHandler != null) context.dispatch(cause, exceptionHandler);
  }

  @Override
  public void onAdapterEnd(TcpException failure) {
    closed = true;
    ended = failure;
    fail(failure);
  }

  @Override
  public void onFault(Throwable thrown) {
    closed = true;
    datagrams().close(this, port);
    fail(thrown);
  }

  private static ReceivedDatagram received(Datagram datagram) {
    return new ReceivedDatagram(
        Addresses.of(datagram.remote(), datagram.remotePort()), Buffer.buffer(datagram.payload()));
  }
}
