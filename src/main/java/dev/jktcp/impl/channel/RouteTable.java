package dev.jktcp.impl.channel;

import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The routes at one time, immutable. Every datagram looks its route up, so a lookup goes through
 * the lengths of prefixes, or through the adapters, and not through all routes.
 */
final class RouteTable {
  static final RouteTable EMPTY = new RouteTable(List.of());

  private final List<Route> longestFirst;
  private final Map<Prefix, Route> byPrefix = new HashMap<>();
  private final int[] lengthsV4; // longest first
  private final int[] lengthsV6;
  private final List<Route> firstOfEach = new ArrayList<>(); // the longest prefix of each adapter

  private RouteTable(List<Route> longestFirst) {
    this.longestFirst = longestFirst;
    Set<RouteTarget> targets = new HashSet<>();
    for (Route route : longestFirst) {
      byPrefix.put(route.prefix(), route);
      if (targets.add(route.target())) {
        firstOfEach.add(route);
      }
    }
    lengthsV4 = lengths(false);
    lengthsV6 = lengths(true);
  }

  private int[] lengths(boolean v6) {
    return longestFirst.stream()
        .map(Route::prefix)
        .filter(prefix -> prefix.address().isV6() == v6)
        .mapToInt(Prefix::bits)
        .distinct()
        .toArray();
  }

  RouteTable with(Route route) {
    return of(Stream.concat(longestFirst.stream(), Stream.of(route)));
  }

  RouteTable without(Prefix prefix) {
    return of(longestFirst.stream().filter(route -> !route.prefix().equals(prefix)));
  }

  private static RouteTable of(Stream<Route> routes) {
    return new RouteTable(
        routes.sorted(Comparator.comparingInt(route -> -route.prefix().bits())).toList());
  }

  int size() {
    return longestFirst.size();
  }

  Collection<Route> all() {
    return longestFirst;
  }

  /** For each adapter with routes, the route with the longest prefix. */
  Collection<Route> firstOfEach() {
    return firstOfEach;
  }

  /** The route of exactly this prefix; null without one. */
  Route of(Prefix prefix) {
    return byPrefix.get(prefix);
  }

  /** The route with the longest prefix that contains the address; null without one. */
  Route find(IpAddress address) {
    for (int bits : address.isV6() ? lengthsV6 : lengthsV4) {
      Route route = byPrefix.get(Prefix.of(address, bits));
      if (route != null) {
        return route;
      }
    }
    return null;
  }
}
