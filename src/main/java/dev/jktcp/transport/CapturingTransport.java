package dev.jktcp.transport;

import dev.jktcp.pcap.PcapSink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.function.LongSupplier;

/**
 * Copies each packet that passes a transport to a {@link PcapSink}, both directions in wire order,
 * as the adapter sees it. A packet that the transport beneath then drops is in the capture, and so
 * is a packet from the adapter to itself.
 */
public final class CapturingTransport implements PacketTransport {
  private final PacketTransport inner;
  private final LongSupplier nanoTime;

  // Adapter context only.
  private PcapSink sink;

  public CapturingTransport(PacketTransport inner) {
    this(inner, System::nanoTime);
  }

  /**
   * @param nanoTime the clock that stamps packets
   */
  public CapturingTransport(PacketTransport inner, LongSupplier nanoTime) {
    this.inner = inner;
    this.nanoTime = nanoTime;
  }

  /**
   * Sets the sink, from the next packet on. Adapter context once the transport is open.
   *
   * @param newSink null stops the capture; the caller ends the sink before it
   */
  public void capture(PcapSink newSink) {
    sink = newSink;
  }

  /**
   * Captures a packet that the adapter sends to itself, which passes no transport. Adapter context.
   *
   * @param bytes hold it at {@code offset}
   */
  public void onLooped(byte[] bytes, int offset, int length) {
    if (sink != null) {
      sink.packet(bytes, offset, length, nanoTime.getAsLong());
    }
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
  public Future<Void> open(Context context, Receiver receiver) {
    return inner.open(context, new Tap(receiver));
  }

  @Override
  public void send(PacketBatch batch) {
    if (sink != null) {
      show(batch);
    }
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

  private void show(PacketBatch batch) {
    long nowNs = nanoTime.getAsLong();
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      sink.packet(batch.bytes(), batch.offset(i), batch.length(i), nowNs);
    }
  }

  private final class Tap implements Receiver {
    private final Receiver receiver;

    Tap(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void onBatch(PacketBatch batch) {
      if (sink != null) {
        show(batch);
      }
      receiver.onBatch(batch);
    }

    @Override
    public void onWritable() {
      receiver.onWritable();
    }

    @Override
    public void onClosed(Throwable cause) {
      receiver.onClosed(cause);
    }

    @Override
    public void onAway(Throwable cause, long gapMs) {
      receiver.onAway(cause, gapMs);
    }

    @Override
    public void onBack(TransportLink link) {
      receiver.onBack(link);
    }
  }
}
