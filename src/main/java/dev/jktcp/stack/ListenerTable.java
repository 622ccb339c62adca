package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The listeners of one protocol; one port may have a listener for each local address (RFC 9293
 * MUST-42). The listeners of a port are linked, and two steps into pages find them: no SYN,
 * datagram or choice of a port needs a hash or a boxed number.
 */
final class ListenerTable<L extends LocalPort> {
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS; // ports; a KiB

  private final LocalPort[][] pages = new LocalPort[0x10000 / PAGE][]; // null until used
  private int size;

  int size() {
    return size;
  }

  /** The listener for a local address and port: one bound to the address before one for all. */
  L find(IpAddress local, int port) {
    LocalPort wildcard = null;
    for (LocalPort listener = first(port); listener != null; listener = listener.next) {
      if (local.equals(listener.localAddress())) {
        return own(listener);
      }
      if (listener.localAddress() == null) {
        wildcard = listener;
      }
    }
    return own(wildcard);
  }

  /** RFC 9293 MUST-41: whether an equal passive open exists. */
  boolean isTaken(IpAddress localOrNull, int port) {
    for (LocalPort listener = first(port); listener != null; listener = listener.next) {
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

  @SuppressWarnings("unchecked") // only these are added
  private L own(LocalPort listener) {
    return (L) listener;
  }

  private LocalPort first(int port) {
    LocalPort[] page = pages[port >> PAGE_BITS];
    return page == null ? null : page[port & PAGE - 1];
  }

  void add(L listener) {
    int port = listener.port();
    if (pages[port >> PAGE_BITS] == null) {
      pages[port >> PAGE_BITS] = new LocalPort[PAGE];
    }
    listener.next = first(port);
    pages[port >> PAGE_BITS][port & PAGE - 1] = listener;
    size++;
  }

  /** Removes a listener, which must be in the table. */
  void remove(L listener) {
    int port = listener.port();
    LocalPort before = null;
    for (LocalPort at = first(port); at != listener; at = at.next) {
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

  List<L> all() {
    List<L> all = new ArrayList<>();
    for (LocalPort[] page : pages) {
      for (int i = 0; page != null && i < PAGE; i++) {
        for (LocalPort listener = page[i]; listener != null; listener = listener.next) {
          all.add(own(listener));
        }
      }
    }
    return all;
  }
}
