package dev.jktcp.impl.frame;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A name that an adapter has taken in a Vert.x instance, from before it asks for a transport until
 * its end. A second adapter of that name therefore fails with the name, and not with a socket in
 * use.
 *
 * <p>Thread-safe.
 */
public final class AdapterName {
  /** The map of a Vert.x instance that has the names in use. */
  private static final String NAMES = "dev.jktcp.adapters";

  private final Vertx vertx;
  private final String text;
  private final AtomicBoolean freed = new AtomicBoolean();

  private AdapterName(Vertx vertx, String text) {
    this.vertx = vertx;
    this.text = text;
  }

  /**
   * Takes the name.
   *
   * @throws IllegalStateException if another adapter has it
   */
  public static AdapterName take(Vertx vertx, String text) {
    if (names(vertx).putIfAbsent(text, text) != null) {
      throw new IllegalStateException(
          "adapter '"
              + text
              + "' is deployed already: choose another name, or undeploy that one first");
    }
    return new AdapterName(vertx, text);
  }

  /** The names in use, in order. */
  public static List<String> taken(Vertx vertx) {
    return names(vertx).keySet().stream().sorted().toList();
  }

  /** Each name is its own value. */
  private static LocalMap<String, String> names(Vertx vertx) {
    return vertx.sharedData().getLocalMap(NAMES);
  }

  public String text() {
    return text;
  }

  /** Frees the name. Idempotent. */
  public void free() {
    if (freed.compareAndSet(false, true)) {
      names(vertx).remove(text);
    }
  }
}
