package dev.jktcp.tcp.connection;

/**
 * Idle arrays of {@link Flight}s of one stack, in classes of size a factor of 4 apart. Their bytes
 * count in the stack's budget and are given up before any that are held. Arrays beyond the limit go
 * to the collector.
 */
public final class FlightPool implements ByteBudget.Idle {
  /** The smallest: 16 segments in 256 bytes. */
  private static final int SMALLEST = 32;

  private static final int GROWTH = 4;

  /** The largest: 2^18 segments in 4 MiB, more than a window of 256 MiB has. */
  private static final int CLASSES = 8;

  /** Idle arrays of one class: more come together only if as many transfers end at once. */
  private static final int MOST_OF_CLASS = 64;

  private final ByteBudget budget;
  private final int limitBytes;
  private final long[][][] idle = new long[CLASSES][][];
  private final int[] counts = new int[CLASSES];
  private int bytes;

  /**
   * @param limitBytes most memory that idle arrays may hold
   */
  public FlightPool(int limitBytes, ByteBudget budget) {
    this.limitBytes = limitBytes;
    this.budget = budget;
    budget.useIdle(this);
  }

  /**
   * Moves a full ring to the beginning of an array of the next class.
   *
   * @param head index of its first word in the ring
   * @param used number of its words
   * @param held bytes of the ring that the account holds; 0 = the ring is not from this pool
   * @return null = no memory or no larger class; nothing has changed
   */
  long[] grow(long[] ring, int head, int used, int held, ByteAccount account) {
    int length = lengthAbove(ring.length);
    int more = bytesOf(length) - held;
    if (length == 0 || account.room() < more) {
      return null;
    }
    long[] larger = take(length);
    int first = Math.min(used, ring.length - head);
    System.arraycopy(ring, head, larger, 0, first);
    System.arraycopy(ring, 0, larger, first, used - first);
    account.hold(more);
    if (held > 0) {
      give(ring);
    }
    return larger;
  }

  /** The account lets go of an array of this pool. */
  void giveBack(long[] array, ByteAccount account) {
    account.letGo(bytesOf(array.length));
    give(array);
  }

  /** The length of the next larger class; 0 = there is no larger one. */
  private static int lengthAbove(int length) {
    int above = SMALLEST;
    for (int i = 0; i < CLASSES; i++, above *= GROWTH) {
      if (above > length) {
        return above;
      }
    }
    return 0;
  }

  static int bytesOf(int length) {
    return length * Long.BYTES;
  }

  /** An array of one of the classes' lengths; its content is undefined. */
  private long[] take(int length) {
    int of = classOf(length);
    if (counts[of] == 0) {
      return new long[length];
    }
    return remove(of);
  }

  private void give(long[] array) {
    int of = classOf(array.length);
    int size = bytesOf(array.length);
    if (counts[of] == MOST_OF_CLASS || bytes + size > limitBytes || !budget.admitsIdle(size)) {
      return;
    }
    if (idle[of] == null) {
      idle[of] = new long[MOST_OF_CLASS][];
    }
    idle[of][counts[of]++] = array;
    bytes += size;
    budget.onIdle(size);
  }

  @Override
  public long giveUp(long wanted) {
    long left = wanted;
    for (int of = CLASSES - 1; of >= 0; of--) {
      while (left > 0 && counts[of] > 0) {
        left -= bytesOf(remove(of).length);
      }
    }
    return left;
  }

  private long[] remove(int of) {
    long[] array = idle[of][--counts[of]];
    idle[of][counts[of]] = null;
    bytes -= bytesOf(array.length);
    budget.onIdle(-bytesOf(array.length));
    return array;
  }

  private static int classOf(int length) {
    int steps = Integer.numberOfTrailingZeros(length) - Integer.numberOfTrailingZeros(SMALLEST);
    return steps / Integer.numberOfTrailingZeros(GROWTH);
  }
}
