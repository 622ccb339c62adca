package dev.jktcp;

import dev.jktcp.impl.channel.RoutedTransport;
import io.vertx.core.transport.Transport;
import java.util.Objects;

/**
 * A transport of Vert.x that carries TCP connections and datagrams through adapters: Vert.x's own
 * clients and servers use a tunnel unchanged.
 *
 * <pre>{@code
 * JktcpTransport transport = new JktcpTransport().route("10.7.0.0/16", "phone");
 * Vertx vertx = Vertx.builder().withTransport(transport).build();
 * }</pre>
 *
 * <p>A route gives the addresses of a prefix to an adapter. When a connection is made, the longest
 * prefix of the address that it connects to decides; with a proxy, that is the proxy's address.
 * Addresses without a route, and Unix sockets, are the kernel's. An address with a route is never
 * the kernel's: while its adapter does not exist, or after its end, connecting fails with a line
 * that says so.
 *
 * <p>Names are resolved by Vert.x as before, and the address decides. Names below a suffix that
 * {@link #names(String, String)} gives to an adapter are looked up in its tunnel only.
 *
 * <p>A server on one of an adapter's local addresses listens in the adapter. A server on the
 * wildcard address listens in the kernel unless a route was made with {@code routeAndListen}. It
 * outlives the adapter: the next one with the address that gets a route has the server.
 *
 * <p>A datagram socket on an adapter's local address is the adapter's. If it is bound to no
 * particular address and port, its first datagram decides, or the peer that it connects to. From
 * then on a datagram to an address of another owner fails.
 *
 * <p>An instance belongs to one Vert.x. Any thread may change the routes at any time; connections
 * that are open stay where they are. Sockets that carry an adapter's own packets use {@link
 * dev.jktcp.transport.KernelSockets}.
 */
public final class JktcpTransport implements Transport {
  private final Transport kernel;
  private final RoutedTransport routed;

  /** Uses NIO for the kernel's sockets. */
  public JktcpTransport() {
    this(Transport.NIO);
  }

  /**
   * @param kernel the transport for the kernel's sockets: NIO, epoll, …
   */
  public JktcpTransport(Transport kernel) {
    this.kernel = Objects.requireNonNull(kernel, "kernel");
    this.routed = new RoutedTransport(kernel.implementation());
  }

  /**
   * Gives the addresses of the prefix to the {@link AdapterVerticle} of that name, which may be
   * deployed later.
   *
   * @param prefix {@code 10.7.0.0/16}, {@code fd00::/8}, or one address
   * @throws IllegalArgumentException if the text is no prefix, or the prefix has a route
   */
  public JktcpTransport route(String prefix, String adapterName) {
    routed.route(prefix, adapterName, false);
    return this;
  }

  /**
   * Gives the addresses of the prefix to this adapter.
   *
   * @throws IllegalArgumentException if the text is no prefix, or the prefix has a route, and for
   *     an adapter of another Vert.x
   */
  public JktcpTransport route(String prefix, Adapter adapter) {
    routed.route(prefix, adapter, false);
    return this;
  }

  /**
   * As {@link #route(String, String)}, and servers on the wildcard address listen in the adapter.
   */
  public JktcpTransport routeAndListen(String prefix, String adapterName) {
    routed.route(prefix, adapterName, true);
    return this;
  }

  /**
   * As {@link #route(String, Adapter)}, and servers on the wildcard address listen in the adapter.
   */
  public JktcpTransport routeAndListen(String prefix, Adapter adapter) {
    routed.route(prefix, adapter, true);
    return this;
  }

  /**
   * Removes the route: the addresses of the prefix now belong to a shorter prefix, or to the
   * kernel.
   */
  public JktcpTransport removeRoute(String prefix) {
    routed.remove(prefix);
    return this;
  }

  /**
   * This name, and the names below it, are looked up only in the tunnel of the {@link
   * AdapterVerticle} named, by its {@code hosts} and {@code dnsServers}. While the adapter does not
   * exist, and after its end, they have no address. The addresses found have routes as any others.
   * {@code /etc/hosts} comes first, as for any name.
   *
   * @param suffix {@code corp.example}, or the whole name of one host
   * @throws IllegalArgumentException for a suffix that is no name or has a route
   * @throws IllegalStateException if the system property {@code vertx.disableDnsResolver} leaves
   *     all names to Java, which knows of no tunnel
   */
  public JktcpTransport names(String suffix, String adapterName) {
    routed.names(suffix, adapterName);
    return this;
  }

  /**
   * These names are looked up in this adapter's tunnel only.
   *
   * @throws IllegalArgumentException for a suffix that is no name or has a route, and for an
   *     adapter of another Vert.x
   */
  public JktcpTransport names(String suffix, Adapter adapter) {
    routed.names(suffix, adapter);
    return this;
  }

  /**
   * Removes the suffix: names below it now belong to a shorter suffix, or are looked up as any
   * others.
   */
  public JktcpTransport removeNames(String suffix) {
    routed.removeNames(suffix);
    return this;
  }

  /**
   * How long an event loop polls before it sleeps, if a channel and an adapter on another loop hand
   * data over. It polls only where hand-overs have come that soon, and yields to any thread that
   * wants the processor. The default is 50 µs, about the time to wake a thread twice. 0 saves
   * processor time and costs latency across loops.
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
