package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/**
 * Connections, or their streams, in the order in which they asked for a turn. Often one comes and
 * goes with each packet. It keeps its place, because storing its reference each time would cost a
 * write barrier of the collector, in all a tenth of a round trip.
 */
public final class TurnQueue<T> {
  private final Predicate<T> over;
  private final ArrayDeque<T> others = new ArrayDeque<>(); // after the first
  private T first; // the first that waits, or the last that was alone
  private boolean firstWaits;
  private int size; // most calls find the queue empty, and end here

  /**
   * @param over whether an element is not to be kept after its turn
   */
  public TurnQueue(Predicate<T> over) {
    this.over = over;
  }

  static TurnQueue<TcpConnection> ofConnections() {
    return new TurnQueue<>(connection -> connection.closeReason() != null);
  }

  /** Adds an element, which must not be waiting already. */
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

  /** The element that came first; null = none waits. */
  public T poll() {
    if (size == 0) {
      return null;
    }
    size--;
    T polled = firstWaits ? first : others.poll();
    firstWaits = false;
    if (polled == first && over.test(polled)) {
      first = null; // no other code would let go of it
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
