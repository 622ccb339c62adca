package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.net.UnknownHostException;

/**
 * Names that are looked up in an adapter's tunnel only, whether the adapter exists or not.
 *
 * @param suffix normalized; stands for the name itself and all names below it
 */
record NamedRoute(String suffix, RouteTarget target) {

  /**
   * @throws UnknownHostException if the adapter does not exist yet, or has ended
   */
  AdapterInternal adapter(Adapters adapters) throws UnknownHostException {
    return target.adapter(
        adapters, () -> "names below " + suffix + " go to", UnknownHostException::new);
  }
}
