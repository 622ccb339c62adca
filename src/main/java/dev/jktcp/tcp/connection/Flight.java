package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * What is in flight: the sequence space from SND.UNA to SND.NXT in entries, one for each segment as
 * it was cut, oldest first. Entries touch, so each keeps where it ends; the first begins at
 * SND.UNA.
 *
 * <p>An entry has no object of its own: it is a few words in a ring, in an array of the stack's
 * {@link FlightPool} that counts in the connection's account. Two entries fit without one, so an
 * end with a single segment in flight takes nothing from the pool, and memory that is short never
 * keeps a first segment back.
 *
 * <p>Bounded work: an index is found in O(log n), a block of SACK costs that and what it newly
 * marks. Runs of marked entries are skipped: each marked entry knows of one behind it up to which
 * all are marked, and a walk shortens the ways that it took.
 */
final class Flight {
  /** The peer reported it (RFC 2018), and has not taken that back. */
  static final int SACKED = 1;

  /** It is taken for lost as it was sent first, or last if that was after. */
  static final int LOST = 2;

  /** It was sent again, and that copy is thought to be in the network. */
  static final int RETRANSMITTED = 4;

  /** It was sent more than once: its ACK measures no round trip (RFC 6298 §3). */
  static final int EVER_RETRANSMITTED = 8;

  /** The application, not the policy, limited what was in flight when it left. */
  static final int APP_LIMITED = 16;

  /** It asked the peer for an answer: of a closed window, or for the tail of a flight. */
  static final int PROBE = 32;

  /** Its delivery was told; it stays told if the peer reneges. */
  static final int TOLD = 64;

  /** The process was stopped while it was in flight: that time is not the path's. */
  static final int UNTIMED = 128;

  /** What {@link #sack} says of a block that is none, or not in flight. */
  static final int LIES = -1;

  /** Hears of deliveries. */
  interface Reader {
    /**
     * The entry has arrived; its flags are those from before, the sums have heard. Called once in
     * an entry's life. Of entries without any flag, which left in the order of their numbers, an
     * ACK tells the oldest and the newest of a run: the others lie between. A reader only reads.
     *
     * @param sacked whether it is in flight still, because what is before it is missing
     */
    void onDelivered(Flight flight, int index, boolean sacked);

    /** The entry is taken for lost, as it was sent first or again. */
    default void onLost(Flight flight, int index, long nowNs) {}

    /** The peer got [start, end) twice (RFC 2883); all of it was sent. */
    default void onDuplicate(int start, int end) {}

    /** The peer reported [start, end), which cannot be. */
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
  private int againBytes; // of those lost, what is not in the network again
  private int againFrom; // no entry before this one is to be sent again
  private int presumed; // bytes that left the network, as duplicate ACKs say without telling which
  private int sackedEnd; // behind the last marked entry, while any is
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

  /** Nothing is in flight, and what is sent next begins here; so much was delivered before. */
  void open(int seq, long deliveredBefore) {
    assert size == 0;
    delivered = deliveredBefore;
    una = seq;
    nxt = seq;
  }

  /** Entries have the words for rate samples from now on, or not; nothing is in flight. */
  void sample(boolean on) {
    assert size == 0;
    shift = on ? SAMPLED_SHIFT : SHIFT;
    own = new long[OWN << shift];
    words = own;
  }

  // --- sent

  /**
   * Whether another entry can be added. It gets more memory for that, if there is any.
   *
   * @return true at least while there are fewer than two entries
   */
  boolean hasRoom() {
    return size <= mask || grow();
  }

  /** New data from {@link #nxt} on left; {@link #hasRoom} said that it can be recorded. */
  void onSent(int end, long nowNs, int flags) {
    assert size <= mask && Seq.gt(end, nxt);
    int at = at(size++);
    words[at] = word(end, 1, flags);
    words[at + SENT] = nowNs;
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
    words[at(i) + SENT] = nowNs;
  }

  /**
   * Cuts entry {@code i}, which is not marked, behind its first {@code length} bytes.
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
   * Whether {@link #join} makes sense: the next entry is as this one is, but for how often it was
   * sent.
   */
  boolean joins(int i) {
    int same = SACKED | LOST | RETRANSMITTED | TOLD;
    return i + 1 < size && ((flags(i) ^ flags(i + 1)) & same) == 0 && !isSacked(i);
  }

  /** Entry {@code i} and the next become one, which {@link #joins} allows. */
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
   * SND.UNA moves to {@code ack}, which is in flight. Entries before it are told and go; one that
   * is acknowledged in part becomes shorter.
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
   * Entries without flags from this one on leave at once.
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
   * For an ACK as it comes while nothing is lost.
   *
   * @return how many entries it acknowledges; 0 = it ends in the middle of one, or one of them has
   *     a flag
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

  /** SND.UNA moves to {@code ack}: so many entries go, as {@link #plainUpTo} said. */
  void acknowledgePlain(int entries, int ack) {
    inNetwork -= ack - una;
    delivered += ack - una;
    drop(entries);
    if (size == 0) {
      giveBack();
    }
  }

  private void drop(int entries) {
    if (entries > 0) {
      una = end(entries - 1);
      head = head + entries & mask;
      size -= entries;
      againFrom = Math.max(0, againFrom - entries);
    }
  }

  /** So many bytes of the entry, its first, are in flight no more. */
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

  /** Takes what is not marked out of the sums. */
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
   * The peer has [start, end), which begins at SND.UNA or behind it. Entries that are in it only in
   * part count as missing: a receiver keeps segments as they were sent, or reports all of them in
   * the end.
   *
   * @return bytes newly marked, or {@link #LIES}: then nothing was done
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

  /** The first entry behind a marked one that is not marked, or {@link #size}. */
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

  /** RFC 2018 §8: the peer may have dropped what it reported; nothing counts as reported. */
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
   * Entry {@code i} is taken for lost, and the copy that was sent again if there is one.
   *
   * @return false if that is nothing new, or the peer has reported it
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

  /** All is taken for lost that the peer has not reported. */
  void loseAll() {
    for (int i = 0; i < size; i++) {
      lose(i);
    }
  }

  /**
   * Duplicate ACKs of a peer without SACK tell that so many bytes in all have left the network, and
   * not which; below 0, a sender that is careful takes more for there than is in flight.
   */
  void presumeLeft(int bytes) {
    presumed = bytes;
  }

  int presumedLeft() {
    return presumed;
  }

  /**
   * Entry {@code i} was not lost after all: it is in the network as it was sent first.
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
   * The first entry that is lost and was not sent again since; -1 = there is none. Entries are
   * passed over once, unless one before them is lost in the meantime.
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

  /** The connection is over: there are no entries any more. SND.UNA and SND.NXT stay. */
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

  /** Sequence space that it takes, SYN and FIN included. */
  int length(int i) {
    return end(i) - seq(i);
  }

  /** When it left last. */
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

  /** Adds flags that no sum depends on. */
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

  /** The entry that has this number of [{@link #una}, {@link #nxt}). */
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
   * RFC 6675's pipe: bytes that the network is thought to hold. What was sent again without being
   * lost counts twice.
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

  /** Bytes of what was sent again that the network is thought to hold. */
  int againInNetwork() {
    return inNetwork - (bytes() - sackedBytes - lostBytes);
  }

  /** The first entry at {@code i} or behind it that the peer has not reported, or {@link #size}. */
  int missingFrom(int i) {
    return i < size && isSacked(i) ? behindRun(i) : i;
  }

  /** Behind the last byte that the peer has reported; SND.UNA when there is none. */
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

  /** All bytes that ever arrived as far as is known, in order or not. */
  long delivered() {
    return delivered;
  }

  /** The same, but what the peer took back and then got again counts as often. */
  long arrived() {
    return delivered + again;
  }

  /** All bytes that were ever taken for lost. */
  long lost() {
    return lost;
  }

  /** Bytes of memory behind it, out of the pool. */
  int held() {
    return words == own ? 0 : FlightPool.bytesOf(words.length);
  }

  /** Entries looked at so far, for tests that show that work is bounded. */
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

  /** Nothing is in flight. */
  private void giveBack() {
    inNetwork = 0;
    sackedBytes = 0;
    sackedEntries = 0;
    lostBytes = 0;
    againBytes = 0;
    againFrom = 0;
    head = 0;
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

  /** The same the other way. */
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
