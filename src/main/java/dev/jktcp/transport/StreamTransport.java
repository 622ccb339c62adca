package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import dev.jktcp.time.Clock;
import dev.jktcp.time.Lease;
import dev.jktcp.wire.FramingLost;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/** A transport over any two streams, which may live on other contexts than the adapter's. */
final class StreamTransport implements PacketTransport, DemandReader.Sink, BatchWriter.Events {
  private final ReadStream<Buffer> in;
  private final WriteStream<Buffer> out;
  private final StreamTransportOptions options;
  private final TransportCapabilities capabilities;
  private final TransportMeter meter = new TransportMeter();
  private final PacketCutter cutter;

  // Any thread.
  private final OpenOnce owner = new OpenOnce();
  private final Promise<Void> closed = Promise.promise();

  /** From open to closed. Packets are sent and delivered in the first phase only. */
  private enum Phase {
    OPEN,
    /**
     * Closed by the user: accepted packets are still written, and the receiver is not called again.
     */
    CLOSING,
    /** Ended by the stream: all is released, and the receiver gets the reason. */
    ENDED,
    /** All is released, and the receiver is not called again. */
    CLOSED
  }

  // Adapter context only.
  private Context context;
  private Receiver receiver;
  private DemandReader handOver;
  private BatchWriter writer;
  private Phase phase = Phase.OPEN;
  private Lease closeTimeout;

  StreamTransport(
      ReadStream<Buffer> in, WriteStream<Buffer> out, StreamTransportOptions userOptions) {
    this.in = in;
    this.out = out;
    this.options = new StreamTransportOptions(userOptions);
    this.capabilities = options.capabilities();
    this.cutter =
        options.isByteStream()
            ? PacketCutter.ofStream(options.getReceiveMtu(), meter, this::deliver)
            : PacketCutter.ofDatagrams(options.getReceiveMtu(), meter, this::deliver);
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
    if (!owner.take(onContext)) {
      return Future.failedFuture(TransportException.openedBefore(options.getName()));
    }
    context = onContext;
    receiver = toReceiver;
    boolean copy = !options.isBufferFreeAfterWrite(out);
    writer = new BatchWriter(onContext, out, mode(), copy, options.getMaxOutstandingBytes(), this);
    handOver = new DemandReader(onContext, in, options.getReceiveWindow(), this);
    writer.start();
    // Set last: if in and out are one stream, this handler stays.
    handOver.start(options.getFirstBytes());
    return Future.succeededFuture();
  }

  private BatchWriter.Mode mode() {
    if (!options.isByteStream()) {
      return BatchWriter.Mode.APART;
    }
    return options.isMayMerge() ? BatchWriter.Mode.MERGED : BatchWriter.Mode.ONE_BY_ONE;
  }

  @Override
  public void send(PacketBatch batch) {
    assert Contexts.inThread(context) : "send on another context";
    if (batch.isEmpty()) {
      batch.release();
      return;
    }
    if (phase != Phase.OPEN || writer.isOverLimit() || batch.hasLongerThan(capabilities.mtu())) {
      meter.droppedOut(batch.count());
      batch.release();
      return;
    }
    meter.sent(batch.count(), batch.size());
    writer.write(batch);
  }

  @Override
  public boolean isFull() {
    assert Contexts.inThread(context) : "isFull on another context";
    return phase != Phase.OPEN || writer.isFull();
  }

  @Override
  public Future<Void> close() {
    owner.close(() -> options.getCloser().get().onComplete(closed), this::closeByUser);
    return closed.future();
  }

  private void closeByUser() {
    if (phase == Phase.ENDED) {
      phase = Phase.CLOSED;
    }
    if (phase != Phase.OPEN) {
      return;
    }
    phase = Phase.CLOSING;
    handOver.stop();
    if (writer.isIdle()) {
      finishClose();
      return;
    }
    Clock given = options.getClock();
    Clock clock = given != null ? given : Clock.of(context.owner());
    closeTimeout = Lease.of(clock, options.getCloseTimeout().toMillis(), this::finishClose);
  }

  private void end(Throwable cause) {
    finishClose();
    if (phase != Phase.OPEN) {
      return;
    }
    phase = Phase.ENDED;
    handOver.stop();
    release();
    // Later, because this may be inside the adapter's own send.
    context.runOnContext(
        v -> {
          if (phase == Phase.ENDED) {
            receiver.onClosed(cause);
          }
        });
  }

  /** All is written, or the time for it is up. */
  private void finishClose() {
    if (phase != Phase.CLOSING) {
      return;
    }
    phase = Phase.CLOSED;
    release();
  }

  private void release() {
    if (closeTimeout != null) {
      closeTimeout.end();
    }
    writer.stop();
    options.getCloser().get().onComplete(closed);
  }

  @Override
  public void onData(Buffer buffer) {
    ByteBuf data = ((BufferInternal) buffer).getByteBuf();
    int length = data.readableBytes();
    try {
      if (data.hasArray()) {
        cutter.onBytes(data.array(), data.arrayOffset() + data.readerIndex(), length);
      } else {
        cutter.onBytes(buffer.getBytes(), 0, length);
      }
    } catch (FramingLost lost) {
      cutter.flush();
      end(new TransportException(lost.getMessage(), lost));
    }
  }

  @Override
  public void onPause() {
    cutter.flush();
  }

  private void deliver(PacketBatch batch) {
    if (phase != Phase.OPEN) {
      batch.release();
      return;
    }
    meter.received(batch);
    receiver.onBatch(batch);
  }

  @Override
  public void onEnd() {
    cutter.flush();
    end(
        cutter.midPacket()
            ? new TransportException("transport ended in the middle of a packet")
            : null);
  }

  @Override
  public void onFailure(Throwable cause) {
    cutter.flush();
    end(TransportException.of(options.getName(), cause));
  }

  @Override
  public void onWritable() {
    if (phase == Phase.OPEN) {
      receiver.onWritable();
    }
  }

  @Override
  public void onWriteFailure(Throwable cause) {
    end(TransportException.of(options.getName(), cause));
  }

  @Override
  public void onIdle() {
    finishClose();
  }
}
