package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.net.UnknownHostException;

/**
 * Names that are asked in an adapter's tunnel only, whether it is there or not.
 *
 * @param suffix normalized: the name itself, and all below it
 */
record NamedRoute(String suffix, RouteTarget target) {

  /**
   * @throws UnknownHostException if it is not there yet, or gone
   */
  AdapterInternal adapter(Adapters adapters) throws UnknownHostException {
    return target.adapter(
        adapters, () -> "names below " + suffix + " go to", UnknownHostException::new);
  }
}
