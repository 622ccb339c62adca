package dev.jktcp.proof.interop;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** A wire: what one transport receives, the other sends. A full one loses packets, as links do. */
final class PacketBridge {
  private final Context context;
  private final PacketTransport left;
  private final PacketTransport right;
  private long lost; // context only

  /** Both are opened on the context, and belong to the bridge from now on. */
  PacketBridge(Context context, PacketTransport left, PacketTransport right) {
    this.context = context;
    this.left = left;
    this.right = right;
  }

  /** From the context. */
  Future<Void> open() {
    return left.open(context, to(right)).compose(v -> right.open(context, to(left)));
  }

  long lost() {
    return lost;
  }

  Future<Void> close() {
    return left.close().eventually(right::close);
  }

  private PacketTransport.Receiver to(PacketTransport other) {
    return new PacketTransport.Receiver() {
      @Override
      public void onBatch(PacketBatch batch) {
        if (other.isFull()) {
          lost += batch.count();
          batch.release();
        } else {
          other.send(batch);
        }
      }

      @Override
      public void onWritable() {}

      @Override
      public void onClosed(Throwable cause) {
        other.close();
      }
    };
  }
}
