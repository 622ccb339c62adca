package dev.jktcp.impl.frame;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A name that an adapter has taken in a Vert.x. It is taken before the adapter asks for a transport
 * and held until the adapter ends, so that a second adapter of that name is told of the name and
 * not of a socket in use.
 *
 * <p>Any thread.
 */
public final class AdapterName {
  /** Where the names in use in a Vert.x are kept. */
  private static final String NAMES = "dev.jktcp.adapters";

  private final Vertx vertx;
  private final String text;
  private final AtomicBoolean freed = new AtomicBoolean();

  private AdapterName(Vertx vertx, String text) {
    this.vertx = vertx;
    this.text = text;
  }

  /**
   * Takes it.
   *
   * @throws IllegalStateException if it is taken
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

  /** The names that are taken, in order. */
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
