package dev.jktcp.impl;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportLink;

/** The events of the transport, which go to the loop once there is a stack. */
final class TransportEvents implements PacketTransport.Receiver {
  /** The handler of the transport's changes of state. */
  interface Fate {
    void onLost(Throwable cause);

    void onAway(Throwable cause, long gapMs);

    void onBack(TransportLink link);
  }

  private final Fate fate;
  private DrainLoop loop; // null until there is a stack
  private Runnable early; // the last change before that; null for none

  TransportEvents(Fate fate) {
    this.fate = fate;
  }

  void to(DrainLoop made) {
    loop = made;
    if (early != null) {
      early.run();
    }
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
    if (loop != null) {
      loop.onWritable();
    }
  }

  @Override
  public void onClosed(Throwable cause) {
    fate.onLost(cause);
  }

  @Override
  public void onAway(Throwable cause, long gapMs) {
    tell(() -> fate.onAway(cause, gapMs));
  }

  @Override
  public void onBack(TransportLink link) {
    tell(() -> fate.onBack(link));
  }

  private void tell(Runnable news) {
    if (loop == null) {
      early = news;
    } else {
      news.run();
    }
  }
}
