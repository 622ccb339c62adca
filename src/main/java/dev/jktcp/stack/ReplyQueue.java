package dev.jktcp.stack;

import dev.jktcp.wire.OutSegment;
import java.util.ArrayDeque;

/**
 * Answers that belong to no connection: RSTs to strays, ACKs from TIME-WAIT, SYN-ACKs with a
 * cookie. Bounded; places are reused.
 */
final class ReplyQueue {
  private final int limit;
  private final ArrayDeque<OutSegment> queue = new ArrayDeque<>();
  private final ArrayDeque<OutSegment> places = new ArrayDeque<>();

  ReplyQueue(int limit) {
    this.limit = limit;
  }

  /** A place at the end, for an answer to be filled in; null when the queue is full. */
  OutSegment add() {
    if (queue.size() >= limit) {
      return null;
    }
    OutSegment place = places.isEmpty() ? new OutSegment() : places.poll();
    queue.add(place);
    return place;
  }

  /** The first answer, to be written at once; null when the queue is empty. */
  OutSegment poll() {
    OutSegment first = queue.poll();
    if (first != null) {
      places.add(first);
    }
    return first;
  }

  void clear() {
    places.addAll(queue);
    queue.clear();
  }
}
