package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.transport.KernelSockets;
import dev.jktcp.wire.IpAddress;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which addresses are an adapter's; all others are the kernel's. An address in a route is never the
 * kernel's, whatever became of the adapter. Any thread.
 */
final class Routes {
  private static final int MOST = 1024; // a change costs a look at all of them

  private final Adapters adapters = new Adapters();
  private final NamedRoutes names = new NamedRoutes();
  private volatile RouteTable table = RouteTable.EMPTY;

  /**
   * @throws IllegalArgumentException if the prefix has another route
   */
  synchronized void add(Route route) {
    Route there = table.of(route.prefix());
    if (route.equals(there)) {
      return;
    }
    if (there != null) {
      throw new IllegalArgumentException(
          "route " + route.prefix() + ": there is one for this prefix already; remove it first");
    }
    if (table.size() == MOST) {
      throw new IllegalArgumentException(
          "route " + route.prefix() + ": " + MOST + " routes are the most; use shorter prefixes");
    }
    table = table.with(route);
  }

  synchronized void remove(Prefix prefix) {
    table = table.without(prefix);
  }

  Adapters adapters() {
    return adapters;
  }

  /** Which names are an adapter's. */
  NamedRoutes names() {
    return names;
  }

  /**
   * Through which adapter the channel connects or sends. If both addresses are one adapter's own,
   * it is that adapter, whatever the routes say.
   *
   * @param from what it is bound to; null: nothing in particular
   * @return null: it is the kernel's
   * @throws IOException if the address is in a route and the adapter is not there
   */
  AdapterInternal adapterFor(Channel channel, SocketAddress to, SocketAddress from)
      throws IOException {
    IpAddress address = address(channel, to);
    if (address == null) {
      return null;
    }
    IpAddress source = from == null ? null : address(channel, from);
    Route route = source == null ? null : within(source, address);
    if (route == null) {
      route = table.find(address);
    }
    return route == null ? null : route.adapter(adapters);
  }

  /** A route to the adapter whose own both are; null if there is none. */
  private Route within(IpAddress source, IpAddress address) {
    for (Route route : table.firstOfEach()) {
      AdapterInternal adapter = route.known(adapters);
      if (adapter != null && isOf(adapter, source) && isOf(adapter, address)) {
        return route;
      }
    }
    return null;
  }

  /**
   * In which adapter the channel listens: in that whose address it is, or, on the wildcard address,
   * in that of the route that says so.
   *
   * @return null: it is the kernel's
   * @throws IOException if it cannot be said, or the adapter is not there
   */
  AdapterInternal adapterOf(Channel channel, SocketAddress at) throws IOException {
    IpAddress address = address(channel, at);
    if (address == null) {
      return null;
    }
    if (address.isUnspecified()) {
      return listening();
    }
    for (Route route : table.firstOfEach()) {
      AdapterInternal adapter = route.known(adapters);
      if (adapter != null && isOf(adapter, address)) {
        return route.adapter(adapters);
      }
    }
    Route route = table.find(address);
    if (route != null && route.known(adapters) == null) {
      return route.adapter(adapters);
    }
    return null;
  }

  private AdapterInternal listening() throws IOException {
    Set<AdapterInternal> all = new LinkedHashSet<>();
    for (Route route : table.all()) {
      if (route.listen()) {
        all.add(route.adapter(adapters));
      }
    }
    if (all.size() > 1) {
      throw new BindException(
          "routes to " + all.size() + " adapters say listen: name the address to listen on");
    }
    return all.isEmpty() ? null : all.iterator().next();
  }

  private static boolean isOf(AdapterInternal adapter, IpAddress address) {
    for (String local : adapter.options().getLocalAddresses()) {
      if (IpAddress.parse(local).equals(address)) {
        return true;
      }
    }
    return false;
  }

  /** Null for one that is no IP address, and for channels that carry an adapter's own packets. */
  private static IpAddress address(Channel channel, SocketAddress address) {
    if (KernelSockets.isMarked(channel) || !(address instanceof InetSocketAddress ip)) {
      return null;
    }
    InetAddress resolved = ip.getAddress();
    return resolved == null ? null : IpAddress.of(resolved.getAddress());
  }
}
