package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.context.Contexts;
import dev.jktcp.stack.Datagram;
import dev.jktcp.stack.DatagramTrouble;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Vert.x's DatagramSocket on a UDP port of an adapter. Its methods may be called from any thread;
 * handlers run on the adapter's context.
 */
final class UdpSocketImpl extends PortSocket<UdpPort> implements DatagramOwner {
  /** Datagrams handled in one turn, after which other tasks have theirs. */
  private static final int TURN = 256;

  private final AdapterLife life;
  private final Function<String, Future<String>> addresses;
  private final AtomicLong underWay = new AtomicLong(); // bytes that go to the adapter's thread

  // Adapter context.
  private DrainLoop loop; // null until it is bound
  private UdpPort port; // likewise
  private TcpException ended; // null unless the adapter has ended, or the port's address is gone
  private long waiting; // bytes that wait for a port, or a name's address

  /**
   * @param addresses finds a host's address
   */
  UdpSocketImpl(
      AdapterLife life, ContextInternal context, Function<String, Future<String>> addresses) {
    super(context);
    this.life = life;
    this.addresses = addresses;
  }

  // --- any thread

  @Override
  public Future<Void> send(Buffer packet, int remotePort, String host) {
    int cost = cost(packet.length());
    if (!life.crossing().enter(cost)) {
      return context.failedFuture(
          new TcpException(
              null,
              "too many datagrams of all sockets wait for the adapter: send fewer at once, or raise"
                  + " maxBytesHeld"));
    }
    long before = underWay.getAndAdd(cost);
    if (before > 0 && before + cost > life.options().getUdpSendBuffer()) {
      underWay.addAndGet(-cost);
      life.crossing().leave(cost);
      return context.failedFuture(tooMany("the adapter's event loop"));
    }
    byte[] bytes = packet.getBytes(); // the caller may change its Buffer before there is a port
    Promise<Void> promise = context.promise();
    Contexts.runOnThread(
        context,
        () -> {
          underWay.addAndGet(-cost);
          send(bytes, remotePort, host)
              .onComplete(sent -> life.crossing().leave(cost))
              .onComplete(promise);
        });
    return promise.future();
  }

  private static int cost(int length) {
    return length + ByteBudget.DATAGRAM;
  }

  private static TcpException tooMany(String waitFor) {
    return new TcpException(
        null,
        "too many datagrams wait for " + waitFor + ": send fewer at once, or raise udpSendBuffer");
  }

  // --- adapter context: binding, sending

  @Override
  protected Future<UdpPort> boundPort() {
    return ended != null ? Future.failedFuture(ended) : super.boundPort();
  }

  @Override
  protected Future<UdpPort> newPort(String localOrNull, int number) {
    return life.whenOpen(
        (shard, promise) ->
            promise.complete(shard.datagrams().bind(localOrNull, number, this::own)));
  }

  private DatagramOwner own(DrainLoop its, UdpPort given) {
    loop = its;
    port = given;
    localAddress(Addresses.of(datagrams().shown(given), given.port()));
    if (closed) {
      context.runOnContext(v -> datagrams().close(this, given)); // closed while being bound
    }
    return this;
  }

  @Override
  protected Future<Void> release() {
    if (port != null) {
      datagrams().close(this, port);
    }
    return Future.succeededFuture();
  }

  private Future<Void> send(byte[] bytes, int remotePort, String host) {
    if (HostName.is(host)) {
      return held(
          bytes, () -> addresses.apply(host).compose(at -> sendBound(bytes, remotePort, at)));
    }
    return port != null || closed
        ? sendBound(bytes, remotePort, host)
        : held(bytes, () -> sendBound(bytes, remotePort, host));
  }

  private Future<Void> sendBound(byte[] bytes, int remotePort, String address) {
    return boundPort().compose(ready -> send(ready, bytes, remotePort, address));
  }

  /** Counts the bytes as waiting until they are sent. */
  private Future<Void> held(byte[] bytes, Supplier<Future<Void>> sending) {
    int cost = cost(bytes.length);
    if (waiting > 0 && waiting + cost > life.options().getUdpSendBuffer()) {
      return Future.failedFuture(tooMany("the transport to open"));
    }
    waiting += cost;
    return sending.get().onComplete(sent -> waiting -= cost);
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

  // --- adapter context: receiving

  @Override
  public void onNotice() {
    for (DatagramTrouble trouble; (trouble = port.takeTrouble()) != null; ) {
      tell(failure(trouble));
    }
    port.takeRoom();
    for (int i = 0; i < TURN && handler() != null; i++) {
      Datagram datagram = port.receive();
      if (datagram == null) {
        return;
      }
      loop.dispatch(received(datagram), handler());
    }
    if (handler() != null) {
      port.remind();
    }
  }

  @Override
  protected void deliver() {
    if (port != null && port.isOpen()) {
      port.remind();
      loop.request();
    }
  }

  private static TcpException failure(DatagramTrouble trouble) {
    SocketAddress remote = Addresses.of(trouble.remote(), trouble.remotePort());
    return Failures.of(CloseReason.UNREACHABLE, remote, null, trouble.error());
  }

  @Override
  public void onAdapterEnd(TcpException failure) {
    closed = true;
    ended = failure;
    tell(failure);
  }

  @Override
  public void onFault(Throwable thrown) {
    closed = true;
    if (thrown instanceof TcpException gone) {
      ended = gone;
    }
    datagrams().close(this, port);
    tell(thrown);
  }

  private static ReceivedDatagram received(Datagram datagram) {
    return new ReceivedDatagram(
        Addresses.of(datagram.remote(), datagram.remotePort()), Buffer.buffer(datagram.payload()));
  }
}
