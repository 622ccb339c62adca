package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.net.UnknownHostException;

/**
 * Names that are asked in an adapter's tunnel only, whether it is there or not.
 *
 * @param suffix normalized: the name itself, and all below it
 * @param name of an adapter, there or to come; null if it is in hand
 * @param inHand null if it is named
 */
record NamedRoute(String suffix, String name, AdapterInternal inHand) {

  /**
   * @throws UnknownHostException if it is not there yet, or gone
   */
  AdapterInternal adapter(Adapters adapters) throws UnknownHostException {
    AdapterInternal adapter = name == null ? inHand : adapters.named(name);
    if (adapter == null) {
      throw new UnknownHostException(
          "no adapter '" + name + "', which names below " + suffix + " go to: deploy it first");
    }
    if (adapter.ended().isComplete()) {
      String of = name == null ? "" : " '" + name + "'";
      throw new UnknownHostException(
          "the adapter" + of + ", which names below " + suffix + " go to, has ended");
    }
    return adapter;
  }
}
