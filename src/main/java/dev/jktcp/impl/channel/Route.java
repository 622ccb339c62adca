package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.net.ConnectException;

/**
 * Addresses that belong to an adapter, whether it exists or not.
 *
 * @param listen whether a server on the wildcard address is the adapter's
 */
record Route(Prefix prefix, RouteTarget target, boolean listen) {

  /** The adapter, even if it has ended; null if it never existed. */
  AdapterInternal known(Adapters adapters) {
    return target.known(adapters);
  }

  /**
   * @throws ConnectException if the adapter does not exist yet, or has ended
   */
  AdapterInternal adapter(Adapters adapters) throws ConnectException {
    return target.adapter(adapters, () -> "route " + prefix + " goes to", ConnectException::new);
  }
}
