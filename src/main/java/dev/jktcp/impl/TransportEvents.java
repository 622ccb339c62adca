package dev.jktcp.impl;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import java.util.function.Consumer;

/** What the transport brings. Before the stack is made there is nobody to give it to. */
final class TransportEvents implements PacketTransport.Receiver {
  private final Consumer<Throwable> onLost;
  private DrainLoop loop; // null until there is a stack

  TransportEvents(Consumer<Throwable> onLost) {
    this.onLost = onLost;
  }

  void to(DrainLoop made) {
    loop = made;
  }

  @Override
  public void onBatch(PacketBatch batch) {
    if (loop == null) {
      batch.release();
    } else {
      loop.onBatch(batch);
    }
  }

  @Override
  public void onWritable() {
    if (loop != null) loop.onWritable();
  }

  @Override
  public void onClosed(Throwable cause) {
    onLost.accept(cause);
  }
}
