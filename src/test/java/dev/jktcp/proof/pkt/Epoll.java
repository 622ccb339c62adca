package dev.jktcp.proof.pkt;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Linux's epoll over our sockets. A socket that something happened to is looked at again when asked
 * for; level-triggered it stays on the list as long as it is ready.
 */
final class Epoll {
  private static final long EDGE = 1L << 31;
  private static final long ONE_SHOT = 1L << 30;
  private static final long ALWAYS = 8 | 16; // EPOLLERR, EPOLLHUP

  private static final class Entry {
    long events;
    long data;
    boolean listed;
    boolean disabled;
  }

  /** What one socket is ready for. */
  record Ready(long data, long events) {}

  private final Map<Sock, Entry> entries = new LinkedHashMap<>();

  /** An errno, or null. */
  String control(long operation, Sock socket, long events, long data) {
    Entry entry = entries.get(socket);
    switch ((int) operation) {
      case 1 -> {
        if (entry != null) {
          return "EEXIST";
        }
        entry = new Entry();
        entries.put(socket, entry);
      }
      case 2 -> {
        return entries.remove(socket) == null ? "ENOENT" : null;
      }
      case 3 -> {
        if (entry == null) {
          return "ENOENT";
        }
      }
      default -> {
        return "EINVAL";
      }
    }
    entry.events = events;
    entry.data = data;
    entry.disabled = false;
    entry.listed = true;
    return null;
  }

  /**
   * Something happened to a socket.
   *
   * @param what the events that say so; 0 = any
   */
  void wake(Sock socket, long what) {
    Entry entry = entries.get(socket);
    if (entry != null && (what == 0 || (what & (entry.events | ALWAYS)) != 0)) {
      entry.listed = true;
    }
  }

  void forget(Sock socket) {
    entries.remove(socket);
  }

  /** The first that is ready; null when none is. */
  Ready poll() {
    for (Map.Entry<Sock, Entry> each : entries.entrySet()) {
      Entry entry = each.getValue();
      if (!entry.listed || entry.disabled) {
        continue;
      }
      long ready = Readiness.of(each.getKey()) & (entry.events & 0xffff | ALWAYS);
      boolean edge = (entry.events & EDGE) != 0;
      entry.listed = ready != 0 && !edge;
      if (ready != 0) {
        entry.disabled = (entry.events & ONE_SHOT) != 0;
        return new Ready(entry.data, ready);
      }
    }
    return null;
  }

  int size() {
    return entries.size();
  }
}
