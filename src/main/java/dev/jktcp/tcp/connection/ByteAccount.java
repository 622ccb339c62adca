package dev.jktcp.tcp.connection;

/**
 * The memory held for one connection by the stack and by the shell: for bytes received and not
 * read, written and not acknowledged, or waiting. The account also knows whether these bytes move.
 */
public final class ByteAccount {
  /** No single step needs more room than this. */
  static final long AMPLE = 128 * 1024;

  private static final int TENTH = 10;

  /**
   * An account that never takes what it asks for has moved no more than it holds, and so is far
   * from this.
   */
  private static final int TRUST = 16;

  /** How the account's bytes moved since a certain time; exists only while memory is scarce. */
  private static final class Trial {
    final long sinceNs;
    final long held;
    final long moved;
    final long movedBefore; // in the trial before this, or since it was opened

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

  /** Bytes that are held for the connection. */
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
   * Bytes of writes that may be queued or waiting before the writer is told to wait: all that it
   * asks for, unless memory is scarce.
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

  /** Its connection was reset for want of memory. */
  void onReset() {
    budget.onReset();
  }

  /** What was, or would have been, kept out of order was dropped. */
  void onDisorderDropped() {
    budget.onDisorderDropped();
  }

  /** What was kept out of order, and reported by SACK, was dropped. */
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

  /** Bytes to which one of its buffers may be tuned. */
  long tunable() {
    return budget.tunable(this);
  }

  long room() {
    return budget.room(this);
  }

  long disorderRoom() {
    return budget.disorderRoom(this);
  }

  /** Bytes that may be held because of what moved lately: ten times as many. */
  long earned() {
    return TENTH * movedLately();
  }

  /** Bytes that may be held in the last eighth because of all that ever moved. */
  long trusted() {
    return moved / TRUST;
  }

  boolean isTrusted() {
    return trusted() >= held;
  }

  private long movedLately() {
    return trial == null ? moved : moved - trial.moved + trial.movedBefore;
  }

  /** Whether the connection is in good use: a tenth of what it holds moved lately. */
  public boolean isInGoodUse() {
    return movedLately() > 0 && earned() >= held;
  }

  /**
   * Called while memory is scarce.
   *
   * @return whether something is held of which less than a tenth moved for that long
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
