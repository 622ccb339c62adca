package dev.jktcp.proof.attacks;

import dev.jktcp.testkit.WrappedTransport;
import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import dev.jktcp.transport.PacketTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** A transport to which packets come that its other side has not sent. */
final class FloodedTransport extends WrappedTransport {
  private final PacketBatchPool pool = new PacketBatchPool();
  private Context context;

  FloodedTransport(PacketTransport inner) {
    super(inner);
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
  public Future<Void> open(Context context, Receiver to) {
    this.context = context;
    return super.open(context, to);
  }
}
