package dev.jktcp;

import java.util.List;

/**
 * Connections of an adapter at one instant, oldest first. Connections in TIME-WAIT are not listed;
 * {@link AdapterStats} counts them.
 *
 * @param total how many connections the adapter has
 * @param skipped how many older connections are left out
 * @param connections the ones listed, at most {@link AdapterOptions#getMaxListed}
 */
public record ConnectionList(int total, int skipped, List<ConnectionInfo> connections) {
  public ConnectionList {
    connections = List.copyOf(connections);
  }

  /**
   * How many younger connections are left out. The next page begins behind {@code skipped} and this
   * list.
   */
  public int left() {
    return Math.max(0, total - skipped - connections.size());
  }
}
