package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.net.ConnectException;

/**
 * Addresses that are an adapter's, whether it is there or not.
 *
 * @param name of an adapter, there or to come; null if it is in hand
 * @param inHand null if it is named
 * @param listen whether a server on the wildcard address is the adapter's
 */
record Route(Prefix prefix, String name, AdapterInternal inHand, boolean listen) {

  /** Even if it has ended; null if it was never there. */
  AdapterInternal known(Adapters adapters) {
    return name == null ? inHand : adapters.named(name);
  }

  /**
   * @throws ConnectException if it is not there yet, or gone
   */
  AdapterInternal adapter(Adapters adapters) throws ConnectException {
    AdapterInternal adapter = known(adapters);
    if (adapter == null) {
      throw new ConnectException(
          "no adapter '" + name + "', which route " + prefix + " goes to: deploy it first");
    }
    if (adapter.ended().isComplete()) {
      throw new ConnectException("the adapter" + of() + " has ended");
    }
    return adapter;
  }

  private String of() {
    return (name == null ? "" : " '" + name + "'") + ", which route " + prefix + " goes to,";
  }
}
