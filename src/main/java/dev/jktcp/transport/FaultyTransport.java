package dev.jktcp.transport;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.context.Contexts;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.SplittableRandom;

/**
 * Makes a bad link of any transport: each direction loses, delays, reorders, duplicates and
 * corrupts packets by a random stream of its own, at a bounded rate through a bounded queue.
 *
 * <p>Back-pressure of the transport beneath is passed on; the link's own queue loses packets that
 * do not fit, as links do. When this transport is closed, packets under way go out at once. When
 * the transport beneath ends, they are lost.
 */
public final class FaultyTransport implements PacketTransport {
  private final PacketTransport inner;
  private final Clock clock;
  private final FaultLink out;
  private final FaultLink in;
  private final PacketBatchPool pool = new PacketBatchPool();

  // Adapter context only.
  private Context context;
  private Receiver receiver;
  private Timer timer;
  private long timerAtNs;
  private boolean backedUp; // Packets have arrived that the transport beneath has no room for.
  private boolean wasFull;
  private boolean ended;

  public FaultyTransport(PacketTransport inner, FaultSpec spec, Clock clock) {
    this.inner = inner;
    this.clock = clock;
    SplittableRandom random = new SplittableRandom(spec.seed());
    this.out = new FaultLink(spec, random.split(), inner.capabilities().byteStream());
    this.in = new FaultLink(spec, random.split(), false);
  }

  /** Counters of the direction out. Adapter context. */
  public FaultCounts outbound() {
    return out.counts();
  }

  /** Counters of the direction in. Adapter context. */
  public FaultCounts inbound() {
    return in.counts();
  }

  @Override
  public TransportCapabilities capabilities() {
    return inner.capabilities();
  }

  /** Of the transport beneath. */
  @Override
  public TransportCounters counters() {
    return inner.counters();
  }

  @Override
  public Future<Void> open(Context onContext, Receiver toReceiver) {
    if (context != null) {
      return Future.failedFuture(TransportException.openedBefore(capabilities().name()));
    }
    context = onContext;
    receiver = toReceiver;
    return inner.open(onContext, new Tap());
  }

  @Override
  public void send(PacketBatch batch) {
    assert Contexts.inThread(context) : "send on another context";
    long nowNs = clock.nanoTime();
    if (!ended) {
      take(batch, out, nowNs);
    }
    batch.release();
    sendDue(nowNs);
    armTimer(nowNs);
  }

  @Override
  public boolean isFull() {
    boolean full = ended || backedUp || inner.isFull();
    wasFull |= full;
    return full;
  }

  @Override
  public Future<Void> close() {
    if (context == null) {
      return inner.close();
    }
    Contexts.run(context, this::stop);
    return inner.close();
  }

  private void stop() {
    if (ended) {
      return;
    }
    long nowNs = clock.nanoTime();
    out.hurry(nowNs);
    sendDue(nowNs);
    end();
  }

  private void end() {
    ended = true;
    in.clear();
    out.clear();
    if (timer != null) {
      timer.cancel();
    }
    timer = null;
  }

  private static void take(PacketBatch batch, FaultLink link, long nowNs) {
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      link.onPacket(batch.bytes(), batch.offset(i), batch.length(i), nowNs);
    }
  }

  private void sendDue(long nowNs) {
    while (!ended && out.peek(nowNs) != null && !inner.isFull()) {
      inner.send(gather(out, nowNs));
    }
    backedUp = out.peek(nowNs) != null;
  }

  private void deliverDue(long nowNs) {
    while (!ended && in.peek(nowNs) != null) {
      receiver.onBatch(gather(in, nowNs));
    }
  }

  private PacketBatch gather(FaultLink link, long nowNs) {
    PacketBatch batch = pool.acquire();
    byte[] next = link.peek(nowNs);
    do {
      batch.append(next, 0, next.length);
      link.poll();
      next = link.peek(nowNs);
    } while (next != null && next.length <= batch.room());
    return batch;
  }

  /** One timer for both directions, at the earlier of the two. */
  private void armTimer(long nowNs) {
    long nextNs = earlier(in.nextNs(), outNextNs(nowNs));
    if (ended || nextNs == FaultLink.NONE) {
      return;
    }
    if (timer != null) {
      if (timerAtNs - nextNs <= 0) {
        return;
      }
      timer.cancel();
    }
    timerAtNs = nextNs;
    long ms = Math.max(1, (nextNs - nowNs + MS - 1) / MS);
    timer = clock.once(ms, this::onTimer);
  }

  /** A packet that is due and still here waits for the transport beneath, not for time. */
  private long outNextNs(long nowNs) {
    return backedUp && out.peek(nowNs) != null ? FaultLink.NONE : out.nextNs();
  }

  private static long earlier(long a, long b) {
    if (a == FaultLink.NONE) {
      return b;
    }
    if (b == FaultLink.NONE) {
      return a;
    }
    return a - b <= 0 ? a : b;
  }

  private void onTimer() {
    timer = null;
    if (ended) {
      return;
    }
    long nowNs = clock.nanoTime();
    sendDue(nowNs);
    deliverDue(nowNs);
    armTimer(nowNs);
    checkWritable();
  }

  private void checkWritable() {
    if (ended || !wasFull || backedUp || inner.isFull()) {
      return;
    }
    wasFull = false;
    receiver.onWritable();
  }

  private final class Tap implements Receiver {
    @Override
    public void onBatch(PacketBatch batch) {
      long nowNs = clock.nanoTime();
      if (!ended) {
        take(batch, in, nowNs);
      }
      batch.release();
      deliverDue(nowNs);
      armTimer(nowNs);
    }

    @Override
    public void onWritable() {
      if (ended) {
        return;
      }
      long nowNs = clock.nanoTime();
      sendDue(nowNs);
      armTimer(nowNs);
      checkWritable();
    }

    @Override
    public void onClosed(Throwable cause) {
      end();
      receiver.onClosed(cause);
    }

    /** Packets under way are lost. */
    @Override
    public void onAway(Throwable cause, long gapMs) {
      in.clear();
      out.clear();
      backedUp = false;
      if (!ended) {
        receiver.onAway(cause, gapMs);
      }
    }

    @Override
    public void onBack(TransportLink link) {
      if (!ended) {
        receiver.onBack(link);
      }
    }
  }
}
