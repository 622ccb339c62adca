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
 * An adapter used from elsewhere: any verticle, thread or context. It talks with the adapter over
 * the event bus; several handles may share one adapter and do not disturb each other.
 *
 * <p>What a call opens belongs to the context that called: handlers run there. When it ends, as a
 * verticle's does, its listeners and UDP ports are closed and its connections end as {@link
 * #shutdown} ends them. A caller without a context is served on the one that made the handle.
 *
 * <p>Futures fail within {@link HandleOptions#getRequestTimeout} when the adapter does not answer.
 * A handle used after {@link #close} fails with an {@link IllegalStateException}; one whose adapter
 * has ended, with a {@link TcpException} that says why.
 *
 * <p>A handle that was let go of ends by itself, once no connection, listener or UDP port of it is
 * left, unless it has a {@link #closeHandler} or an {@link #exceptionHandler}.
 */
@VertxGen
public interface AdapterHandle {
  /** A handle on the adapter that was deployed by this name in this Vert.x. */
  static Future<AdapterHandle> of(Vertx vertx, String name) {
    return of(vertx, name, new HandleOptions());
  }

  /**
   * A handle on the adapter that was deployed by this name.
   *
   * @return fails with an {@link IllegalStateException} if there is none, with a {@link
   *     TcpException} if it does not answer
   */
  static Future<AdapterHandle> of(Vertx vertx, String name, HandleOptions options) {
    return AdapterHandleImpl.of(vertx, name, options);
  }

  /** The adapter's. */
  String name();

  /** Connects to the only peer address; with two families the call says which, so this fails. */
  Future<StreamHandle> connect(int port);

  /** Connects to an IP address in text. */
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
   * A UDP socket as {@link Adapter#udp} gives it; handlers run on the context of this call. It is
   * open until it is closed, or the context ends. What came and has no handler waits here, at most
   * {@link HandleOptions#getReadBuffer} and one datagram, then at the adapter. A datagram's future
   * completes when the adapter's stack has it. A bus between nodes that loses a message loses its
   * datagram, as networks do.
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

  /** Ends the capture; completes when the file is written, fails if it does not have all. */
  Future<Void> stopPcap();

  /**
   * What the adapter is: {@code name}, {@code localAddresses}, {@code peerAddresses}, {@code
   * profile} and, of a CDTunnel's host, {@code rsdPort}, where the device lists its services.
   */
  Future<JsonObject> about();

  /** {@link #connections(int, int)} from the oldest on, as many as may be listed at once. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  default Future<ConnectionList> connections() {
    return connections(0, Integer.MAX_VALUE);
  }

  /**
   * The adapter's connections now, whoever uses them, as {@link Adapter#connections(int, int)} has
   * them. About one KiB for each goes over the bus.
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<ConnectionList> connections(int skip, int limit);

  /** Counters of the adapter and what it holds now. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<AdapterStats> stats();

  /** What the adapter's transport is doing now. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<TransportStatus> transportStatus();

  /**
   * Called on the handle's home context, the one that made it: with what the adapter's transport is
   * doing now, and with each change. A bus between nodes may lose one; the next says what is then.
   *
   * @param handler null: none
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  AdapterHandle transportHandler(@Nullable Handler<TransportStatus> handler);

  /**
   * Hears, once, why the handle has ended, if neither {@link #close} nor {@link #shutdown} was
   * called: its adapter ended or is not heard any more. {@link #closeHandler} follows.
   */
  @Fluent
  AdapterHandle exceptionHandler(@Nullable Handler<Throwable> handler);

  /**
   * Called once, on the handle's home context, when the handle has ended. Every stream has been
   * told by then.
   */
  @Fluent
  AdapterHandle closeHandler(@Nullable Handler<Void> handler);

  /**
   * Ends what was opened through this handle in good order, as {@link Adapter#shutdown} ends a
   * whole adapter: connections close behind what was written, UDP ports behind what was sent,
   * listeners at once. The adapter, which goes on sending what it was given, and other handles live
   * on.
   *
   * @param timeout then what the adapter has not taken is lost, and its connection reset
   * @return completes when the adapter has all, which its peers may not have yet
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Ends at once: resets the connections and closes the listeners and UDP ports opened through this
   * handle; the adapter and other handles live on. Idempotent.
   */
  Future<Void> close();
}
