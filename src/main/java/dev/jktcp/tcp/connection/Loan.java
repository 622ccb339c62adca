package dev.jktcp.tcp.connection;

/** Unread payload that lies in its packet. One object serves many packets. */
final class Loan {
  private ReceiveBuffer borrower; // null once the loan is read or forgotten
  private byte[] bytes;
  private int offset;
  private int length;
  Loan next; // of the same borrower

  void open(ReceiveBuffer borrower, byte[] bytes, int offset, int length) {
    this.borrower = borrower;
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    this.next = null;
  }

  void skip(int count) {
    offset += count;
    length -= count;
  }

  void close() {
    borrower = null;
    bytes = null;
  }

  ReceiveBuffer borrower() {
    return borrower;
  }

  byte[] bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }
}
