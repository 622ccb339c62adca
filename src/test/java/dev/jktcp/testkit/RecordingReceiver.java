package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.context.Contexts;
import dev.jktcp.transport.PacketBatch;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportLink;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Notes what a transport says, and that it says it on the right context. */
public final class RecordingReceiver implements PacketTransport.Receiver {
  public final List<byte[]> packets = new ArrayList<>();
  public final List<Integer> batchSizes = new ArrayList<>();
  public final List<Throwable> closed = new ArrayList<>();
  public final List<String> links = new ArrayList<>(); // of a transport that comes back
  public final List<String> faults = new ArrayList<>();
  public int writable;
  public Runnable onChange = () -> {};
  private final Context context;

  public RecordingReceiver(Context context) {
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

  public String onlyCause() {
    if (closed.size() != 1) return "closed " + closed.size() + " times";
    return closed.get(0) == null ? "clean" : closed.get(0).getMessage();
  }

  private void check(String what) {
    if (!Contexts.isCurrent(context)) faults.add(what + " on " + Thread.currentThread().getName());
    if (!closed.isEmpty()) faults.add(what + " after onClosed");
  }
}
