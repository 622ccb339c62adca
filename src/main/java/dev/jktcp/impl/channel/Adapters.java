package dev.jktcp.impl.channel;

import dev.jktcp.impl.AdapterInternal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The adapters of a Vert.x instance by name. An adapter that has ended stays until another takes
 * its name, so that an error can say that it has ended. Thread-safe.
 */
final class Adapters {
  private final Map<String, AdapterInternal> byName = new ConcurrentHashMap<>();

  void put(String name, AdapterInternal adapter) {
    byName.put(name, adapter);
  }

  /** The adapter of this name, even if it has ended; null if there never was one. */
  AdapterInternal named(String name) {
    return byName.get(name);
  }
}
