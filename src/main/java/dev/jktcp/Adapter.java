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
 * called from any thread. Futures complete and handlers run on that context. The adapter begins to
 * open its transport when it is created. Calls made before the transport is open wait for it, and
 * fail if it cannot be opened.
 *
 * <p>Addresses are IP literals. Zones (RFC 4007) are ignored, for there is one link. A connection,
 * a ping and a datagram may name their host. The adapter resolves the name by {@link
 * AdapterOptions#setHosts} and by the {@link AdapterOptions#setDnsServers}, which it reaches
 * through its own transport, never by the kernel's resolver.
 */
@VertxGen
public interface Adapter {
  /**
   * An adapter on the caller's event-loop context, or on a new one if the caller has none (outside
   * a verticle, or in a worker or virtual thread).
   *
   * @throws IllegalArgumentException for a bad option, with one line that names it
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static Adapter create(Vertx vertx, PacketTransport transport, AdapterOptions options) {
    return AdapterImpl.create(vertx, transport, options).asking(TunnelNames::new);
  }

  /** Completes when the transport is open; fails, with one clear line, when it cannot be. */
  Future<Void> opened();

  /** The status of the transport now. Any thread. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  TransportStatus transportStatus();

  /**
   * Called on the adapter's context with each change of the transport's status. A transport that
   * comes back ({@link dev.jktcp.transport.ReconnectingTransport}) is away now and then, and
   * connections live on meanwhile.
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Adapter transportHandler(@Nullable Handler<TransportStatus> handler);

  /** Connects to the only peer address; fails if there are two, one of each family. */
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
   * A UDP socket that behaves as Vert.x's own. {@link DatagramSocket#listen} binds it to one of the
   * local addresses, or to all of them by {@code 0.0.0.0} or {@code ::}. If it is not bound, the
   * first datagram sent binds it. A datagram to the host null goes to the only peer address.
   * Datagrams are not fragmented: one above the MTU fails with a line that says how many bytes fit.
   * Datagrams that arrive before there is a handler wait, at most {@link
   * AdapterOptions#getUdpReceiveBuffer} bytes. The exception handler is called for ICMP errors
   * about datagrams that were sent, and at the adapter's end. Handlers run on the adapter's
   * context. There is no multicast.
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
   * @param timeout the longest wait for the answer
   * @return completes with the round trip; fails with a {@link TcpException}: timed out, or
   *     unreachable with the text of the ICMP error
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Duration> ping(@Nullable String host, Duration timeout);

  /**
   * Writes every packet from now on, both directions in wire order, to a classic pcap file
   * (LINKTYPE_RAW, microseconds). If it is called on the adapter's context as soon as the adapter
   * is created, no packet is missed: opening the transport waits for the file.
   *
   * <p>If the file cannot be written, as on a full disk, the capture is over: the file is cut
   * behind its last whole packet, one warning is logged, and packets go on as before. {@link
   * #stopPcap} then fails, and a new capture may begin after it.
   *
   * @param path a file that is created or overwritten
   */
  Future<Void> pcap(String path);

  /** Ends the capture; completes when the file is written, fails if packets are missing from it. */
  Future<Void> stopPcap();

  /**
   * {@link #connections(int, int)} from the oldest on, at most {@link AdapterOptions#getMaxListed}.
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  default Future<ConnectionList> connections() {
    return connections(0, Integer.MAX_VALUE);
  }

  /**
   * The adapter's connections now, as {@code ss -ti} lists them, oldest first. Listing changes
   * nothing; it takes the event loop some microseconds for each connection listed.
   *
   * @param skip how many of the oldest to leave out
   * @param limit how many to list at most, and no more than {@link AdapterOptions#getMaxListed};
   *     {@link ConnectionList#left} says what remains
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<ConnectionList> connections(int skip, int limit);

  /** Counters, and what the adapter holds now; after its end, as they were at the end. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<AdapterStats> stats();

  /**
   * A handle that other contexts of this process may use and share, as long as the adapter lives.
   * The caller's context is its home; see {@link AdapterHandle}.
   */
  default Future<AdapterHandle> toHandle() {
    AdapterInternal adapter = (AdapterInternal) this;
    return AdapterHandleImpl.to(
        adapter.context().owner(), AdapterService.of(adapter).map(AdapterService::name));
  }

  /**
   * Called once with the reason if the adapter ends without {@link #close} or {@link #shutdown}:
   * its transport ended by itself. {@link #closeHandler} follows.
   */
  @Fluent
  Adapter exceptionHandler(@Nullable Handler<Throwable> handler);

  /** Called once when the adapter has ended, after the handlers of every stream. */
  @Fluent
  Adapter closeHandler(@Nullable Handler<Void> handler);

  /**
   * Ends the adapter in good order: written data arrives, and a stream that is cut off ends in a
   * reset.
   *
   * <p>The listeners are closed at once, and no more connections are made or accepted. Every stream
   * ends as {@link TcpStream#close} ends it: everything written, waiting writes included, and then
   * a FIN. Data that its reader has not read by now is lost. If there is any, the stream ends in a
   * reset behind the last byte written, and its reader is given {@link
   * dev.jktcp.tcp.CloseReason#ADAPTER_CLOSED}. A stream that a {@link Pump} writes to is reset at
   * once unless its source has ended, and so is the pump's other side: a FIN would make a part look
   * like the whole.
   *
   * <p>The end of the context that created the adapter calls this with {@link
   * AdapterOptions#getShutdownTimeout}: the undeployment of its verticle or, outside a verticle,
   * {@link Vertx#close}.
   *
   * @param timeout after which the connections left are reset, as {@link #close} does it; zero
   *     resets them at once. A second call can only shorten it
   * @return completes when every connection is over and the transport is closed
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Ends the adapter at once: resets every connection, ends every stream with {@link
   * dev.jktcp.tcp.CloseReason#ADAPTER_CLOSED}, and closes the transport. Data that is not yet
   * delivered, or written and not yet acknowledged, is lost, and each peer gets an RST. {@link
   * #shutdown} loses nothing that was written. Idempotent; cuts a shutdown short.
   */
  Future<Void> close();
}
