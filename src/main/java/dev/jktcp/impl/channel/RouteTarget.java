package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The adapter that a route goes to, whether it exists or not.
 *
 * @param name of an adapter that exists or may come; null for an adapter in hand
 * @param inHand the adapter itself; null for an adapter by name
 */
record RouteTarget(String name, AdapterInternal inHand) {

  /** The adapter, even if it has ended; null if it never existed. */
  AdapterInternal known(Adapters adapters) {
    return name == null ? inHand : adapters.named(name);
  }

  /**
   * @param route the beginning of the message: {@code route 10.0.0.0/8 goes to}
   * @throws E if the adapter does not exist yet, or has ended
   */
  <E extends IOException> AdapterInternal adapter(
      Adapters adapters, Supplier<String> route, Function<String, E> failure) throws E {
    AdapterInternal adapter = known(adapters);
    if (adapter == null) {
      throw failure.apply("no adapter '" + name + "', which " + route.get() + ": deploy it first");
    }
    if (adapter.ended().isComplete()) {
      String its = name == null ? "" : " '" + name + "'";
      throw failure.apply("the adapter" + its + ", which " + route.get() + ", has ended");
    }
    return adapter;
  }
}
