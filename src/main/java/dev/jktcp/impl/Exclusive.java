package dev.jktcp.impl;

import dev.jktcp.AdapterStream;
import io.vertx.core.Promise;

/** Whether an adapter belongs to one {@link AdapterStream}. Adapter context only. */
final class Exclusive {
  private boolean taken; // one is asked for or open
  private Promise<AdapterStream> awaited; // not null while it waits for its peer to connect

  void checkFree() {
    if (taken) {
      throw new IllegalStateException("the adapter belongs to an AdapterStream until that ends");
    }
  }

  void take() {
    taken = true;
  }

  /** Takes it for the stream that a listener will give. */
  void takeFor(Promise<AdapterStream> promise) {
    taken = true;
    awaited = promise;
  }

  void give(AdapterStream stream) {
    Promise<AdapterStream> promise = awaited;
    awaited = null;
    promise.complete(stream);
  }

  /** No stream will come. */
  void fail(Throwable cause) {
    if (awaited != null) {
      awaited.fail(cause);
    }
    awaited = null;
  }

  void release() {
    taken = false;
  }
}
