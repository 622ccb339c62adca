package dev.jktcp.cli;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportCapabilities;
import dev.jktcp.transport.TransportCounters;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** Opens a transport only once something else is done, so that a capture misses no packet. */
final class GatedTransport implements PacketTransport {
  private final PacketTransport inner;
  private final Future<Void> gate;

  GatedTransport(PacketTransport inner, Future<Void> gate) {
    this.inner = inner;
    this.gate = gate;
  }

  @Override
  public Future<Void> open(Context context, Receiver receiver) {
    return gate.compose(v -> inner.open(context, receiver));
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
