package dev.jktcp.testkit;

import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketBatchPool;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportCapabilities;
import dev.jktcp.transport.TransportCounters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what is sent; the test plays the wire. */
public class FakeTransport implements PacketTransport {
  public final List<byte[]> sent = new ArrayList<>();
  public boolean full;
  public int closes;
  public Receiver receiver;
  private final boolean byteStream;

  public FakeTransport(boolean byteStream) {
    this.byteStream = byteStream;
  }

  public void deliver(byte[]... packets) {
    receiver.onBatch(TestPackets.batch(new PacketBatchPool(), packets));
  }

  @Override
  public TransportCapabilities capabilities() {
    return new TransportCapabilities("fake", 65_575, 65_575, byteStream, true);
  }

  @Override
  public Future<Void> open(Context context, Receiver toReceiver) {
    receiver = toReceiver;
    return Future.succeededFuture();
  }

  @Override
  public void send(PacketBatch batch) {
    for (int i = 0; i < batch.count(); i++) {
      int from = batch.offset(i);
      sent.add(Arrays.copyOfRange(batch.bytes(), from, from + batch.length(i)));
    }
    batch.release();
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public TransportCounters counters() {
    return new TransportCounters(0, 0, sent.size(), 0, 0, 0);
  }

  @Override
  public Future<Void> close() {
    closes++;
    return Future.succeededFuture();
  }
}
