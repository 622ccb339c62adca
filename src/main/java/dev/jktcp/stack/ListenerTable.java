package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Who listens where; one port may have a listener for each local address (RFC 9293 MUST-42). Those
 * of a port are linked, and found by two steps into pages: nothing is hashed or boxed for a SYN,
 * nor for a port that may be picked.
 */
final class ListenerTable {
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS; // ports; a KiB

  private final TcpListener[][] pages = new TcpListener[0x10000 / PAGE][]; // null until it is used
  private int size;

  int size() {
    return size;
  }

  /** The listener for a local address and port: one bound to the address before one for all. */
  TcpListener find(IpAddress local, int port) {
    TcpListener wildcard = null;
    for (TcpListener listener = first(port); listener != null; listener = listener.next) {
      if (local.equals(listener.localAddress())) {
        return listener;
      }
      if (listener.localAddress() == null) {
        wildcard = listener;
      }
    }
    return wildcard;
  }

  /** RFC 9293 MUST-41: whether an equal passive open exists. */
  boolean isTaken(IpAddress localOrNull, int port) {
    for (TcpListener listener = first(port); listener != null; listener = listener.next) {
      IpAddress its = listener.localAddress();
      if (localOrNull == null ? its == null : localOrNull.equals(its)) {
        return true;
      }
    }
    return false;
  }

  boolean isPortUsed(int port) {
    return first(port) != null;
  }

  private TcpListener first(int port) {
    TcpListener[] page = pages[port >> PAGE_BITS];
    return page == null ? null : page[port & PAGE - 1];
  }

  void add(TcpListener listener) {
    int port = listener.port();
    if (pages[port >> PAGE_BITS] == null) {
      pages[port >> PAGE_BITS] = new TcpListener[PAGE];
    }
    listener.next = first(port);
    pages[port >> PAGE_BITS][port & PAGE - 1] = listener;
    size++;
  }

  /** It is in the table. */
  void remove(TcpListener listener) {
    int port = listener.port();
    TcpListener before = null;
    for (TcpListener at = first(port); at != listener; at = at.next) {
      before = at;
    }
    if (before == null) {
      pages[port >> PAGE_BITS][port & PAGE - 1] = listener.next;
    } else {
      before.next = listener.next;
    }
    listener.next = null;
    size--;
  }

  List<TcpListener> all() {
    List<TcpListener> all = new ArrayList<>();
    for (TcpListener[] page : pages) {
      for (int i = 0; page != null && i < PAGE; i++) {
        for (TcpListener listener = page[i]; listener != null; listener = listener.next) {
          all.add(listener);
        }
      }
    }
    return all;
  }
}
