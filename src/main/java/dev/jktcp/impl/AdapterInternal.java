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
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** An adapter with the methods that the library's other parts need. */
public interface AdapterInternal extends Adapter {
  Future<AdapterStream> connectExclusive(TcpConnectOptions options);

  Future<AdapterStream> listenExclusive(TcpListenOptions options);

  /** As {@link #connect(TcpConnectOptions)}; the attempt can be given up. */
  Attempt attempt(TcpConnectOptions options);

  /**
   * As {@link #listen(TcpListenOptions, Handler)}, but a connection fills the listener's backlog
   * until {@link LocalStream#accept}. If the backlog is full, the stack drops SYNs, which peers
   * repeat.
   */
  Future<TcpServer> listenHolding(TcpListenOptions options, Handler<LocalStream> handler);

  /**
   * As {@link #connect(TcpConnectOptions)}, for an owner that gets the connection's events from the
   * SYN on.
   *
   * @return fails if no SYN was sent; the owner gets the outcome of the handshake
   */
  Future<Void> connect(TcpConnectOptions options, OwnerFactory owner);

  /** As {@link #listenHolding}, for owners that get all events of their connections. */
  Future<TcpServer> listenOwning(TcpListenOptions options, OwnerFactory owner);

  /**
   * Takes a UDP port for an owner that is called inside the adapter's turns.
   *
   * @param localOrNull null for all addresses
   * @param port 0 for an ephemeral one
   */
  Future<Void> bindUdp(String localOrNull, int port, DatagramOwnerFactory owner);

  /**
   * Gives the port back. Datagrams that wait for the transport still go out. Adapter context only.
   */
  void closeUdp(DatagramOwner owner, UdpPort port);

  /**
   * The addresses of a name, or the address given in text: from {@code hosts} or, if the name is
   * not there, from the DNS servers in the tunnel. Any thread.
   *
   * @return fails with one line if there is no such name, no server answers, or no server is set
   */
  Future<List<InetAddress>> resolve(String host);

  /** The count of datagrams under way between the adapter and other threads. Any thread. */
  Crossing crossing();

  /** The adapter's context. */
  ContextInternal context();

  Clock clock();

  /** Read only. */
  AdapterOptions options();

  /** Its local addresses. Any thread. */
  List<IpAddress> localAddresses();

  /** Completes when the adapter has ended, after the handlers of every stream. Any thread. */
  Future<Void> ended();

  /** Why the adapter has ended, or null; adapter context only. */
  TcpException outcome();

  /**
   * Makes the end of the adapter's Vert.x instance, or of the verticle that made it, wait up to a
   * second for this future. Any thread.
   */
  void awaitLastWords(Future<Void> said);

  /**
   * Adds a listener, which is called with each change of the transport's status. Adapter context
   * only.
   */
  void watchTransport(Handler<TransportStatus> listener);

  /** Holds the service that exposes the adapter elsewhere. */
  AtomicReference<Object> attachment();
}
