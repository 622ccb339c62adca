package dev.jktcp.proof.interop;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;

/** Where those who wait for something by its key and those who bring it meet, in either order. */
final class Meeting<T> {
  private final ConcurrentHashMap<String, Promise<T>> places = new ConcurrentHashMap<>();

  Future<T> take(String key) {
    return place(key).future().onComplete(v -> places.remove(key));
  }

  void bring(String key, T thing) {
    place(key).complete(thing);
  }

  private Promise<T> place(String key) {
    return places.computeIfAbsent(key, k -> Promise.promise());
  }
}
