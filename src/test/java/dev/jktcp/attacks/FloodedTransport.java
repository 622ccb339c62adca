package dev.jktcp.attacks;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportCapabilities;
import dev.jktcp.transport.TransportCounters;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** A transport to which packets come that its other side has not sent. */
final class FloodedTransport implements PacketTransport {
  private final PacketTransport inner;
  private final PacketBatchPool pool = new PacketBatchPool();
  private Context context;
  private Receiver receiver;

  FloodedTransport(PacketTransport inner) {
    this.inner = inner;
  }

  /** Brings packets to the adapter as one read would. Any thread. */
  void bring(Iterable<byte[]> packets) {
    context.runOnContext(
        v -> {
          PacketBatch batch = pool.acquire();
          for (byte[] packet : packets) {
            if (batch.room() < packet.length) {
              receiver.onBatch(batch);
              batch = pool.acquire();
            }
            batch.append(packet, 0, packet.length);
          }
          receiver.onBatch(batch);
        });
  }

  @Override
  public TransportCapabilities capabilities() {
    return inner.capabilities();
  }

  @Override
  public Future<Void> open(Context context, Receiver receiver) {
    this.context = context;
    this.receiver = receiver;
    return inner.open(context, receiver);
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
  public TransportCounters counters() {
    return inner.counters();
  }

  @Override
  public Future<Void> close() {
    return inner.close();
  }
}
