package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The adapter that a route goes to, whether it is there or not.
 *
 * @param name of an adapter, there or to come; null if it is in hand
 * @param inHand null if it is named
 */
record RouteTarget(String name, AdapterInternal inHand) {

  /** Even if it has ended; null if it was never there. */
  AdapterInternal known(Adapters adapters) {
    return name == null ? inHand : adapters.named(name);
  }

  /**
   * @param route what goes to it, for the message: {@code route 10.0.0.0/8 goes to}
   * @throws E if it is not there yet, or gone
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
