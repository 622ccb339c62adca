package dev.jktcp.impl;

import java.util.ArrayDeque;

/**
 * Streams that wait for their turn in the loop, each once. Often the same one comes and goes with
 * each packet: it keeps its place, because a reference that is stored again costs a write barrier
 * of the collector, as among the connections of the core.
 */
final class StreamQueue {
  private final ArrayDeque<TcpStreamImpl> others = new ArrayDeque<>(); // behind the first
  private TcpStreamImpl first; // of those that wait, or the last that was alone
  private boolean firstWaits;
  private int size; // also tells that there are no others, without a look at them

  /**
   * @return false if it waits already
   */
  boolean add(TcpStreamImpl stream) {
    if (stream.enqueued) return false;
    stream.enqueued = true;
    size++;
    if (size > 1) {
      others.add(stream);
    } else {
      if (first != stream) first = stream;
      firstWaits = true;
    }
    return true;
  }

  /** The one that came first, which may come again; null = there is none. */
  TcpStreamImpl poll() {
    if (size == 0) return null;
    size--;
    TcpStreamImpl polled = firstWaits ? first : others.poll();
    firstWaits = false;
    polled.enqueued = false;
    if (polled == first && polled.closeReason() != null) first = null; // none else lets go of it
    return polled;
  }

  boolean isEmpty() {
    return size == 0;
  }
}
