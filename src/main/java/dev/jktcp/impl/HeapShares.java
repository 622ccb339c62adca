package dev.jktcp.impl;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.LongConsumer;

/**
 * The limits of adapters without {@code maxBytesHeld}: all such adapters of one Vert.x instance
 * share a quarter of the heap's maximum in equal parts. The rest is for users' objects and the
 * garbage collector. Thread-safe.
 */
final class HeapShares {
  private static final int PART_OF_HEAP = 4;

  /** The least that a stack accepts. */
  private static final long LEAST = 64 * 1024;

  private static final Map<Vertx, HeapShares> ALL =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final long most;
  private final List<LongConsumer> members = new ArrayList<>();

  static HeapShares of(Vertx vertx) {
    return ALL.computeIfAbsent(
        vertx, v -> new HeapShares(Runtime.getRuntime().maxMemory() / PART_OF_HEAP));
  }

  HeapShares(long most) {
    this.most = most;
  }

  /**
   * @param member called with its share now and at each change, on any thread
   */
  synchronized void join(LongConsumer member) {
    members.add(member);
    tell();
  }

  /** Idempotent. */
  synchronized void leave(LongConsumer member) {
    if (members.remove(member)) {
      tell();
    }
  }

  private void tell() {
    if (members.isEmpty()) {
      return;
    }
    long share = Math.max(LEAST, most / members.size());
    members.forEach(member -> member.accept(share));
  }
}
