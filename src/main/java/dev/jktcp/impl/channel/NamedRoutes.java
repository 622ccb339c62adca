package dev.jktcp.impl.channel;

import dev.jktcp.impl.HostName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The names that are looked up in a tunnel; all others are looked up as before. Thread-safe. */
final class NamedRoutes {
  private static final int MOST = 1024; // each lookup goes through all of them

  private volatile List<NamedRoute> longestFirst = List.of();

  /**
   * @throws IllegalArgumentException if the suffix has another route
   */
  synchronized void add(NamedRoute route) {
    for (NamedRoute there : longestFirst) {
      if (there.equals(route)) {
        return;
      }
      if (there.suffix().equals(route.suffix())) {
        throw new IllegalArgumentException(
            "names below " + route.suffix() + ": have a route already; remove it first");
      }
    }
    if (longestFirst.size() == MOST) {
      throw new IllegalArgumentException(
          "names below " + route.suffix() + ": " + MOST + " routes of names are the most");
    }
    List<NamedRoute> all = new ArrayList<>(longestFirst);
    all.add(route);
    all.sort(Comparator.comparingInt(r -> -r.suffix().length()));
    longestFirst = List.copyOf(all);
  }

  synchronized void remove(String suffix) {
    longestFirst = longestFirst.stream().filter(r -> !r.suffix().equals(suffix)).toList();
  }

  boolean isEmpty() {
    return longestFirst.isEmpty();
  }

  /**
   * @param name as DNS has it; may end with the dot of the root
   * @return null if the name is looked up as before
   */
  NamedRoute find(String name) {
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    for (NamedRoute route : longestFirst) {
      if (HostName.isBelow(plain, route.suffix())) {
        return route;
      }
    }
    return null;
  }
}
