package dev.jktcp.impl.handle;

import dev.jktcp.impl.Demand;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/**
 * The Buffers that wait for the user's demand, and the bytes that may still come. Session's context
 * only.
 */
final class Inflow {
  /** A smaller Buffer takes more memory than its bytes, so those that wait are put together. */
  private static final int SMALL = 1024;

  private static final int TOGETHER = 8 * SMALL;

  private final ArrayDeque<Buffer> waiting = new ArrayDeque<>();
  private final int size;
  private long demand = Demand.UNLIMITED;
  private Buffer together; // the last one waiting, if it was put together here
  private long taken;
  private long granted;

  /**
   * @param size bytes on their way here or waiting, at most
   */
  Inflow(int size) {
    this.size = size;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(Buffer data) {
    Buffer last = waiting.peekLast();
    if (last == null || data.length() >= SMALL || last.length() + data.length() > TOGETHER) {
      waiting.add(data);
      return;
    }
    if (last != together) {
      together = Buffer.buffer(TOGETHER).appendBuffer(waiting.removeLast());
      waiting.add(together);
    }
    together.appendBuffer(data);
  }

  void clear() {
    waiting.clear();
  }

  void pause() {
    demand = 0;
  }

  void fetch(long amount) {
    demand = Demand.plus(demand, amount);
  }

  /** The next Buffer the user wants, or null. */
  Buffer take() {
    if (demand == 0 || waiting.isEmpty()) {
      return null;
    }
    Buffer next = waiting.remove();
    if (next == together) {
      together = null;
    }
    taken += next.length();
    demand = Demand.less(demand);
    return next;
  }

  /**
   * Grants more bytes if the user wants them and they are enough to be worth a frame.
   *
   * @param received bytes that have come so far
   * @return whether a frame has to say so
   */
  boolean grant(long received) {
    long newGrant = taken + size;
    long more = newGrant - granted;
    boolean worth = more > 0 && (more >= size / 2 || received >= granted);
    if (demand == 0 || !worth) {
      return false;
    }
    granted = newGrant;
    return true;
  }

  /** Bytes given to the user. */
  long taken() {
    return taken;
  }

  /** Bytes that may come, from the beginning. */
  long granted() {
    return granted;
  }
}
