package dev.jktcp.tcp.connection;

/**
 * The memory of one stack: counts in constant time the bytes held for its peers and users, and
 * decides which account may take more as memory runs short.
 *
 * <p>Idle chunks go first, so that held and idle bytes together stay below 4 eighths. Held bytes,
 * in eighths of the limit:
 *
 * <ul>
 *   <li>below 4, nothing is held back;
 *   <li>from 4, no window's edge advances, except by a little if all bytes were read, or by the
 *       bytes that our own other end has written;
 *   <li>from 5, data out of order is dropped, kept already or newly arrived;
 *   <li>from 6, segments inside a promised window are dropped as if lost, send buffers take no
 *       more, and the largest holders that make no progress are reset;
 *   <li>from 7, writes that would have to wait reset their connection, and from 7 1/2 new
 *       connections are refused;
 *   <li>8 is never exceeded, whatever peers do.
 * </ul>
 *
 * <p>The first three steps spare an account in good use that holds less than half of its share,
 * however much others hold. A share is the limit divided by the number of accounts that hold bytes.
 * An account is in good use if a tenth of its bytes moved lately. A new account may hold {@link
 * #LEAST_SHARE}. The last eighth is for accounts that have moved sixteen times the bytes they hold,
 * so that peers that only begin well cannot take it.
 */
public final class ByteBudget {
  /** Memory that waits for its next use. */
  interface Idle {
    /**
     * Gives up memory, large pieces first, until so many bytes are free or no idle memory is left.
     *
     * @return bytes still missing, if above 0
     */
    long giveUp(long bytes);
  }

  /** A connection without data, its stream and its place in the tables: 1.7 KB were measured. */
  public static final int CONNECTION = 2048;

  /** A half-open connection and its place in the tables: 0.9 KB were measured. */
  public static final int HALF_OPEN = 1024;

  /** A TIME-WAIT record, its addresses and its places in the tables. */
  public static final int TIME_WAIT = 256;

  /** The record of a narrow path: an entry, its address and its place in the table. */
  public static final int PATH = 192;

  /** A packet with some fragments received, its key and its place in the table. */
  public static final int PARTIAL_PACKET = 256;

  /** A UDP port of ours, its queues and its place in the table. */
  public static final int UDP_PORT = 1024;

  /** A waiting datagram without its payload: two objects and their places. */
  public static final int DATAGRAM = 128;

  /**
   * The least that each account may hold, and the least half share: one chunk of a send buffer, or
   * five segments of 1,500 bytes.
   */
  static final int LEAST_SHARE = 8 * 1024;

  /** The least that each account may hold in the last eighth: a segment. */
  private static final int LAST_SHARE = 2 * 1024;

  private static final int EIGHTHS = 8;

  private final Runnable onScarce;
  private long limit;
  private long eighth; // of the limit
  private long fixed;
  private long data;
  private int holders;
  private final Idle[] idlers = new Idle[2]; // the stack's pools
  private long idle;
  private long dropped;
  private long disorderDropped;
  private long reneged;
  private long resets;
  private boolean scarce; // and onScarce was called

  /**
   * @param onScarce called when window edges stop; the answer is {@link #relieved}
   */
  public ByteBudget(long limit, Runnable onScarce) {
    this.limit = limit;
    this.eighth = limit / EIGHTHS;
    this.onScarce = onScarce;
  }

  /** Sets the limit. If more bytes are held, no account gets more until enough were given back. */
  public void limit(long bytes) {
    limit = bytes;
    eighth = bytes / EIGHTHS;
    look();
  }

  public long limit() {
    return limit;
  }

  /** All bytes held, fixed charges included. */
  public long held() {
    return fixed + data;
  }

  /** Bytes held without the fixed charges. */
  public long data() {
    return data;
  }

  /** Bytes of idle chunks, which are given up before any held bytes. */
  public long idle() {
    return idle;
  }

  /** Bytes held and idle. */
  public long total() {
    return held() + idle;
  }

  /** Number of accounts that hold bytes. */
  public int holders() {
    return holders;
  }

  /** So many bytes are held for no account: a record of fixed size, or datagrams. */
  public void charge(long bytes) {
    fixed += bytes;
    look();
  }

  /** So many bytes that were charged are gone. */
  public void release(long bytes) {
    fixed -= bytes;
  }

  /** Whether there is room for another record of this size, which a peer or a user asks for. */
  public boolean admits(int bytes) {
    return held() + bytes <= limit - limit / (2 * EIGHTHS);
  }

  /** Bytes of memory that a waiting datagram takes. */
  public static int ofDatagram(int payload) {
    return payload + DATAGRAM;
  }

  /**
   * Whether there is room for droppable bytes, such as datagrams: they go before any window's edge
   * stops.
   */
  public boolean admitsDroppable(int bytes) {
    return bytes < droppableRoom();
  }

  /** Bytes of room for droppable bytes; may be negative. */
  public long droppableRoom() {
    return eighths(4) - held();
  }

  /** Whether no window's edge may advance. */
  public boolean isScarce() {
    return held() >= eighths(4);
  }

  /** Whether data out of order is dropped. */
  public boolean dropsDisorder() {
    return held() >= eighths(5);
  }

  /** Whether large holders without progress are reset. */
  public boolean resetsIdleHolders() {
    return held() >= eighths(6);
  }

  /** The answer to {@code onScarce}, which from now on may be called again. */
  public void relieved() {
    scarce = false;
    look();
  }

  /** Segments inside a promised window that were dropped. */
  public long dropped() {
    return dropped;
  }

  /** Connections that were reset for want of memory. */
  public long resets() {
    return resets;
  }

  /** How often data out of order was dropped. */
  public long disorderDropped() {
    return disorderDropped;
  }

  /** How often dropped data out of order had been reported to the peer by SACK (RFC 2018 §8). */
  public long reneged() {
    return reneged;
  }

  void onReneged() {
    reneged++;
  }

  void onDropped() {
    dropped++;
  }

  void onReset() {
    resets++;
  }

  void onDisorderDropped() {
    disorderDropped++;
  }

  /** Adds a pool of idle memory; a stack has one of chunks and one of flights. */
  void useIdle(Idle pool) {
    idlers[idlers[0] == null ? 0 : 1] = pool;
  }

  /** Whether a chunk of this size may stay for its next use, without stopping window edges. */
  boolean admitsIdle(int bytes) {
    return total() + bytes <= eighths(4);
  }

  /** So many more bytes are idle; below 0: fewer. */
  void onIdle(int bytes) {
    idle += bytes;
  }

  /**
   * @param inward whether the connection's peer is this stack itself
   */
  ByteAccount open(boolean inward) {
    return new ByteAccount(this, inward);
  }

  /**
   * Bytes by which the account's window may be opened.
   *
   * @param allRead nothing received is held
   */
  long window(ByteAccount account, boolean allRead) {
    if (!isScarce()) {
      return Long.MAX_VALUE;
    }
    long left = eighths(6) - held();
    if (account.isInward()) {
      // Bytes that our own end has written are in this budget already. A stopped window would keep
      // them here for ever.
      return Math.max(ownRoom(account), left);
    }
    // The peer may be as short of memory. A reader that has read everything gets a little more, or
    // the full send buffers of both ends would wait for each other for ever.
    long more = allRead ? Math.min(LEAST_SHARE, left) : 0;
    return Math.max(ownRoom(account), more);
  }

  /**
   * The longest step that a window's edge waits for, in bytes: half of the least share. With a
   * longer one, a reader of large segments would get no window.
   */
  int windowStep() {
    return isScarce() ? LEAST_SHARE / 2 : Integer.MAX_VALUE;
  }

  /** Bytes that the account may keep out of order on top of what it holds. */
  long disorderRoom(ByteAccount account) {
    long common = eighths(5) - held();
    return account.isInGoodUse() ? Math.max(common, ownRoom(account)) : common;
  }

  /** Bytes that the account may take on top of what it holds; may be negative. */
  long room(ByteAccount account) {
    long common = eighths(6) - held();
    return common > ByteAccount.AMPLE ? common : Math.max(common, ownRoom(account));
  }

  /** Bytes of writes that may wait behind a full send buffer. */
  long waitingRoom(ByteAccount account) {
    long most = account.isTrusted() ? limit + eighths(1) : eighths(7);
    long little = Math.min(LEAST_SHARE - account.held(), limit + eighths(1) - held());
    return Math.max(most - held(), little);
  }

  /**
   * Bytes that the account may take however much others hold: a little at the beginning, up to half
   * a share while it is in good use.
   */
  private long ownRoom(ByteAccount account) {
    long share = halfShare(account);
    long most = Math.min(share, Math.max(LEAST_SHARE, account.earned()));
    long room = Math.min(most - account.held(), eighths(7) - held());
    long trusted = Math.min(share, Math.max(LAST_SHARE, account.trusted()));
    long last = Math.min(trusted - account.held(), limit - held());
    return Math.max(0, Math.max(room, last));
  }

  /**
   * Bytes to which a buffer of the account may be tuned: all buffers together find memory before
   * any of it is scarce, however many connections come.
   */
  long tunable(ByteAccount account) {
    return halfShare(account);
  }

  /** Bytes that an account in good use is sure of. */
  long halfShare(ByteAccount account) {
    int among = holders + (account.held() == 0 ? 1 : 0);
    return Math.max(LEAST_SHARE, limit / (2L * among));
  }

  void onHeld(ByteAccount account, long bytes) {
    holders += account.held() == bytes ? 1 : 0;
    data += bytes;
    look();
  }

  void onGone(ByteAccount account, long bytes) {
    holders -= account.held() == 0 ? 1 : 0;
    data -= bytes;
  }

  private void look() {
    long excess = total() - eighths(4);
    if (excess < 0) { // as nearly always
      return;
    }
    if (idle > 0 && excess > 0) {
      giveUp(excess);
    }
    if (!scarce && isScarce()) {
      scarce = true;
      onScarce.run();
    }
  }

  private void giveUp(long bytes) {
    long left = bytes;
    for (int i = 0; i < idlers.length && left > 0 && idlers[i] != null; i++) {
      left = idlers[i].giveUp(left);
    }
  }

  private long eighths(int count) {
    return eighth * count;
  }
}
