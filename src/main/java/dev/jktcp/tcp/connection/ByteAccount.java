package dev.jktcp.tcp.connection;

/**
 * What is held for one connection, by the stack and by the shell: received and not read, written
 * and not acknowledged, waiting. It also knows whether its bytes move.
 */
public final class ByteAccount {
  /** Room that no single step needs more of. */
  static final long AMPLE = 2L * ReceiveBuffer.MAX_CHUNK;

  private static final int TENTH = 10;

  /** How it did since a certain time; exists only while memory is scarce. */
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

  ByteAccount(ByteBudget budget) {
    this.budget = budget;
  }

  /** Bytes that are held for it. */
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

  /** So many fewer. */
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
    return budget.isScarce() ? budget.halfShare(this) : Long.MAX_VALUE;
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

  long window() {
    return budget.window(this);
  }

  long room() {
    return budget.room(this);
  }

  long disorderRoom() {
    return budget.disorderRoom(this);
  }

  /** What it may hold because of what moved lately: ten times that. */
  long earned() {
    return TENTH * movedLately();
  }

  private long movedLately() {
    return trial == null ? moved : moved - trial.moved + trial.movedBefore;
  }

  /** Whether it is in good use: a tenth of what it holds moved lately. */
  boolean isInGoodUse() {
    return movedLately() > 0 && earned() >= held;
  }

  /**
   * Memory is scarce.
   *
   * @return whether it holds something of which less than a tenth moved for that long
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
