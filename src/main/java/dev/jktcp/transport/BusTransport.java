package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import dev.jktcp.time.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * A transport over two event-bus addresses, as {@link BusMessages} has them: packets that arrive on
 * one are for the adapter, and the adapter's packets go to the other. At the far side is a {@link
 * BusBridge} or any code that sends and receives Buffers of whole packets.
 *
 * <p>A bridge that announces itself gets no more than it can take, and the transport ends when that
 * bridge ends or falls silent. A bridge that does not announce itself is a cable: while nothing
 * consumes at its other end, packets are dropped and counted, and TCP sends them again.
 *
 * <p>Make it with one pair of addresses for each adapter: a bus hands each message to one of
 * several consumers.
 */
public final class BusTransport implements PacketTransport {
  /** The bridge's latest report of its own transport. */
  private enum Said {
    NOTHING,
    AWAY,
    BACK
  }

  private final BusOptions options;
  private TransportCapabilities capabilities;
  private final TransportMeter meter = new TransportMeter();
  private final Vertx vertx;

  // Any thread.
  private final OpenOnce owner = new OpenOnce();
  private final Promise<Void> closed = Promise.promise();

  // Adapter context only.
  private Context context;
  private Receiver receiver;
  private BusLink link;
  private boolean opened;
  private boolean ended;
  private Timer fullTimer; // Not null while the bridge is full.
  private boolean wasFull;
  private Said said = Said.NOTHING;

  /**
   * @throws IllegalArgumentException if the addresses are not two
   */
  public BusTransport(Vertx vertx, BusOptions options) {
    this.vertx = vertx;
    this.options = options.checked();
    this.capabilities =
        new TransportCapabilities(
            "bus:" + options.getToAdapter(),
            options.getMtu(),
            options.getReceiveMtu(),
            false,
            true);
  }

  @Override
  public TransportCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public TransportCounters counters() {
    return meter.snapshot();
  }

  @Override
  public Future<Void> open(Context onContext, Receiver toReceiver) {
    assert Contexts.inThread(onContext) : "opened from another context";
    assert onContext.owner() == vertx : "opened in another Vert.x";
    if (!owner.take(onContext)) {
      return Future.failedFuture(TransportException.openedBefore(capabilities.name()));
    }
    context = onContext;
    receiver = toReceiver;
    link =
        new BusLink(
            onContext,
            options,
            options.getToAdapter(),
            options.getFromAdapter(),
            meter,
            new FromBridge());
    return link.open()
        .onSuccess(v -> opened = true)
        .recover(cause -> Future.failedFuture(TransportException.of(capabilities.name(), cause)));
  }

  @Override
  public void send(PacketBatch batch) {
    assert Contexts.inThread(context) : "send on another context";
    if (isDown() || batch.hasLongerThan(capabilities.mtu())) {
      meter.droppedOut(batch.count());
      batch.release();
      return;
    }
    link.send(batch);
  }

  @Override
  public boolean isFull() {
    assert Contexts.inThread(context) : "isFull on another context";
    boolean full = isDown() || link.isFull();
    wasFull |= full;
    return full;
  }

  @Override
  public Future<Void> close() {
    owner.close(
        () -> closed.complete(),
        () -> {
          if (!ended) {
            link.reportEnd(null);
          }
          end();
        });
    return closed.future();
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (fullTimer != null) {
      fullTimer.cancel();
    }
    link.close().onComplete(done -> closed.tryComplete());
  }

  private boolean isDown() {
    return ended || said == Said.AWAY || fullTimer != null;
  }

  private void checkWritable() {
    if (!wasFull || isDown() || link.isFull()) {
      return;
    }
    wasFull = false;
    receiver.onWritable();
  }

  private final class FromBridge implements BusLink.Events {
    @Override
    public void onBatch(PacketBatch batch) {
      if (opened) {
        receiver.onBatch(batch);
      } else {
        batch.release();
      }
    }

    @Override
    public void onFull() {
      if (fullTimer != null) {
        fullTimer.cancel();
      }
      fullTimer = link.after(options.getFullExpiry().toMillis(), this::onWritable);
    }

    @Override
    public void onWritable() {
      if (ended || fullTimer == null) {
        return;
      }
      fullTimer.cancel();
      fullTimer = null;
      checkWritable();
    }

    /** The receiver has dealt with everything before the mark: it keeps no batch. */
    @Override
    public void onMark(long number) {
      link.answer(number);
    }

    @Override
    public void onRoom() {
      checkWritable();
    }

    @Override
    public void onAway(Throwable cause, long gapMs) {
      if (ended || !opened || said == Said.AWAY) {
        return;
      }
      said = Said.AWAY;
      receiver.onAway(cause, gapMs);
    }

    @Override
    public void onBack(int mtu, int receiveMtu, List<String> local, List<String> peer) {
      if (ended || !opened || said == Said.BACK) {
        return;
      }
      said = Said.BACK;
      capabilities =
          new TransportCapabilities(
              capabilities.name(), mtu, receiveMtu, capabilities.byteStream(), true);
      receiver.onBack(new TransportLink(capabilities, local, peer));
      checkWritable();
    }

    @Override
    public void onPeerEnd(Throwable cause) {
      if (ended) {
        return;
      }
      end();
      if (opened) {
        receiver.onClosed(cause);
      }
    }
  }
}
