package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * The flight: the sequence space from SND.UNA to SND.NXT in entries, one for each segment as it was
 * cut, oldest first. Entries touch, so each keeps only its end; the first begins at SND.UNA.
 *
 * <p>An entry is no object but a few words in a ring. The ring is an array of the stack's {@link
 * FlightPool} and counts in the connection's account. Two entries fit without that array: an end
 * with a single segment in flight takes nothing from the pool, and lack of memory never holds back
 * a first segment.
 *
 * <p>Bounded work: an index is found in O(log n), and a SACK block costs that and a step for each
 * entry newly marked. Runs of marked entries are skipped: each marked entry points to one behind it
 * up to which all are marked, and a walk shortens the paths that it took.
 */
final class Flight {
  /** The peer reported the entry by SACK (RFC 2018) and has not reneged. */
  static final int SACKED = 1;

  /** The copy sent first is taken for lost, or the last one if it was taken for lost later. */
  static final int LOST = 2;

  /** The entry was sent again, and that copy is thought to be in the network. */
  static final int RETRANSMITTED = 4;

  /** The entry was sent more than once: its ACK measures no round trip (RFC 6298 §3). */
  static final int EVER_RETRANSMITTED = 8;

  /** The application, not the policy, limited the flight when the entry left. */
  static final int APP_LIMITED = 16;

  /** The entry probes the peer, at a closed window or at the tail of a flight. */
  static final int PROBE = 32;

  /** The reader was told of the delivery; this stays if the peer reneges. */
  static final int TOLD = 64;

  /** The process was stopped while the entry was in flight: that time is not the path's. */
  static final int UNTIMED = 128;

  /** {@link #sack} returns this for a block that is malformed or not in flight. */
  static final int LIES = -1;

  /** Is told of deliveries and losses. */
  interface Reader {
    /**
     * The entry has arrived; its flags are those from before, the sums are already updated. Called
     * once in an entry's life. For a run of entries without flags, which left in the order of their
     * numbers, only the oldest and the newest are told. A reader changes nothing in the flight.
     *
     * @param sacked whether it stays in flight, because an entry before it is missing
     */
    void onDelivered(Flight flight, int index, boolean sacked);

    /** The entry is taken for lost, its first copy or a later one. */
    default void onLost(Flight flight, int index, long nowNs) {}

    /** The peer got [start, end) twice (RFC 2883); all of it was sent. */
    default void onDuplicate(int start, int end) {}

    /** The peer reported [start, end), which cannot be true. */
    default void onLie(int start, int end) {}
  }

  // The words of an entry. The first: where it ends, how many entries to skip, flags.
  private static final int SENT = 1;
  private static final int DELIVERED = 2;
  private static final int DELIVERED_NS = 3;
  private static final int FIRST_SENT = 4;
  private static final int LOST_BEFORE = 5;
  private static final int IN_FLIGHT = 6;

  private static final int SHIFT = 1; // two words an entry
  private static final int SAMPLED_SHIFT = 3; // eight
  private static final int OWN = 2; // entries without the pool

  private static final int MOST_AHEAD_NS = 1_000_000; // retransmissions of one instant

  private static final int FLAG_BITS = 12;
  private static final int FLAGS = (1 << FLAG_BITS) - 1;
  private static final int MOST_SKIPPED = (1 << 32 - FLAG_BITS) - 1;

  private final FlightPool pool;
  private final ByteAccount account;
  private long[] own;
  private long[] words;
  private int mask; // of the ring's slots
  private int shift = SHIFT;
  private int head; // the slot of entry 0
  private int size;

  private int una;
  private int nxt;
  private int inNetwork;
  private int sackedBytes;
  private int sackedEntries;
  private int lostBytes;
  private int againBytes; // of those lost, the bytes that are not in the network again
  private int againFrom; // no entry before this one is to be sent again
  private int presumed; // bytes that left the network by duplicate ACKs, of unknown entries
  private int sackedEnd; // end of the last marked entry, while there is one
  private long lastNs; // when the last segment left, as its entry has it
  private int lastEnd;
  private long delivered;
  private long again; // bytes of these that arrived once more after the peer reneged
  private long lost;
  private long steps;

  Flight(FlightPool pool, ByteAccount account) {
    this.pool = pool;
    this.account = account;
    own = new long[OWN << SHIFT];
    words = own;
    mask = OWN - 1;
  }

  /**
   * The flight is empty and the next segment begins at {@code seq}; so many bytes were delivered
   * before.
   */
  void open(int seq, long deliveredBefore) {
    assert size == 0;
    delivered = deliveredBefore;
    una = seq;
    nxt = seq;
    lastEnd = seq;
  }

  /** From now on entries have the words for rate samples, or not. The flight must be empty. */
  void sample(boolean on) {
    assert size == 0;
    shift = on ? SAMPLED_SHIFT : SHIFT;
    own = new long[OWN << shift];
    words = own;
  }

  // --- sent

  /**
   * Whether another entry can be added. If need be, the ring gets more memory for it.
   *
   * @return always true while there are fewer than two entries
   */
  boolean hasRoom() {
    return size <= mask || grow();
  }

  /** New data from {@link #nxt} on left, after {@link #hasRoom} returned true. */
  void onSent(int end, long nowNs, int flags) {
    assert size <= mask && Seq.gt(end, nxt);
    int at = at(size++);
    words[at] = word(end, 1, flags);
    words[at + SENT] = inOrder(end, nowNs);
    inNetwork += end - nxt;
    nxt = end;
  }

  /** For rate samples, right behind {@link #onSent} or {@link #onSentAgain}. */
  void rateAtSend(
      int i, long delivered, long deliveredNs, long firstSentNs, long lost, int inFlight) {
    int at = at(i);
    words[at + DELIVERED] = delivered;
    words[at + DELIVERED_NS] = deliveredNs;
    words[at + FIRST_SENT] = firstSentNs;
    words[at + LOST_BEFORE] = lost;
    words[at + IN_FLIGHT] = inFlight;
  }

  /** Entry {@code i} left once more. */
  void onSentAgain(int i, long nowNs) {
    int flags = flags(i);
    assert (flags & SACKED) == 0;
    if ((flags & RETRANSMITTED) == 0) {
      inNetwork += length(i);
      if ((flags & LOST) != 0) {
        againBytes -= length(i);
      }
    }
    flags(i, flags | RETRANSMITTED | EVER_RETRANSMITTED);
    words[at(i) + SENT] = inOrder(end(i), nowNs);
  }

  /**
   * The time at which a segment leaves. Of one instant, RFC 8985 §6.2 takes the one with the higher
   * number for the later. If the lower one leaves later, its time is a nanosecond more; otherwise
   * the arrival of the higher one would prove it lost. A new flight may begin in that instant, for
   * the round trip to an end of the same stack is 0. A time further ahead says nothing.
   */
  private long inOrder(int end, long nowNs) {
    boolean later = nowNs - lastNs > 0 || (size == 1 && lastNs - nowNs > MOST_AHEAD_NS);
    lastNs = later ? nowNs : Seq.gt(end, lastEnd) ? lastNs : lastNs + 1;
    lastEnd = end;
    return lastNs;
  }

  /**
   * Cuts entry {@code i}, which is not marked, after its first {@code length} bytes.
   *
   * @return false when there is no memory for another entry
   */
  boolean split(int i, int length) {
    assert length > 0 && length < length(i) && !isSacked(i);
    if (!hasRoom()) {
      return false;
    }
    int cut = seq(i) + length;
    insert(i);
    System.arraycopy(words, at(i + 1), words, at(i), 1 << shift);
    words[at(i)] = word(cut, 1, flags(i + 1));
    if (againFrom > i) {
      againFrom++;
    }
    return true;
  }

  /**
   * Whether {@link #join} makes sense: the next entry is like this one, except for how often it was
   * sent.
   */
  boolean joins(int i) {
    int same = SACKED | LOST | RETRANSMITTED | TOLD;
    return i + 1 < size && ((flags(i) ^ flags(i + 1)) & same) == 0 && !isSacked(i);
  }

  /** Entry {@code i} and the next become one, after {@link #joins} returned true. */
  void join(int i) {
    assert joins(i);
    int next = at(i + 1);
    long sentNs = words[next + SENT];
    int flags = flags(i) | flags(i + 1);
    words[at(i)] = word(end(i + 1), 1, flags);
    words[at(i) + SENT] = sentNs - sentNs(i) > 0 ? sentNs : sentNs(i);
    remove(i + 1);
    if (againFrom > i) {
      againFrom = Math.max(i, againFrom - 1);
    }
  }

  // --- delivered

  /**
   * SND.UNA moves to {@code ack}, which is in flight. Entries before it are told to the reader and
   * leave; an entry acknowledged in part becomes shorter.
   */
  void acknowledge(int ack, Reader reader) {
    int gone = 0;
    while (gone < size && Seq.leq(end(gone), ack)) {
      if (flags(gone) == 0) {
        gone = leaveRun(gone, ack, reader);
      } else {
        sackedEntries -= flags(gone) & SACKED;
        leave(gone, length(gone));
        tell(gone, false, reader);
        gone++;
      }
    }
    drop(gone);
    if (size == 0) {
      giveBack();
    } else if (ack != una) {
      leave(0, ack - una);
      una = ack;
    }
  }

  /**
   * Entries without flags leave, from this one on.
   *
   * @return the first that does not
   */
  private int leaveRun(int from, int ack, Reader reader) {
    int last = from;
    while (last + 1 < size && flags(last + 1) == 0 && Seq.leq(end(last + 1), ack)) {
      last++;
    }
    int length = end(last) - seq(from);
    inNetwork -= length;
    delivered += length;
    reader.onDelivered(this, from, false);
    if (last > from) {
      reader.onDelivered(this, last, false);
    }
    return last + 1;
  }

  /**
   * Counts the entries of an ACK that comes while nothing is lost.
   *
   * @return entries acknowledged; 0 = the ACK ends in the middle of one, or one of them has a flag
   */
  int plainUpTo(int ack) {
    for (int i = 0; i < size; i++) {
      long word = words[at(i)];
      int end = (int) (word >> 32);
      if (((int) word & FLAGS) != 0 || Seq.gt(end, ack)) {
        return 0;
      }
      if (end == ack) {
        return i + 1;
      }
    }
    return 0;
  }

  /** SND.UNA moves to {@code ack}: so many entries leave, as {@link #plainUpTo} returned. */
  void acknowledgePlain(int entries, int ack) {
    inNetwork -= ack - una;
    delivered += ack - una;
    una = ack;
    leaveRing(entries);
    if (size == 0) { // all sums are 0
      head = 0;
      returnMemory();
    }
  }

  private void drop(int entries) {
    if (entries > 0) {
      una = end(entries - 1);
      leaveRing(entries);
    }
  }

  private void leaveRing(int entries) {
    head = head + entries & mask;
    size -= entries;
    againFrom = Math.max(0, againFrom - entries);
  }

  /** The first {@code length} bytes of the entry are no longer in flight. */
  private void leave(int i, int length) {
    int flags = flags(i);
    if ((flags & SACKED) != 0) {
      sackedBytes -= length;
      return;
    }
    forget(flags, length);
    deliver(flags, length);
  }

  private void deliver(int flags, int length) {
    if ((flags & TOLD) == 0) {
      delivered += length;
    } else {
      again += length;
    }
  }

  /** Takes an entry that is not marked out of the sums. */
  private void forget(int flags, int length) {
    if ((flags & LOST) == 0) {
      inNetwork -= length;
    } else {
      lostBytes -= length;
    }
    if ((flags & RETRANSMITTED) != 0) {
      inNetwork -= length;
    } else if ((flags & LOST) != 0) {
      againBytes -= length;
    }
  }

  private void tell(int i, boolean sacked, Reader reader) {
    int flags = flags(i);
    if ((flags & TOLD) == 0) {
      reader.onDelivered(this, i, sacked);
    }
  }

  /**
   * The peer has [start, end), which begins at SND.UNA or later. Entries only partly inside count
   * as missing: a receiver keeps segments as they were sent, or reports all of them in the end.
   *
   * @return bytes newly marked; {@link #LIES} = the block was ignored
   */
  int sack(int start, int end, Reader reader) {
    if (Seq.geq(start, end) || Seq.lt(start, una) || Seq.gt(end, nxt)) {
      return LIES;
    }
    int i = indexOf(start);
    if (seq(i) != start && !isSacked(i)) {
      i++;
    }
    int newly = 0;
    while (i < size && Seq.leq(end(i), end)) {
      steps++;
      if (isSacked(i)) {
        i = behindRun(i);
      } else {
        newly += mark(i, reader);
        i++;
      }
    }
    return newly;
  }

  private int mark(int i, Reader reader) {
    int flags = flags(i);
    int length = length(i);
    forget(flags, length);
    if (sackedBytes == 0 || Seq.gt(end(i), sackedEnd)) {
      sackedEnd = end(i);
    }
    sackedBytes += length;
    sackedEntries++;
    deliver(flags, length);
    tell(i, true, reader);
    words[at(i)] = word(end(i), 1, flags(i) & ~(LOST | RETRANSMITTED) | SACKED | TOLD);
    return length;
  }

  /** The first entry after a marked one that is not marked, or {@link #size}. */
  private int behindRun(int from) {
    int behind = from;
    while (behind < size && isSacked(behind)) {
      steps++;
      behind += skip(behind);
    }
    for (int i = from; i < behind; ) {
      int next = i + skip(i);
      skip(i, behind - i);
      i = next;
    }
    return behind;
  }

  /** RFC 2018 §8: the peer may have dropped reported data; nothing counts as reported any more. */
  void forgetSacks() {
    for (int i = 0; i < size && sackedBytes > 0; i++) {
      if (isSacked(i)) {
        sackedBytes -= length(i);
        sackedEntries--;
        inNetwork += length(i);
        words[at(i)] = word(end(i), 1, flags(i) & ~SACKED);
      }
    }
  }

  // --- lost

  /**
   * Entry {@code i} is taken for lost, with the copy sent again if there is one.
   *
   * @return false if it counted as lost already, or the peer has reported it
   */
  boolean lose(int i) {
    int flags = flags(i);
    if ((flags & SACKED) != 0 || (flags & (LOST | RETRANSMITTED)) == LOST) {
      return false;
    }
    int length = length(i);
    forget(flags, length);
    lostBytes += length;
    againBytes += length;
    lost += length;
    againFrom = Math.min(againFrom, i);
    flags(i, (flags | LOST) & ~RETRANSMITTED);
    return true;
  }

  /** Every entry that the peer has not reported is taken for lost. */
  void loseAll() {
    for (int i = 0; i < size; i++) {
      lose(i);
    }
  }

  /**
   * Duplicate ACKs of a peer without SACK show that so many bytes in all have left the network, but
   * not which. If below 0, a careful sender counts more bytes in the network than are in flight.
   */
  void presumeLeft(int bytes) {
    presumed = bytes;
  }

  int presumedLeft() {
    return presumed;
  }

  /**
   * Entry {@code i} was not lost after all: its first copy is in the network.
   *
   * @see #LOST
   */
  void find(int i) {
    int flags = flags(i);
    if ((flags & LOST) == 0) {
      return;
    }
    int length = length(i);
    lostBytes -= length;
    inNetwork += length;
    if ((flags & RETRANSMITTED) == 0) {
      againBytes -= length;
    }
    flags(i, flags & ~LOST);
  }

  /**
   * The first entry that is lost and was not sent again since; -1 = there is no such entry. Each
   * entry is looked at once, unless one before it is lost meanwhile.
   */
  int nextToSendAgain() {
    if (againBytes == 0) {
      return -1;
    }
    while ((flags(againFrom) & (LOST | RETRANSMITTED)) != LOST) {
      steps++;
      againFrom = isSacked(againFrom) ? behindRun(againFrom) : againFrom + 1;
    }
    return againFrom;
  }

  /** The connection is over: the entries go, SND.UNA and SND.NXT stay. */
  void clear() {
    size = 0;
    giveBack();
  }

  // --- getters

  int size() {
    return size;
  }

  /** SND.UNA. */
  int una() {
    return una;
  }

  /** SND.NXT. */
  int nxt() {
    return nxt;
  }

  /** All between SND.UNA and SND.NXT. */
  int bytes() {
    return nxt - una;
  }

  int seq(int i) {
    return i == 0 ? una : end(i - 1);
  }

  int end(int i) {
    return (int) (words[at(i)] >>> 32);
  }

  /** Sequence space of the entry, SYN and FIN included. */
  int length(int i) {
    return end(i) - seq(i);
  }

  /** When the entry left last, in ns. */
  long sentNs(int i) {
    return words[at(i) + SENT];
  }

  int flags(int i) {
    return (int) words[at(i)] & FLAGS;
  }

  boolean isSacked(int i) {
    return (words[at(i)] & SACKED) != 0;
  }

  /** The process was stopped. */
  void onStop() {
    for (int i = 0; i < size; i++) {
      addFlags(i, UNTIMED);
    }
  }

  /** Adds flags that do not count in any sum. */
  void addFlags(int i, int more) {
    assert (more & (SACKED | LOST | RETRANSMITTED | TOLD)) == 0;
    flags(i, flags(i) | more);
  }

  /** Takes back what {@link #addFlags} added. */
  void dropFlags(int i, int fewer) {
    assert (fewer & (SACKED | LOST | RETRANSMITTED | TOLD)) == 0;
    flags(i, flags(i) & ~fewer);
  }

  long deliveredAtSend(int i) {
    return words[at(i) + DELIVERED];
  }

  long deliveredNsAtSend(int i) {
    return words[at(i) + DELIVERED_NS];
  }

  long firstSentNs(int i) {
    return words[at(i) + FIRST_SENT];
  }

  long lostAtSend(int i) {
    return words[at(i) + LOST_BEFORE];
  }

  int inFlightAtSend(int i) {
    return (int) words[at(i) + IN_FLIGHT];
  }

  /** The entry that contains this sequence number of [{@link #una}, {@link #nxt}). */
  int indexOf(int seq) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      steps++;
      int middle = low + high >>> 1;
      if (Seq.gt(end(middle), seq)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * RFC 6675's pipe: bytes that the network is thought to hold. Bytes sent again without being lost
   * count twice.
   */
  int inNetwork() {
    return inNetwork - presumed;
  }

  int sackedBytes() {
    return sackedBytes;
  }

  /** Segments that the peer has reported. */
  int sackedEntries() {
    return sackedEntries;
  }

  /** Bytes sent again that the network is thought to hold. */
  int againInNetwork() {
    return inNetwork - (bytes() - sackedBytes - lostBytes);
  }

  /** The first entry at {@code i} or behind it that the peer has not reported, or {@link #size}. */
  int missingFrom(int i) {
    return i < size && isSacked(i) ? behindRun(i) : i;
  }

  /** The end of the last byte that the peer has reported; SND.UNA if it has reported none. */
  int sackedEnd() {
    return sackedBytes > 0 ? sackedEnd : una;
  }

  /** Bytes that are taken for lost, sent again or not. */
  int lostBytes() {
    return lostBytes;
  }

  /** Bytes that are lost and not in the network again. */
  int bytesToSendAgain() {
    return againBytes;
  }

  /** All bytes known to have arrived so far, in order or not. */
  long delivered() {
    return delivered;
  }

  /** The same, but bytes that arrived again after the peer reneged count each time. */
  long arrived() {
    return delivered + again;
  }

  /** All bytes that were ever taken for lost. */
  long lost() {
    return lost;
  }

  /** Bytes of memory taken from the pool. */
  int held() {
    return words == own ? 0 : FlightPool.bytesOf(words.length);
  }

  /** Entries looked at so far, for tests that bound the work. */
  long steps() {
    return steps;
  }

  // --- the ring

  private int at(int i) {
    return (head + i & mask) << shift;
  }

  private static long word(int end, int skip, int flags) {
    return (long) end << 32 | (skip << FLAG_BITS | flags) & 0xffff_ffffL;
  }

  private void flags(int i, int flags) {
    int at = at(i);
    words[at] = words[at] & ~(long) FLAGS | flags;
  }

  private int skip(int i) {
    return (int) words[at(i)] >>> FLAG_BITS;
  }

  private void skip(int i, int entries) {
    words[at(i)] = word(end(i), Math.min(MOST_SKIPPED, entries), flags(i));
  }

  private boolean grow() {
    long[] larger = pool.grow(words, head << shift, size << shift, held(), account);
    if (larger == null) {
      return false;
    }
    words = larger;
    mask = (larger.length >> shift) - 1;
    head = 0;
    return true;
  }

  /** The flight is empty: the ring's memory goes back. */
  private void giveBack() {
    inNetwork = 0;
    sackedBytes = 0;
    sackedEntries = 0;
    lostBytes = 0;
    againBytes = 0;
    againFrom = 0;
    head = 0;
    returnMemory();
  }

  private void returnMemory() {
    if (words != own) {
      long[] pooled = words;
      words = own;
      mask = OWN - 1;
      pool.giveBack(pooled, account);
    }
  }

  /** Makes room for an entry before entry {@code i}, by moving those on the shorter side. */
  private void insert(int i) {
    if (i < size / 2) {
      head = head - 1 & mask;
      size++;
      for (int to = 0; to < i; to++) {
        move(to + 1, to);
      }
    } else {
      size++;
      for (int to = size - 1; to > i; to--) {
        move(to - 1, to);
      }
    }
  }

  /** Removes entry {@code i}, by moving those on the shorter side. */
  private void remove(int i) {
    if (i < size / 2) {
      for (int to = i; to > 0; to--) {
        move(to - 1, to);
      }
      head = head + 1 & mask;
    } else {
      for (int to = i; to < size - 1; to++) {
        move(to + 1, to);
      }
    }
    size--;
  }

  private void move(int from, int to) {
    System.arraycopy(words, at(from), words, at(to), 1 << shift);
  }
}
