package dev.jktcp.testkit;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportCapabilities;
import dev.jktcp.transport.TransportCounters;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** Passes everything on to another transport; a test overrides what it plays. */
public class WrappedTransport implements PacketTransport {
  protected final PacketTransport inner;

  /** Of the adapter; null before it has opened. */
  protected Receiver receiver;

  public WrappedTransport(PacketTransport inner) {
    this.inner = inner;
  }

  public void endBecause(Throwable cause) {
    receiver.onClosed(cause);
  }

  @Override
  public TransportCapabilities capabilities() {
    return inner.capabilities();
  }

  @Override
  public TransportCounters counters() {
    return inner.counters();
  }

  @Override
  public Future<Void> open(Context context, Receiver to) {
    receiver = to;
    return inner.open(context, to);
  }

  @Override
  public void send(PacketBatch batch) {
    inner.send(batch);
  }

  @Override
  public boolean isFull() {
    return inner.isFull();
  }

  @Override
  public Future<Void> close() {
    return inner.close();
  }
}
