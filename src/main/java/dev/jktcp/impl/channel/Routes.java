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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The addresses that belong to adapters; all others are the kernel's. An address in a route is
 * never the kernel's, even if the adapter has ended. Thread-safe.
 */
final class Routes {
  private static final int MOST = 1024; // a change goes through all of them

  private final Adapters adapters = new Adapters();
  private final NamedRoutes names = new NamedRoutes();
  private final Set<Runnable> watchers = ConcurrentHashMap.newKeySet();
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
    onChange();
  }

  synchronized void remove(Prefix prefix) {
    table = table.without(prefix);
    onChange();
  }

  /** Adds an adapter that routes may name. */
  void named(String name, AdapterInternal adapter) {
    adapters.put(name, adapter);
    onChange();
  }

  /**
   * @param watcher called by any thread after each change, until {@link #unwatch}
   */
  void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  void unwatch(Runnable watcher) {
    watchers.remove(watcher);
  }

  private void onChange() {
    watchers.forEach(Runnable::run);
  }

  Adapters adapters() {
    return adapters;
  }

  /** The names that are looked up by adapters. */
  NamedRoutes names() {
    return names;
  }

  /**
   * The adapter through which the channel connects or sends. If both addresses are one adapter's
   * own, it is that adapter, whatever the routes say.
   *
   * @param from the address that the channel is bound to; null for none in particular
   * @return null for the kernel
   * @throws IOException if the address is in a route whose adapter does not exist
   */
  AdapterInternal adapterFor(Channel channel, SocketAddress to, SocketAddress from)
      throws IOException {
    IpAddress address = address(channel, to);
    if (address == null) {
      return null;
    }
    IpAddress source = from == null ? null : address(channel, from);
    Route route = source == null ? null : withAll(List.of(source, address));
    if (route == null) {
      route = table.find(address);
    }
    return route == null ? null : route.adapter(adapters);
  }

  /**
   * A route to the adapter whose own these addresses are; null without one. An adapter that has
   * ended counts only if no other has them.
   */
  private Route withAll(List<IpAddress> addresses) {
    Route ended = null;
    for (Route route : table.firstOfEach()) {
      AdapterInternal adapter = route.known(adapters);
      if (adapter == null || !adapter.localAddresses().containsAll(addresses)) {
        continue;
      }
      if (!adapter.ended().isComplete()) {
        return route;
      }
      if (ended == null) {
        ended = route;
      }
    }
    return ended;
  }

  /**
   * The adapter in which the channel listens: the one that has the address or, for the wildcard
   * address, the one whose route says {@code listen}.
   *
   * @return null for the kernel
   * @throws IOException if several adapters could be meant, or the adapter does not exist
   */
  AdapterInternal adapterOf(Channel channel, SocketAddress at) throws IOException {
    IpAddress address = address(channel, at);
    if (address == null) {
      return null;
    }
    if (address.isUnspecified()) {
      return listening();
    }
    Route route = withAll(List.of(address));
    if (route == null) {
      route = table.find(address);
      if (route != null && route.known(adapters) != null) {
        return null; // the address of a peer
      }
    }
    return route == null ? null : route.adapter(adapters);
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

  /**
   * The IP address; null for other addresses, and for channels that carry an adapter's own packets.
   */
  private static IpAddress address(Channel channel, SocketAddress address) {
    if (KernelSockets.isMarked(channel) || !(address instanceof InetSocketAddress ip)) {
      return null;
    }
    InetAddress resolved = ip.getAddress();
    return resolved == null ? null : PlainAddress.of(resolved);
  }
}
