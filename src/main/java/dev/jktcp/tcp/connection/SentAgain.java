package dev.jktcp.tcp.connection;

/**
 * Which segments were sent again, in the order of sending: that is not the order of their sequence
 * numbers, and RFC 8985 §6.2 looks for those that left before a time. Each is looked at until it is
 * judged, and then never again.
 *
 * <p>A note is the number of a segment's last byte and when it left; a segment that left once more
 * has a younger note, so the older one is stale and is passed over. Memory comes from the stack's
 * {@link FlightPool}. If there is none, a segment goes without a note: its loss is left to the
 * timer.
 */
final class SentAgain {
  /**
   * Notes tell times to about a microsecond, which is less than a segment takes to be sent twice.
   */
  private static final int TIME_SHIFT = 10;

  private static final int OWN = 2; // without the pool: a probe, and the oldest segment

  private final FlightPool pool;
  private final ByteAccount account;
  private long[] notes = new long[OWN];
  private int head;
  private int size;
  private int missed; // while memory was short

  SentAgain(FlightPool pool, ByteAccount account) {
    this.pool = pool;
    this.account = account;
  }

  /** Entry {@code i} has just left again. */
  void note(Flight flight, int i) {
    if (size == notes.length && !makeRoom(flight)) {
      return;
    }
    notes[head + size++ & notes.length - 1] =
        (long) (flight.end(i) - 1) << 32 | time(flight.sentNs(i)) & 0xffff_ffffL;
  }

  /**
   * The entry that left again first, of those that are in the network still; -1 = there is none.
   * Notes of others are gone for good.
   */
  int oldest(Flight flight) {
    for (; size > 0; dropOldest()) {
      int i = entry(flight, notes[head]);
      if (i >= 0) {
        return i;
      }
    }
    clear();
    return -1;
  }

  /** What {@link #oldest} said is judged. */
  void dropOldest() {
    head = head + 1 & notes.length - 1;
    size--;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Nothing is in flight. */
  void clear() {
    head = 0;
    size = 0;
    if (notes.length > OWN) {
      long[] pooled = notes;
      notes = new long[OWN];
      pool.giveBack(pooled, account);
    }
  }

  /** -1 = it was delivered, lost again or sent again since. */
  private static int entry(Flight flight, long note) {
    int last = last(note);
    if (last - flight.una() < 0 || last - flight.nxt() >= 0) {
      return -1;
    }
    int i = flight.indexOf(last);
    boolean there =
        (flight.flags(i) & Flight.RETRANSMITTED) != 0 && time(flight.sentNs(i)) == (int) note;
    return there ? i : -1;
  }

  /**
   * A larger array comes. If there is no memory, stale notes behind the first go; that is tried
   * once for as many notes as it looks at.
   */
  private boolean makeRoom(Flight flight) {
    if (grow()) {
      return true;
    }
    if (missed++ % notes.length != 0) {
      return false;
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      long note = notes[head + i & notes.length - 1];
      if (entry(flight, note) >= 0) {
        notes[head + kept++ & notes.length - 1] = note;
      }
    }
    size = kept;
    return size < notes.length;
  }

  private boolean grow() {
    long[] larger = pool.grow(notes, head, size, held(), account);
    if (larger == null) {
      return false;
    }
    notes = larger;
    head = 0;
    return true;
  }

  /** Bytes of memory behind it, out of the pool. */
  int held() {
    return notes.length > OWN ? FlightPool.bytesOf(notes.length) : 0;
  }

  private static int last(long note) {
    return (int) (note >> 32);
  }

  private static int time(long ns) {
    return (int) (ns >> TIME_SHIFT);
  }
}
