package dev.jktcp.tcp.connection;

/**
 * Bytes received in order that the user has not taken. If the user reads before the packet is
 * released, the bytes are shown in place; otherwise they are copied. An empty buffer holds no
 * memory.
 */
final class ReceiveBuffer {
  private final ChunkPool pool;
  private final ByteAccount account;
  private final Lending lending;
  private ByteQueue kept; // null while empty
  // Borrowed bytes follow all kept ones.
  private Loan firstLoan;
  private Loan lastLoan;
  private int borrowed;

  ReceiveBuffer(ChunkPool pool, Lending lending, ByteAccount account) {
    this.pool = pool;
    this.account = account;
    this.lending = lending;
  }

  int size() {
    return (kept == null ? 0 : kept.size()) + borrowed;
  }

  /** Bytes of memory behind the buffer, including bytes in packets. */
  int held() {
    return (kept == null ? 0 : kept.held()) + borrowed;
  }

  /** Least memory in bytes that so many more bytes of data need. */
  int growth(int length) {
    boolean fresh = kept == null || lending.lendsPayload();
    return fresh ? length : Math.max(0, length - kept.tailRoom());
  }

  /** Takes payload of the packet being processed. */
  void receive(byte[] from, int offset, int length) {
    if (!lending.lendsPayload()) {
      append(from, offset, length);
      return;
    }
    Loan loan = lending.borrow(this, from, offset, length);
    if (borrowed == 0) {
      firstLoan = loan;
    } else {
      lastLoan.next = loan;
    }
    lastLoan = loan;
    borrowed += length;
    account.hold(length);
  }

  /** Copies bytes, which do not stay in place. */
  void append(byte[] from, int offset, int length) {
    keepBorrowed();
    keep(from, offset, length);
  }

  private void keep(byte[] from, int offset, int length) {
    if (kept == null) {
      kept = pool.queue(account);
    }
    kept.append(from, offset, length);
  }

  private void keepsNothing() {
    pool.give(kept);
    kept = null;
  }

  /** Copies the borrowed bytes. */
  void keepBorrowed() {
    while (borrowed > 0) {
      Loan loan = firstLoan;
      int length = loan.length();
      forget(length); // first, for its memory may be needed for the copy
      keep(loan.bytes(), loan.offset(), length);
      closeFirstLoan();
    }
  }

  /**
   * Shows the oldest bytes, which then count as read.
   *
   * @return at most {@code maxBytes}, or null if the buffer is empty
   */
  Slice take(int maxBytes) {
    lending.endShow();
    if (size() == 0 || maxBytes <= 0) {
      return null;
    }
    Slice slice = kept != null ? takeKept(maxBytes) : takeBorrowed(maxBytes);
    account.moved(slice.length());
    return slice;
  }

  private Slice takeKept(int maxBytes) {
    Chunk chunk = kept.first();
    if (chunk.size() <= maxBytes) {
      kept.removeFirst();
      if (kept.size() == 0) {
        keepsNothing();
      }
      return lending.showLast(chunk);
    }
    Slice slice = lending.show(chunk.bytes, chunk.start, maxBytes);
    kept.dropOfFirst(maxBytes);
    return slice;
  }

  private Slice takeBorrowed(int maxBytes) {
    Loan loan = firstLoan;
    int length = Math.min(maxBytes, loan.length());
    Slice slice = lending.showPacket(loan.bytes(), loan.offset(), length);
    forget(length);
    if (length < loan.length()) {
      loan.skip(length);
    } else {
      closeFirstLoan();
    }
    return slice;
  }

  private void forget(int length) {
    borrowed -= length;
    account.letGo(length);
  }

  private void closeFirstLoan() {
    Loan closed = firstLoan;
    firstLoan = closed.next;
    if (firstLoan == null) {
      lastLoan = null;
    }
    closed.close();
  }

  void clear() {
    forget(borrowed);
    while (firstLoan != null) {
      closeFirstLoan();
    }
    if (kept != null) {
      kept.drop(kept.size());
      keepsNothing();
    }
  }
}
