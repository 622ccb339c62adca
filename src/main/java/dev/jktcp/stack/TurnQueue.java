package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/**
 * Connections, or their streams, in the order in which they came for a turn. Often the same one
 * comes and goes with each packet: it keeps its place, because a reference that is stored again
 * each time costs a write barrier of the collector, a tenth of a round trip in all.
 */
public final class TurnQueue<T> {
  private final Predicate<T> over;
  private final ArrayDeque<T> others = new ArrayDeque<>(); // behind the first
  private T first; // of those that wait, or the last that was alone
  private boolean firstWaits;
  private int size; // most looks are at an empty queue, and end here

  /**
   * @param over whether it is not to be kept behind its turn
   */
  public TurnQueue(Predicate<T> over) {
    this.over = over;
  }

  static TurnQueue<TcpConnection> ofConnections() {
    return new TurnQueue<>(connection -> connection.closeReason() != null);
  }

  /** It must not wait already. */
  public void add(T one) {
    if (size++ > 0) {
      others.add(one);
      return;
    }
    if (first != one) {
      first = one;
    }
    firstWaits = true;
  }

  /** The one that came first; null = there is none. */
  public T poll() {
    if (size == 0) {
      return null;
    }
    size--;
    T polled = firstWaits ? first : others.poll();
    firstWaits = false;
    if (polled == first && over.test(polled)) {
      first = null; // nothing else would let go of it
    }
    return polled;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void removeIf(Predicate<T> condition) {
    if (firstWaits && condition.test(first)) {
      firstWaits = false;
      first = null;
    }
    others.removeIf(condition);
    size = others.size() + (firstWaits ? 1 : 0);
  }
}
