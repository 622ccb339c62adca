package dev.jktcp;

import dev.jktcp.impl.channel.RoutedTransport;
import io.vertx.core.transport.Transport;
import java.util.Objects;

/**
 * A transport of Vert.x that takes TCP connections and datagrams through adapters: clients and
 * servers of Vert.x reach through a tunnel, unchanged.
 *
 * <pre>{@code
 * JktcpTransport transport = new JktcpTransport().route("10.7.0.0/16", "phone");
 * Vertx vertx = Vertx.builder().withTransport(transport).build();
 * }</pre>
 *
 * <p>A route says that the addresses of a prefix are an adapter's. The longest prefix that has an
 * address decides, when the connection is made and by the address that is connected to: by the
 * proxy's if there is one. Addresses without a route, and Unix sockets, are the kernel's. An
 * address with a route is never the kernel's: while the adapter is not there, or when it has ended,
 * connecting fails and says so.
 *
 * <p>Names are resolved by Vert.x as before, and the address decides. Those below a suffix that
 * {@link #names(String, String)} gives to an adapter are asked in its tunnel only.
 *
 * <p>A server on one of an adapter's local addresses is the adapter's. One on the wildcard address
 * is the kernel's unless a route says {@code listen}.
 *
 * <p>Datagram sockets on an adapter's local address are the adapter's. One that is bound to no
 * address and port in particular is decided by its first datagram, or by the peer that it connects
 * to; what has another owner then fails.
 *
 * <p>An instance belongs to one Vert.x. Any thread may change the routes at any time; connections
 * that are open stay where they are. Sockets that carry an adapter's own packets go by {@link
 * dev.jktcp.transport.KernelSockets}.
 */
public final class JktcpTransport implements Transport {
  private final Transport kernel;
  private final RoutedTransport routed;

  /** With NIO for all that is the kernel's. */
  public JktcpTransport() {
    this(Transport.NIO);
  }

  /**
   * @param kernel for all that is the kernel's: NIO, epoll, …
   */
  public JktcpTransport(Transport kernel) {
    this.kernel = Objects.requireNonNull(kernel, "kernel");
    this.routed = new RoutedTransport(kernel.implementation());
  }

  /**
   * The addresses of the prefix are those of an {@link AdapterVerticle} of that name, deployed or
   * to come.
   *
   * @param prefix {@code 10.7.0.0/16}, {@code fd00::/8}, or one address
   * @throws IllegalArgumentException for a prefix that is none or has a route
   */
  public JktcpTransport route(String prefix, String adapterName) {
    routed.route(prefix, adapterName, false);
    return this;
  }

  /**
   * The addresses of the prefix are this adapter's.
   *
   * @throws IllegalArgumentException for a prefix that is none or has a route, and for an adapter
   *     of another Vert.x
   */
  public JktcpTransport route(String prefix, Adapter adapter) {
    routed.route(prefix, adapter, false);
    return this;
  }

  /** The same, and servers on the wildcard address are the adapter's. */
  public JktcpTransport routeAndListen(String prefix, String adapterName) {
    routed.route(prefix, adapterName, true);
    return this;
  }

  /** The same, and servers on the wildcard address are the adapter's. */
  public JktcpTransport routeAndListen(String prefix, Adapter adapter) {
    routed.route(prefix, adapter, true);
    return this;
  }

  /** From now on the addresses of the prefix are those of a shorter one, or the kernel's. */
  public JktcpTransport removeRoute(String prefix) {
    routed.remove(prefix);
    return this;
  }

  /**
   * This name, and those below it, are asked in the tunnel of an {@link AdapterVerticle} of that
   * name only: by its {@code hosts} and {@code dnsServers}. While it is not there, and when it has
   * ended, they have no address. The addresses found go by their routes as any others. {@code
   * /etc/hosts} comes first, as for any name.
   *
   * @param suffix {@code corp.example}, or the whole name of one host
   * @throws IllegalArgumentException for one that is no name or has a route
   */
  public JktcpTransport names(String suffix, String adapterName) {
    routed.names(suffix, adapterName);
    return this;
  }

  /**
   * The same in this adapter's tunnel.
   *
   * @throws IllegalArgumentException for a suffix that is no name or has a route, and for an
   *     adapter of another Vert.x
   */
  public JktcpTransport names(String suffix, Adapter adapter) {
    routed.names(suffix, adapter);
    return this;
  }

  /** From now on names below it are those of a shorter suffix, or asked as any others. */
  public JktcpTransport removeNames(String suffix) {
    routed.removeNames(suffix);
    return this;
  }

  /**
   * How long an event loop looks, before it sleeps, for what a channel and an adapter on another
   * loop hand over. It does so only where hand-overs have come that soon, and yields to any thread
   * that wants the processor. Default 50, about what it takes to wake a thread twice; 0 saves the
   * processor's time, and costs latency across loops.
   *
   * @param micros 0 to 1,000
   * @throws IllegalArgumentException for another number
   * @throws IllegalStateException once a Vert.x is made with this transport
   */
  public JktcpTransport pollMicros(int micros) {
    routed.pollMicros(micros);
    return this;
  }

  @Override
  public String name() {
    return "jktcp over " + kernel.name();
  }

  @Override
  public boolean available() {
    return kernel.available();
  }

  @Override
  public Throwable unavailabilityCause() {
    return kernel.unavailabilityCause();
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return routed;
  }
}
