package dev.jktcp.stack;

import dev.jktcp.wire.OutSegment;
import java.util.ArrayDeque;

/**
 * Answers that belong to no connection: RSTs to strays, ACKs from TIME-WAIT, SYN-ACKs of which
 * nothing is kept. Bounded; each place is used again.
 */
final class ReplyQueue {
  private final int limit;
  private final ArrayDeque<OutSegment> queue = new ArrayDeque<>();
  private final ArrayDeque<OutSegment> places = new ArrayDeque<>();

  ReplyQueue(int limit) {
    this.limit = limit;
  }

  /** The last place, for an answer to be filled in; null when the queue is full. */
  OutSegment add() {
    if (queue.size() >= limit) {
      return null;
    }
    OutSegment place = places.isEmpty() ? new OutSegment() : places.poll();
    queue.add(place);
    return place;
  }

  /** The first answer, to be written at once; null when there is none. */
  OutSegment poll() {
    OutSegment first = queue.poll();
    if (first != null) {
      places.add(first);
    }
    return first;
  }
}
