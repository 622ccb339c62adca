package dev.jktcp.tcp.connection;

import java.util.Arrays;

/**
 * What one stack lends: payload of received packets to receive buffers until the packets are to be
 * released, and bytes of either to a reader for the length of a call.
 */
public final class Lending {
  /** As many packets as a batch may have; payload of more is copied at once. */
  private static final int MAX_LOANS = 1024;

  private static final int FIRST_LOANS = 32;

  private final ChunkPool pool;
  private final ByteBudget budget;
  private final Slice shown = new Slice();
  private boolean showing;
  private Chunk emptied; // its last bytes are shown
  private Loan[] loans = new Loan[0];
  private int count;
  private boolean packetStays;

  public Lending(ChunkPool pool, ByteBudget budget) {
    this.pool = pool;
    this.budget = budget;
  }

  // --- packets

  /**
   * A packet comes in.
   *
   * @param stays its bytes stay as they are until {@link #releasePackets}
   */
  public void onPacket(boolean stays) {
    packetStays = stays;
  }

  /**
   * Whether payload of the packet that is being taken in may be borrowed. Where memory is scarce it
   * is copied at once, for it is then that there must be memory for it.
   */
  boolean lendsPayload() {
    return packetStays && count < MAX_LOANS && !budget.isScarce();
  }

  Loan borrow(ReceiveBuffer borrower, byte[] bytes, int offset, int length) {
    if (count == loans.length) {
      loans = Arrays.copyOf(loans, Math.max(FIRST_LOANS, 2 * count));
      for (int i = count; i < loans.length; i++) {
        loans[i] = new Loan();
      }
    }
    Loan loan = loans[count++];
    loan.open(borrower, bytes, offset, length);
    return loan;
  }

  /** Copies payload that no reader took: the bytes of all packets are their owner's again. */
  public void releasePackets() {
    packetStays = false;
    for (int i = 0; i < count; i++) {
      ReceiveBuffer borrower = loans[i].borrower();
      if (borrower != null) {
        borrower.keepBorrowed();
      }
    }
    count = 0;
  }

  // --- readers

  /** Shows bytes of a chunk. */
  Slice show(byte[] bytes, int offset, int length) {
    shown.set(bytes, offset, length);
    showing = true;
    return shown;
  }

  /** Shows the last bytes of a chunk, which is free when the reader has seen them. */
  Slice showLast(Chunk chunk) {
    emptied = chunk;
    return show(chunk.bytes, chunk.start, chunk.size());
  }

  /**
   * Shows bytes of a packet. With assertions they are a copy, for a packet is not ours to spoil.
   */
  Slice showPacket(byte[] bytes, int offset, int length) {
    boolean spoils = false;
    assert spoils = true;
    return spoils
        ? show(Arrays.copyOfRange(bytes, offset, offset + length), 0, length)
        : show(bytes, offset, length);
  }

  /** The stack is called: what is shown may not be looked at any longer. */
  public void endShow() {
    if (!showing) {
      return;
    }
    showing = false;
    assert ChunkPool.poison(shown.bytes(), shown.offset(), shown.offset() + shown.length());
    if (emptied != null) {
      pool.give(emptied);
      emptied = null;
    }
  }
}
