package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/**
 * Connections in the order in which they came. Often the same one comes and goes with each packet:
 * it keeps its place, because a reference that is stored again each time costs a write barrier of
 * the collector, a tenth of a round trip in all.
 */
final class ConnectionQueue {
  private final ArrayDeque<TcpConnection> others = new ArrayDeque<>(); // behind the first
  private TcpConnection first; // of those that wait, or the last that was alone
  private boolean firstWaits;
  private int size; // most looks are at an empty queue, and end here

  void add(TcpConnection connection) {
    if (size++ > 0) {
      others.add(connection);
      return;
    }
    if (first != connection) {
      first = connection;
    }
    firstWaits = true;
  }

  /** The one that came first; null = there is none. */
  TcpConnection poll() {
    if (size == 0) {
      return null;
    }
    size--;
    if (!firstWaits) {
      return others.poll();
    }
    firstWaits = false;
    TcpConnection polled = first;
    if (polled.closeReason() != null) {
      first = null; // nothing else would let go of it
    }
    return polled;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void removeIf(Predicate<TcpConnection> condition) {
    if (firstWaits && condition.test(first)) {
      firstWaits = false;
      first = null;
    }
    others.removeIf(condition);
    size = others.size() + (firstWaits ? 1 : 0);
  }
}
