package dev.jktcp.transport;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * Carries IP packets, in batches, between one adapter and its peer.
 *
 * <p>A transport is opened once, on the adapter's context; its receiver is called on that context
 * only, and {@link #send} and {@link #isFull} are called there only. {@link #close} may be called
 * from any thread. The sender looks at {@link #isFull} before it fills a batch; a full transport
 * calls {@link Receiver#onWritable} when it has room again. Nothing on the wire makes a method
 * throw: bytes that cannot be a packet are dropped and counted, or end the transport through {@link
 * Receiver#onClosed}.
 */
public interface PacketTransport {
  /**
   * A transport over two streams, which may be one object and may live on other contexts than the
   * adapter's. Hand them over paused or at once, or bytes that arrive before {@link #open} are
   * lost.
   *
   * <p>Vert.x may close a socket of its own, by {@link io.vertx.core.Vertx#close} or when the
   * verticle that made it is undeployed, before the adapter has sent its last packets. The
   * adapter's streams then fail with {@link dev.jktcp.tcp.CloseReason#TRANSPORT_LOST}, and no peer
   * gets a FIN. If the data matters, call {@link dev.jktcp.Adapter#shutdown} first, or use a {@link
   * SocketTransport}.
   */
  static PacketTransport of(
      ReadStream<Buffer> in, WriteStream<Buffer> out, StreamTransportOptions options) {
    return new StreamTransport(in, out, options);
  }

  /** Valid once {@link #open} has completed. */
  TransportCapabilities capabilities();

  /**
   * Connects or binds the carrier and begins to deliver. A second call fails. When the future
   * fails, nothing is left open and the receiver is never called.
   *
   * @param context where the receiver is called; the caller's own
   */
  Future<Void> open(Context context, Receiver receiver);

  /**
   * Takes ownership of the batch and releases it once consumed. A batch sent while full, or after
   * the end, is dropped as by a full link: IP promises no delivery, and no queue is unbounded.
   */
  void send(PacketBatch batch);

  /** Whether to stop sending until {@link Receiver#onWritable}. */
  boolean isFull();

  /** Counters since the transport was opened. Adapter context. */
  TransportCounters counters();

  /**
   * Ends the transport and closes its own resources. Idempotent. Once this has returned to a caller
   * on the adapter's context, no receiver method is called, {@link Receiver#onClosed} included.
   */
  Future<Void> close();

  /** Called by a transport, always on the context given to {@link #open}. */
  interface Receiver {
    /** The receiver owns the batch and must release it. */
    void onBatch(PacketBatch batch);

    /** There is room again after {@link #isFull} was true. May be called without need. */
    void onWritable();

    /**
     * The transport ended by itself. Called once, as the last method.
     *
     * @param cause why, in one line fit for a user; null for an orderly end
     */
    void onClosed(Throwable cause);

    /**
     * The transport is away and is tried again. Until {@link #onBack} or {@link #onClosed} it is
     * full, drops packets sent, and delivers nothing. Called only by a transport that reconnects.
     *
     * @param cause why, in one line fit for a user
     * @param gapMs how long connections are to outlive it
     */
    default void onAway(Throwable cause, long gapMs) {}

    /** The transport is there again. */
    default void onBack(TransportLink link) {}
  }
}
