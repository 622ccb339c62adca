package dev.jktcp.impl;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportLink;

/** What the transport brings. Before the stack is made there is nobody to give it to. */
final class TransportEvents implements PacketTransport.Receiver {
  /** What becomes of the transport. */
  interface Fate {
    void onLost(Throwable cause);

    void onAway(Throwable cause, long gapMs);

    void onBack(TransportLink link);
  }

  private final Fate fate;
  private DrainLoop loop; // null until there is a stack
  private Runnable early; // the last news before that; null: none

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
