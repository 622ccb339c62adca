package dev.jktcp.tcp.connection;

/**
 * Retransmitted segments in the order of sending, which is not that of sequence numbers: RFC 8985
 * §6.2 looks for those that left before a certain time. Each is looked at until it is judged, and
 * then never again.
 *
 * <p>A note holds the number of a segment's last byte and the time it left. If a segment leaves
 * once more, it gets a younger note, and the older one is stale and skipped. Memory comes from the
 * stack's {@link FlightPool}. If the pool has none, a segment goes without a note: its loss is left
 * to the timer.
 */
final class SentAgain {
  /** Notes keep times to about a microsecond: no segment is sent twice within less. */
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
   * The entry that left again first, of those still in the network; -1 = none. Notes of others
   * before it are dropped.
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

  /** The entry that {@link #oldest} returned is judged. */
  void dropOldest() {
    head = head + 1 & notes.length - 1;
    size--;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The flight is empty. */
  void clear() {
    head = 0;
    size = 0;
    if (notes.length > OWN) {
      long[] pooled = notes;
      notes = new long[OWN];
      pool.giveBack(pooled, account);
    }
  }

  /** The entry of a note; -1 = it was delivered, lost again or sent again since. */
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
   * Takes a larger array. If there is no memory, stale notes behind the first go; the next such
   * walk waits for as many new notes as this one looked at.
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

  /** Bytes of memory taken from the pool. */
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
