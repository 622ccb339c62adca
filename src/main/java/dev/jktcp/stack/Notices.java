package dev.jktcp.stack;

import java.util.ArrayDeque;

/** UDP ports and pings with news for their users, each queued at most once. */
final class Notices {
  private final ArrayDeque<Notice> queue = new ArrayDeque<>(0);

  void add(UdpPort port) {
    if (!port.noticed) {
      port.noticed = true;
      queue.add(port);
    }
  }

  /** Adds a ping that has ended, which happens once. */
  void add(Ping ping) {
    queue.add(ping);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  Notice poll() {
    Notice next;
    while ((next = queue.poll()) != null) {
      if (next instanceof UdpPort port) {
        port.noticed = false;
      }
      if (next.hasNotice()) {
        return next;
      }
    }
    return null;
  }
}
