package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The adapters of a Vert.x by name, as long as their names are not taken again: what a route went
 * to is known as gone, not as never there. Any thread.
 */
final class Adapters {
  private final Map<String, AdapterInternal> byName = new ConcurrentHashMap<>();

  void put(String name, AdapterInternal adapter) {
    byName.put(name, adapter);
  }

  /** Null: there was never one. */
  AdapterInternal named(String name) {
    return byName.get(name);
  }
}
