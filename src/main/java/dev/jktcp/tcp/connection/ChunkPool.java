package dev.jktcp.tcp.connection;

import java.util.Arrays;

/**
 * Idle chunks and queues of one stack, for sending and receiving. A fresh array for each flush
 * costs a third of the goodput, so chunks wait here for their next use. Their bytes count in the
 * stack's budget and are given up first. Chunks beyond the limit go to the collector.
 */
public final class ChunkPool implements ByteBudget.Idle {
  /** Large enough that a segment seldom crosses two, small enough for many idle writers. */
  static final int CHUNK_BYTES = 8 * 1024;

  /**
   * For bulk, if so many bytes are added at once and memory is plenty: a segment that crosses two
   * chunks has to be copied and summed in two parts.
   */
  static final int BULK_BYTES = 4 * CHUNK_BYTES;

  /** For a segment of an Ethernet. */
  private static final int MEDIUM_BYTES = 2 * 1024;

  /**
   * For requests and answers of a few hundred bytes, of which many idle connections may hold one.
   */
  static final int SMALL_BYTES = 512;

  /** Growth of a queue's next chunk at most: a few bytes do not need a large one. */
  private static final int GROWTH = 4;

  /** Small chunks get this part of the limit, so that they leave room for large ones. */
  private static final int SHARE_OF_SMALLER = 8;

  /** Idle queues kept, a hundred bytes each: more than connections need that fill in turn. */
  private static final int MAX_QUEUES = 64;

  private static final byte POISON = (byte) 0xdb;

  /** Idle chunks of one capacity. */
  private static final class Shelf {
    final int capacity;
    final int limitBytes;
    Chunk top;
    int bytes;

    Shelf(int capacity, int limitBytes) {
      this.capacity = capacity;
      this.limitBytes = limitBytes;
    }
  }

  private final ByteBudget budget;
  private final Shelf small;
  private final Shelf medium;
  private final Shelf large;
  private final Shelf bulk;
  private final ByteQueue[] queues = new ByteQueue[MAX_QUEUES];
  private int queueCount;

  /**
   * @param limitBytes most memory that idle chunks may hold
   */
  public ChunkPool(int limitBytes, ByteBudget budget) {
    this.budget = budget;
    int share = limitBytes / SHARE_OF_SMALLER;
    this.small = new Shelf(SMALL_BYTES, share);
    this.medium = new Shelf(MEDIUM_BYTES, share);
    int rest = limitBytes - 2 * share;
    this.large = new Shelf(CHUNK_BYTES, rest / 2);
    this.bulk = new Shelf(BULK_BYTES, rest - rest / 2);
    budget.useIdle(this);
  }

  /**
   * Capacity in bytes of a queue's next chunk.
   *
   * @param wanted bytes that are to be added now
   * @param previous capacity of the chunk before; 0 for the first
   * @param memory bytes that the chunk may hold
   */
  static int capacityFor(int wanted, int previous, long memory) {
    if (wanted >= BULK_BYTES && memory >= BULK_BYTES) {
      return BULK_BYTES;
    }
    int likely = Math.max(wanted, Math.min(CHUNK_BYTES, GROWTH * previous));
    if (likely <= SMALL_BYTES) {
      return SMALL_BYTES;
    }
    return likely <= MEDIUM_BYTES ? MEDIUM_BYTES : CHUNK_BYTES;
  }

  /** An empty queue. */
  ByteQueue queue(ByteAccount account) {
    ByteQueue queue = queueCount == 0 ? new ByteQueue(this) : queues[--queueCount];
    queue.serve(account);
    return queue;
  }

  /** Takes back an empty queue. */
  void give(ByteQueue queue) {
    assert queue.size() == 0 && queue.held() == 0;
    queue.serve(null);
    if (queueCount < MAX_QUEUES) {
      queues[queueCount++] = queue;
    }
  }

  /** An empty chunk of one of the pool's capacities. */
  Chunk take(int capacity) {
    Shelf shelf = shelf(capacity);
    Chunk chunk = shelf.top;
    if (chunk == null) {
      return new Chunk(capacity);
    }
    remove(shelf);
    return chunk;
  }

  /** Takes a chunk back. If its capacity is not the pool's, it was made so for want of memory. */
  void give(Chunk chunk) {
    assert poison(chunk.bytes, 0, chunk.capacity());
    Shelf shelf = shelf(chunk.capacity());
    if (shelf == null
        || shelf.bytes + shelf.capacity > shelf.limitBytes
        || !budget.admitsIdle(shelf.capacity)) {
      return;
    }
    chunk.start = 0;
    chunk.end = 0;
    chunk.next = shelf.top;
    shelf.top = chunk;
    shelf.bytes += shelf.capacity;
    budget.onIdle(shelf.capacity);
  }

  @Override
  public long giveUp(long bytes) {
    long left = bytes;
    for (Shelf shelf : new Shelf[] {bulk, large, medium, small}) {
      while (left > 0 && shelf.top != null) {
        left -= shelf.capacity;
        remove(shelf);
      }
    }
    return left;
  }

  private void remove(Shelf shelf) {
    Chunk chunk = shelf.top;
    shelf.top = chunk.next;
    chunk.next = null;
    shelf.bytes -= shelf.capacity;
    budget.onIdle(-shelf.capacity);
  }

  private Shelf shelf(int capacity) {
    return switch (capacity) {
      case SMALL_BYTES -> small;
      case MEDIUM_BYTES -> medium;
      case CHUNK_BYTES -> large;
      case BULK_BYTES -> bulk;
      default -> null;
    };
  }

  /** Overwrites bytes that are no longer valid, so that tests notice a reader that still looks. */
  static boolean poison(byte[] bytes, int from, int to) {
    Arrays.fill(bytes, from, to, POISON);
    return true;
  }
}
