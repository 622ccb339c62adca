package dev.jktcp;

import dev.jktcp.impl.Addresses;
import dev.jktcp.impl.handle.AdapterHandleImpl;
import dev.jktcp.transport.TransportStatus;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;

/**
 * An adapter used from another verticle, thread or context. The handle talks with the adapter over
 * the event bus. Several handles may share one adapter and do not disturb each other.
 *
 * <p>Connections, listeners and UDP ports belong to the context that opened them, and their
 * handlers run there. When that context ends, as with its verticle, its listeners and UDP ports are
 * closed, and its connections end as {@link #shutdown} ends them. A caller without a context is
 * served on the handle's home context, the one that made it.
 *
 * <p>Futures fail within {@link HandleOptions#getRequestTimeout} when the adapter does not answer.
 * After {@link #close} they fail with an {@link IllegalStateException}; after the adapter's end,
 * with a {@link TcpException} that says why.
 *
 * <p>A handle that the garbage collector has found unused ends by itself, once it has no
 * connection, listener or UDP port left, unless it has a {@link #closeHandler}, an {@link
 * #exceptionHandler} or a {@link #transportHandler}.
 */
@VertxGen
public interface AdapterHandle {
  /** A handle on the adapter that was deployed under this name in this Vert.x instance. */
  static Future<AdapterHandle> of(Vertx vertx, String name) {
    return of(vertx, name, new HandleOptions());
  }

  /**
   * A handle on the adapter that was deployed under this name.
   *
   * @return fails with an {@link IllegalStateException} if there is no such adapter, with a {@link
   *     TcpException} if it does not answer
   */
  static Future<AdapterHandle> of(Vertx vertx, String name, HandleOptions options) {
    return AdapterHandleImpl.of(vertx, name, options);
  }

  /** The adapter's name. */
  String name();

  /** Connects to the only peer address; fails if there are two, one of each family. */
  Future<StreamHandle> connect(int port);

  /** Connects to an IP address in text, or to a name: {@link TcpConnectOptions#setHost}. */
  Future<StreamHandle> connect(String host, int port);

  /** Connects to the address and port, as {@link Adapter#connect(SocketAddress)} does. */
  default Future<StreamHandle> connect(SocketAddress remote) {
    return Addresses.connect(remote, this::connect);
  }

  /** Connects; fails as {@link Adapter#connect(TcpConnectOptions)} does. */
  Future<StreamHandle> connect(TcpConnectOptions options);

  /**
   * Listens on all local addresses.
   *
   * @param port 0 picks an ephemeral one
   * @param handler is given every connection, on the context of this call
   */
  Future<TcpServer> listen(int port, Handler<StreamHandle> handler);

  /** Listens. */
  Future<TcpServer> listen(TcpListenOptions options, Handler<StreamHandle> handler);

  /**
   * A UDP socket as {@link Adapter#udp} gives it. Its handlers run on the context of this call, and
   * it is open until it is closed or that context ends. Datagrams that arrive before there is a
   * handler wait here, at most {@link HandleOptions#getReadBuffer} bytes and one datagram, then at
   * the adapter. The future of a send completes when the adapter's stack has the datagram. If the
   * bus between two nodes loses a message, its datagram is lost, as on any network.
   */
  DatagramSocket udp();

  /** {@link #ping(String, Duration)} with five seconds. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  default Future<Duration> ping(@Nullable String host) {
    return ping(host, Duration.ofSeconds(5));
  }

  /**
   * Sends an ICMP echo request from the adapter, as {@link Adapter#ping(String, Duration)} does.
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Duration> ping(@Nullable String host, Duration timeout);

  /**
   * Writes every packet of the adapter from now on to a pcap file on the adapter's machine, as
   * {@link Adapter#pcap} does.
   */
  Future<Void> pcap(String path);

  /** Ends the capture; completes when the file is written, fails if packets are missing from it. */
  Future<Void> stopPcap();

  /**
   * Describes the adapter: {@code name}, {@code localAddresses}, {@code peerAddresses}, {@code
   * profile} and, for a CDTunnel's host, {@code rsdPort}, the port where the device lists its
   * services.
   */
  Future<JsonObject> about();

  /**
   * {@link #connections(int, int)} from the oldest on, at most {@link AdapterOptions#getMaxListed}.
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  default Future<ConnectionList> connections() {
    return connections(0, Integer.MAX_VALUE);
  }

  /**
   * All connections of the adapter now, those of other users included, as {@link
   * Adapter#connections(int, int)} lists them. Each takes about 1 KiB on the bus.
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<ConnectionList> connections(int skip, int limit);

  /** Counters of the adapter, and what it holds now. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<AdapterStats> stats();

  /** The status of the adapter's transport now. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<TransportStatus> transportStatus();

  /**
   * Called with the status of the adapter's transport now and after each change, on the handle's
   * home context, the one that made it. A bus between nodes may lose a change; the next one has the
   * status of its own time. The end is always told: if the adapter's news of it is lost, or its
   * node was killed, the handle tells it when it learns of the adapter's end.
   *
   * @param handler null for none
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  AdapterHandle transportHandler(@Nullable Handler<TransportStatus> handler);

  /**
   * Called once with the reason if the handle ends without {@link #close} or {@link #shutdown}: its
   * adapter has ended or is silent. {@link #closeHandler} follows.
   */
  @Fluent
  AdapterHandle exceptionHandler(@Nullable Handler<Throwable> handler);

  /**
   * Called once, on the handle's home context, when the handle has ended, after the handlers of
   * every stream.
   */
  @Fluent
  AdapterHandle closeHandler(@Nullable Handler<Void> handler);

  /**
   * Ends in good order all that was opened through this handle, as {@link Adapter#shutdown} ends a
   * whole adapter: connections close behind the written data, UDP ports behind the datagrams sent,
   * listeners at once. Other handles live on, and so does the adapter, which goes on sending the
   * data it was given.
   *
   * @param timeout after which data that the adapter has not taken is lost and its connection is
   *     reset
   * @return completes when the adapter has all data; the peers may not have it yet
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Ends at once: resets the connections, and closes the listeners and UDP ports, that were opened
   * through this handle. The adapter and other handles live on. Idempotent.
   */
  Future<Void> close();
}
