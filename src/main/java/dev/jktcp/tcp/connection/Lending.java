package dev.jktcp.tcp.connection;

import java.util.Arrays;

/**
 * The loans of one stack. Receive buffers borrow payload of received packets until these are
 * released; a reader borrows bytes of a packet or a buffer for the length of a call.
 */
public final class Lending {
  /** As many loans as a batch may have packets; payload of further packets is copied at once. */
  private static final int MAX_LOANS = 1024;

  private static final int FIRST_LOANS = 32;

  private final ChunkPool pool;
  private final ByteBudget budget;
  private final Slice shown = new Slice();
  private boolean showing;
  private Chunk emptied; // a reader is being shown its last bytes
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
   * @param stays whether its bytes stay unchanged until {@link #releasePackets}
   */
  public void onPacket(boolean stays) {
    packetStays = stays;
  }

  /**
   * Whether payload of the packet being processed may be borrowed. If memory is scarce, it is
   * copied at once, while memory for it is known to be there.
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

  /** Copies unread payload: the bytes of all packets are their owner's again. */
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

  /** Shows the last bytes of a chunk, which is free once the reader has seen them. */
  Slice showLast(Chunk chunk) {
    emptied = chunk;
    return show(chunk.bytes, chunk.start, chunk.size());
  }

  /**
   * Shows bytes of a packet. With assertions on, they are a copy: poisoning the packet's own bytes
   * would harm its owner.
   */
  Slice showPacket(byte[] bytes, int offset, int length) {
    boolean spoils = false;
    assert spoils = true;
    return spoils
        ? show(Arrays.copyOfRange(bytes, offset, offset + length), 0, length)
        : show(bytes, offset, length);
  }

  /** The stack is called: slices shown before are no longer valid. */
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
