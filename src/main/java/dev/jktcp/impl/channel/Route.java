package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.net.ConnectException;

/**
 * Addresses that are an adapter's, whether it is there or not.
 *
 * @param listen whether a server on the wildcard address is the adapter's
 */
record Route(Prefix prefix, RouteTarget target, boolean listen) {

  /** Even if it has ended; null if it was never there. */
  AdapterInternal known(Adapters adapters) {
    return target.known(adapters);
  }

  /**
   * @throws ConnectException if it is not there yet, or gone
   */
  AdapterInternal adapter(Adapters adapters) throws ConnectException {
    return target.adapter(adapters, () -> "route " + prefix + " goes to", ConnectException::new);
  }
}
