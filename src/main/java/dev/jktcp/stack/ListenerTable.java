package dev.jktcp.stack;

import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who listens where; one port may have a listener for each local address (RFC 9293 MUST-42). */
final class ListenerTable {
  private final Map<Integer, List<TcpListener>> byPort = new HashMap<>();
  private final BitSet portsUsed = new BitSet(); // most looks are for ports that are not
  private int size;

  int size() {
    return size;
  }

  /** The listener for a local address and port: one bound to the address before one for all. */
  TcpListener find(IpAddress local, int port) {
    if (!isPortUsed(port)) {
      return null;
    }
    TcpListener wildcard = null;
    for (TcpListener listener : byPort.getOrDefault(port, List.of())) {
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
    for (TcpListener listener : byPort.getOrDefault(port, List.of())) {
      IpAddress its = listener.localAddress();
      if (localOrNull == null ? its == null : localOrNull.equals(its)) {
        return true;
      }
    }
    return false;
  }

  boolean isPortUsed(int port) {
    return portsUsed.get(port);
  }

  void add(TcpListener listener) {
    portsUsed.set(listener.port());
    byPort.computeIfAbsent(listener.port(), port -> new ArrayList<>(1)).add(listener);
    size++;
  }

  void remove(TcpListener listener) {
    List<TcpListener> listeners = byPort.get(listener.port());
    if (listeners != null && listeners.remove(listener)) {
      size--;
      if (listeners.isEmpty()) {
        portsUsed.clear(listener.port());
        byPort.remove(listener.port());
      }
    }
  }

  List<TcpListener> all() {
    List<TcpListener> all = new ArrayList<>();
    byPort.values().forEach(all::addAll);
    return all;
  }
}
