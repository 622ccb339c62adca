package dev.jktcp.tcp.connection;

/**
 * The memory that the stack and the shell hold for one connection: bytes received and not read,
 * written and not acknowledged, or waiting. The account also knows whether these bytes move.
 */
public final class ByteAccount {
  /** No single step needs more room than this. */
  static final long AMPLE = 128 * 1024;

  private static final int TENTH = 10;

  /**
   * Bytes moved for each byte held in the last eighth. If a peer asks for data and never takes it,
   * the account has moved no more than it holds, far less than this.
   */
  private static final int TRUST = 16;

  /** The account's movement since a certain time; exists only while memory is scarce. */
  private static final class Trial {
    final long sinceNs;
    final long held;
    final long moved;
    final long movedBefore; // in the trial before this one, or since the account was opened

    Trial(long sinceNs, long held, long moved, long movedBefore) {
      this.sinceNs = sinceNs;
      this.held = held;
      this.moved = moved;
      this.movedBefore = movedBefore;
    }
  }

  private final ByteBudget budget;
  private long held;
  private long moved; // read by the user or acknowledged by the peer
  private Trial trial;
  private final boolean inward; // the connection's peer is this stack itself

  ByteAccount(ByteBudget budget, boolean inward) {
    this.budget = budget;
    this.inward = inward;
  }

  boolean isInward() {
    return inward;
  }

  /** Bytes held for the connection. */
  public long held() {
    return held;
  }

  /** So many bytes more are held. */
  public void hold(long bytes) {
    if (bytes > 0) {
      held += bytes;
      budget.onHeld(this, bytes);
    }
  }

  /** So many bytes fewer are held. */
  public void letGo(long bytes) {
    if (bytes > 0) {
      held -= bytes;
      budget.onGone(this, bytes);
      if (held == 0) {
        trial = null; // all of it moved
      }
    }
  }

  /** Bytes have reached their reader, or the peer has acknowledged them. */
  public void moved(int bytes) {
    moved += bytes;
  }

  /** Bytes that a write may leave waiting behind the send buffer. */
  public long waitingRoom() {
    return budget.waitingRoom(this);
  }

  /**
   * Bytes of writes that may be queued or waiting before the writer has to wait: without limit
   * unless memory is scarce.
   */
  public long writeAllowance() {
    if (!budget.isScarce()) {
      return Long.MAX_VALUE;
    }
    boolean next = waitingRoom() >= ByteBudget.LEAST_SHARE; // another write could wait
    return next ? budget.halfShare(this) : 1;
  }

  /** A segment was dropped for want of memory. */
  void onDropped() {
    budget.onDropped();
  }

  /** The connection was reset for want of memory. */
  void onReset() {
    budget.onReset();
  }

  /** Data out of order was dropped, kept already or just arrived. */
  void onDisorderDropped() {
    budget.onDisorderDropped();
  }

  /** Data kept out of order, and reported by SACK, was dropped. */
  void onReneged() {
    budget.onReneged();
  }

  long window(boolean allRead) {
    return budget.window(this, allRead);
  }

  int windowStep() {
    return budget.windowStep();
  }

  boolean isScarce() {
    return budget.isScarce();
  }

  /** Bytes to which one of the connection's buffers may be tuned. */
  long tunable() {
    return budget.tunable(this);
  }

  long room() {
    return budget.room(this);
  }

  long disorderRoom() {
    return budget.disorderRoom(this);
  }

  /** Bytes that may be held: ten times as many as moved lately. */
  long earned() {
    return TENTH * movedLately();
  }

  /** Bytes that may be held in the last eighth of the budget: a share of all that ever moved. */
  long trusted() {
    return moved / TRUST;
  }

  boolean isTrusted() {
    return trusted() >= held;
  }

  private long movedLately() {
    return trial == null ? moved : moved - trial.moved + trial.movedBefore;
  }

  /** Whether the connection is in good use: a tenth of the bytes it holds moved lately. */
  public boolean isInGoodUse() {
    return movedLately() > 0 && earned() >= held;
  }

  /**
   * Called while memory is scarce.
   *
   * @return whether bytes are held of which less than a tenth moved for that long
   */
  public boolean isIdleFor(long patienceNs, long nowNs) {
    if (trial == null || trial.held == 0) {
      trial = new Trial(nowNs, held, moved, movedLately());
      return false;
    }
    if (nowNs - trial.sinceNs < patienceNs) {
      return false;
    }
    long movedSince = moved - trial.moved;
    boolean idle = movedSince * TENTH < trial.held;
    trial = new Trial(nowNs, held, moved, movedSince);
    return idle;
  }

  /** Memory is not scarce any more. */
  public void endTrial() {
    trial = null;
  }
}
