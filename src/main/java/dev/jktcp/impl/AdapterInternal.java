package dev.jktcp.impl;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStream;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What the static factories of the public API need of an adapter. */
public interface AdapterInternal extends Adapter {
  Future<AdapterStream> connectExclusive(TcpConnectOptions options);

  Future<AdapterStream> listenExclusive(TcpListenOptions options);

  /** As {@link #connect(TcpConnectOptions)}, and can be given up. */
  Attempt attempt(TcpConnectOptions options);

  /**
   * As {@link #listen(TcpListenOptions, Handler)}, but a connection fills the listener's backlog
   * until {@link LocalStream#accept}: beyond it the stack drops SYNs, which come again.
   */
  Future<TcpServer> listenHolding(TcpListenOptions options, Handler<LocalStream> handler);

  /**
   * As {@link #connect(TcpConnectOptions)}, for an owner that hears of the connection from its
   * beginning on.
   *
   * @return fails if nothing was begun; the owner hears how the handshake ends
   */
  Future<Void> connect(TcpConnectOptions options, OwnerFactory owner);

  /** As {@link #listenHolding}, for owners that hear of their connections from the first on. */
  Future<TcpServer> listenOwning(TcpListenOptions options, OwnerFactory owner);

  /**
   * Takes a UDP port for an owner that hears of it inside the adapter's turns.
   *
   * @param localOrNull null: all addresses
   * @param port 0: an ephemeral one
   */
  Future<Void> bindUdp(String localOrNull, int port, DatagramOwnerFactory owner);

  /** Gives the port back; what waits for the transport still goes out. Adapter context only. */
  void closeUdp(DatagramOwner owner, UdpPort port);

  /**
   * The addresses of a name, or of an address in text: by {@code hosts}, else asked of the DNS
   * servers in the tunnel. Any thread.
   *
   * @return fails with one line: there is no such name, no server answers, or none is known
   */
  Future<List<InetAddress>> resolve(String host);

  /** Where the adapter lives. */
  ContextInternal context();

  Clock clock();

  /** Read only. */
  AdapterOptions options();

  /** Completes when the adapter has ended, and every stream has heard of it; any thread. */
  Future<Void> ended();

  /** Why the adapter has ended, or null; adapter context only. */
  TcpException end();

  /**
   * The end of the adapter's Vert.x, or of the verticle that made it, waits up to a second for this
   * future. Any thread.
   */
  void awaitLastWords(Future<Void> said);

  /** Told, on the adapter's context, of each change of its transport. Adapter context only. */
  void watchTransport(Handler<TransportStatus> listener);

  /** Kept for whoever exposes the adapter elsewhere. */
  AtomicReference<Object> attachment();
}
