package dev.jktcp.impl;

import dev.jktcp.AdapterStream;
import io.vertx.core.Promise;

/** Whether an adapter belongs to one {@link AdapterStream}. Adapter context only. */
final class Exclusive {
  private boolean taken; // a stream is being made or open
  private Promise<AdapterStream> awaited; // not null while a peer is awaited

  void checkFree() {
    if (taken) {
      throw new IllegalStateException("the adapter belongs to an AdapterStream until that ends");
    }
  }

  void take() {
    taken = true;
  }

  /** Takes the adapter for the stream that a listener will give. */
  void takeFor(Promise<AdapterStream> promise) {
    taken = true;
    awaited = promise;
  }

  void give(AdapterStream stream) {
    Promise<AdapterStream> promise = awaited;
    awaited = null;
    promise.complete(stream);
  }

  /** Fails the stream that is awaited. */
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
