package dev.jktcp;

import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.Addresses;
import dev.jktcp.impl.handle.AdapterHandleImpl;
import dev.jktcp.impl.names.TunnelNames;
import dev.jktcp.impl.session.AdapterService;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportStatus;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;

/**
 * A TCP/IP host of its own behind a {@link PacketTransport}: it speaks for its local addresses,
 * opens connections and listens, sends and takes UDP datagrams, and pings.
 *
 * <p>An adapter lives on one event-loop context, which owns all its state. Its methods may be
 * called from any thread and hop there; futures complete and handlers run there. It starts to open
 * its transport when it is created; what is asked of it before waits for that and fails with it.
 *
 * <p>Addresses are IP literals; zones (RFC 4007) are ignored, for there is one link. Names are
 * resolved where a connection is made, a ping or a datagram sent, by {@link
 * AdapterOptions#setHosts} and by the {@link AdapterOptions#setDnsServers} that are reached through
 * the adapter, never by the kernel's.
 */
@VertxGen
public interface Adapter {
  /**
   * An adapter on the caller's event-loop context, or on a new one where there is none (outside a
   * verticle, or in a worker or virtual thread).
   *
   * @throws IllegalArgumentException for a bad option, with one line that names it
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static Adapter create(Vertx vertx, PacketTransport transport, AdapterOptions options) {
    return AdapterImpl.create(vertx, transport, options).asking(TunnelNames::new);
  }

  /** Completes when the transport is open; fails, with one clear line, when it cannot be. */
  Future<Void> opened();

  /** What the transport is doing now. Any thread. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  TransportStatus transportStatus();

  /**
   * Called on the adapter's context with each change of it: a transport that comes back ({@link
   * dev.jktcp.transport.ReconnectingTransport}) is away now and then, and connections live on
   * meanwhile.
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Adapter transportHandler(@Nullable Handler<TransportStatus> handler);

  /** Connects to the only peer address; with two families the call says which, so this fails. */
  Future<TcpStream> connect(int port);

  /** Connects to an IP address in text, or to a name: {@link TcpConnectOptions#setHost}. */
  Future<TcpStream> connect(String host, int port);

  /**
   * Connects to the address and port.
   *
   * @return fails with an {@link IllegalArgumentException} for a Unix domain socket
   */
  default Future<TcpStream> connect(SocketAddress remote) {
    return Addresses.connect(remote, this::connect);
  }

  /**
   * Connects.
   *
   * @return completes when the handshake is done; fails with a {@link TcpException} (refused, timed
   *     out, transport lost, adapter closed) or an {@link IllegalArgumentException} (a bad option)
   */
  Future<TcpStream> connect(TcpConnectOptions options);

  /**
   * Listens on all local addresses.
   *
   * @param port 0 picks an ephemeral one
   * @param handler is given every connection once its handshake is done
   */
  Future<TcpServer> listen(int port, Handler<TcpStream> handler);

  /** Listens. */
  Future<TcpServer> listen(TcpListenOptions options, Handler<TcpStream> handler);

  /**
   * A UDP socket with the manners of Vert.x's own: {@link DatagramSocket#listen} binds it to one of
   * the local addresses, or to all of them by {@code 0.0.0.0} or {@code ::}; without that the first
   * datagram sent does. A datagram to the host null goes to the only peer address. Datagrams go
   * whole: one above the MTU fails with a line that says how much fits. What came and has no
   * handler waits, at most {@link AdapterOptions#getUdpReceiveBuffer}. The exception handler hears
   * of ICMP errors about datagrams that were sent, and of the adapter's end. Handlers run on the
   * adapter's context. There is no multicast.
   */
  DatagramSocket udp();

  /** {@link #ping(String, Duration)} with five seconds. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  default Future<Duration> ping(@Nullable String host) {
    return ping(host, Duration.ofSeconds(5));
  }

  /**
   * Sends an ICMP echo request.
   *
   * @param host an IP address in text, or a name; null: the only peer address
   * @param timeout how long an answer is waited for
   * @return completes with the round trip; fails with a {@link TcpException}: timed out, or
   *     unreachable with what ICMP said instead
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Duration> ping(@Nullable String host, Duration timeout);

  /**
   * Writes every packet from now on, both directions in wire order, to a classic pcap file
   * (LINKTYPE_RAW, microseconds). None is missed when it is asked for on the adapter's context as
   * soon as the adapter is created: opening the transport waits for the file.
   *
   * <p>If the file takes no more, as on a full disk, the capture is over: the file is cut behind
   * the last whole packet it took, one warning is logged, and packets go on as before. {@link
   * #stopPcap} fails then, and a new capture may begin after it.
   *
   * @param path a file that is created or overwritten
   */
  Future<Void> pcap(String path);

  /** Ends the capture; completes when the file is written, fails if it does not have all. */
  Future<Void> stopPcap();

  /** {@link #connections(int, int)} from the oldest on, as many as may be listed at once. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  default Future<ConnectionList> connections() {
    return connections(0, Integer.MAX_VALUE);
  }

  /**
   * The adapter's connections now, as {@code ss -ti} lists them, oldest first. Looking at them
   * changes nothing. It takes the event loop some microseconds for each that is listed.
   *
   * @param skip so many of the oldest are left out
   * @param limit at most so many are listed, and no more than {@link AdapterOptions#getMaxListed};
   *     {@link ConnectionList#left} says what remains
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<ConnectionList> connections(int skip, int limit);

  /** Counters and what is held now; after the end, as it was then. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<AdapterStats> stats();

  /**
   * A handle for other contexts of this process, which may share it, as long as the adapter lives.
   * The one that calls is its home; see {@link AdapterHandle}.
   */
  default Future<AdapterHandle> toHandle() {
    AdapterInternal adapter = (AdapterInternal) this;
    return AdapterHandleImpl.to(
        adapter.context().owner(), AdapterService.of(adapter).map(AdapterService::name));
  }

  /**
   * Hears, once, why the adapter has ended, if neither {@link #close} nor {@link #shutdown} was
   * called: its transport ended by itself. {@link #closeHandler} follows.
   */
  @Fluent
  Adapter exceptionHandler(@Nullable Handler<Throwable> handler);

  /** Called once when the adapter has ended. Every stream has heard of it by then. */
  @Fluent
  Adapter closeHandler(@Nullable Handler<Void> handler);

  /**
   * Ends the adapter in good order: what was written arrives, and what is broken off looks broken.
   *
   * <p>At once, no more connections are made or taken and the listeners are closed. Every stream
   * ends as {@link TcpStream#close} ends it: everything written, waiting writes included, and then
   * a FIN. Data that its reader has not read by now is lost; if there is any, the stream's end is a
   * reset behind the last byte written and, for the reader, {@link
   * dev.jktcp.tcp.CloseReason#ADAPTER_CLOSED}. A stream that a {@link Pump} writes to is reset at
   * once unless its source has ended, and so is the pump's other side: a FIN never stands behind
   * less than all.
   *
   * <p>The end of the context that created the adapter does this with {@link
   * AdapterOptions#getShutdownTimeout}: the undeployment of a verticle, else {@link Vertx#close}.
   *
   * @param timeout then what is left is reset, as {@link #close} does it; zero: at once. A second
   *     call can only shorten it
   * @return completes when every connection is over and the transport closed
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Ends the adapter at once: resets every connection, ends every stream with {@link
   * dev.jktcp.tcp.CloseReason#ADAPTER_CLOSED}, and closes the transport. Data that was not yet
   * delivered, or was written and is not yet acknowledged, is lost, and the peer is told by an RST;
   * {@link #shutdown} loses nothing that was written. Idempotent; cuts a shutdown short.
   */
  Future<Void> close();
}
