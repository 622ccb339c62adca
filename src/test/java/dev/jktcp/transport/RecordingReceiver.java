package dev.jktcp.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Notes what a transport says, and that it says it on the right context. */
final class RecordingReceiver implements PacketTransport.Receiver {
  final List<byte[]> packets = new ArrayList<>();
  final List<Integer> batchSizes = new ArrayList<>();
  final List<Throwable> closed = new ArrayList<>();
  final List<String> links = new ArrayList<>(); // of a transport that comes back
  final List<String> faults = new ArrayList<>();
  int writable;
  Runnable onChange = () -> {};
  private final Context context;

  RecordingReceiver(Context context) {
    this.context = context;
  }

  @Override
  public void onBatch(PacketBatch batch) {
    check("onBatch");
    assertTrue(batch.count() > 0, "empty batch");
    batchSizes.add(batch.count());
    for (int i = 0; i < batch.count(); i++) {
      int from = batch.offset(i);
      packets.add(Arrays.copyOfRange(batch.bytes(), from, from + batch.length(i)));
    }
    batch.release();
    onChange.run();
  }

  @Override
  public void onWritable() {
    check("onWritable");
    writable++;
    onChange.run();
  }

  @Override
  public void onClosed(Throwable cause) {
    check("onClosed");
    closed.add(cause);
    onChange.run();
  }

  @Override
  public void onAway(Throwable cause, long gapMs) {
    check("onAway");
    links.add("away " + gapMs + " " + cause.getMessage());
  }

  @Override
  public void onBack(TransportLink link) {
    check("onBack");
    links.add("back " + link.capabilities().mtu() + " " + link.capabilities().receiveMtu());
  }

  String onlyCause() {
    if (closed.size() != 1) return "closed " + closed.size() + " times";
    return closed.get(0) == null ? "clean" : closed.get(0).getMessage();
  }

  private void check(String what) {
    if (!Contexts.isCurrent(context)) faults.add(what + " on " + Thread.currentThread().getName());
    if (!closed.isEmpty()) faults.add(what + " after onClosed");
  }
}
