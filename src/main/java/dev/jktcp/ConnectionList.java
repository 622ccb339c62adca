package dev.jktcp;

import java.util.List;

/**
 * Connections of an adapter at one instant, oldest first. Those in TIME-WAIT are counted by {@link
 * AdapterStats} and not listed.
 *
 * @param total how many the adapter has
 * @param skipped older ones that are left out
 * @param connections those that were asked for, at most {@link AdapterOptions#getMaxListed}
 */
public record ConnectionList(int total, int skipped, List<ConnectionInfo> connections) {
  public ConnectionList {
    connections = List.copyOf(connections);
  }

  /** Younger ones that are left out: the next page begins behind {@code skipped} and this list. */
  public int left() {
    return Math.max(0, total - skipped - connections.size());
  }
}
