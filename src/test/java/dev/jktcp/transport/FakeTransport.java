package dev.jktcp.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what is sent; the test plays the wire. */
class FakeTransport implements PacketTransport {
  final List<byte[]> sent = new ArrayList<>();
  boolean full;
  int closes;
  Receiver receiver;
  private final boolean byteStream;

  FakeTransport(boolean byteStream) {
    this.byteStream = byteStream;
  }

  void deliver(byte[]... packets) {
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
