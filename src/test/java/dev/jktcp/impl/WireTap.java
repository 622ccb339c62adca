package dev.jktcp.impl;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportCapabilities;
import dev.jktcp.transport.TransportCounters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A transport under the test's control: notes what is sent and when, passes it on or not, is full,
 * opens and ends when it is told to. Lab context only.
 */
public final class WireTap implements PacketTransport {
  /** A packet and when it was sent. */
  public record Sent(long atMs, byte[] packet) {}

  private final Lab lab;
  private final PacketTransport inner; // null: leads nowhere
  private final List<Sent> sent = new ArrayList<>();
  private Receiver receiver;
  private RuntimeException thrown; // by every send
  private boolean full;
  private boolean cut;
  private boolean closed;
  private Promise<Void> heldOpen;

  public WireTap(Lab lab, PacketTransport inner) {
    this.lab = lab;
    this.inner = inner;
  }

  // What the test does.

  /** {@link #open} will wait for the promise. */
  public Promise<Void> holdOpen() {
    heldOpen = Promise.promise();
    return heldOpen;
  }

  public void throwing(RuntimeException nowThrown) {
    thrown = nowThrown;
  }

  /** Whether what is sent is lost. */
  public void cut(boolean nowCut) {
    cut = nowCut;
  }

  public void full(boolean nowFull) {
    full = nowFull;
    if (!full) receiver.onWritable();
  }

  /** A packet from nowhere. */
  public void arrive(byte[] packet) {
    PacketBatch batch = new PacketBatchPool().acquire();
    batch.append(packet, 0, packet.length);
    receiver.onBatch(batch);
  }

  public void endBecause(Throwable cause) {
    receiver.onClosed(cause);
  }

  public List<byte[]> packets() {
    return sent.stream().map(Sent::packet).toList();
  }

  public List<Long> times() {
    return sent.stream().map(Sent::atMs).toList();
  }

  public void forget() {
    sent.clear();
  }

  public boolean isClosed() {
    return closed;
  }

  // What the adapter does.

  @Override
  public TransportCapabilities capabilities() {
    return new TransportCapabilities("tap", 1400, 1400, false, true);
  }

  @Override
  public TransportCounters counters() {
    return new TransportCounters(0, 0, sent.size(), 0, 0, 0);
  }

  @Override
  public Future<Void> open(Context context, Receiver toReceiver) {
    receiver = toReceiver;
    if (heldOpen != null) return heldOpen.future();
    return inner == null ? Future.succeededFuture() : inner.open(context, toReceiver);
  }

  @Override
  public void send(PacketBatch batch) {
    assert !closed : "sent after close";
    if (thrown != null) throw thrown;
    for (int i = 0; i < batch.count(); i++) {
      int start = batch.offset(i);
      byte[] packet = Arrays.copyOfRange(batch.bytes(), start, start + batch.length(i));
      sent.add(new Sent(lab.nowMs(), packet));
    }
    if (cut || inner == null) {
      batch.release();
    } else {
      inner.send(batch);
    }
  }

  @Override
  public boolean isFull() {
    return full || (inner != null && inner.isFull());
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return inner == null ? Future.succeededFuture() : inner.close();
  }
}
