package dev.jktcp.impl;

import dev.jktcp.transport.TransportClock;

/** The time an adapter lives by, injected so that its tests need not wait. Context only. */
public interface AdapterClock extends TransportClock {
  /**
   * Runs the task every {@code periodMs} on the adapter's context. Late runs may come in bursts, so
   * they must not be counted.
   */
  Timer periodic(long periodMs, Runnable task);
}
