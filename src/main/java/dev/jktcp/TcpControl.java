package dev.jktcp;

import dev.jktcp.impl.Controlled;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpTuning;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/**
 * What few users need of a connection: its tuning, trouble on its path, urgent data. Methods may be
 * called from any thread; handlers run, and futures complete, on the stream's owning context.
 */
@VertxGen
public interface TcpControl {
  /**
   * Of a stream that an {@link Adapter} or an {@link AdapterHandle} gave. Of soft errors that come
   * at once the handler of a {@link StreamHandle} hears the last.
   *
   * @throws IllegalArgumentException for a stream of another maker
   */
  static TcpControl of(TcpStream stream) {
    if (stream instanceof Controlled controlled) {
      return controlled.control();
    }
    throw new IllegalArgumentException(
        "no control over this stream: use one of an Adapter or an AdapterHandle");
  }

  /** What the connection has of its own; after its end the last. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<TcpTuning> tuning();

  /**
   * Changes it, from the next segment on. {@link TcpTuning#connectTimeoutNs} means nothing any
   * more. RFC 9293 asks not to change the traffic class of a connection without a reason (SHLD-23).
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> tune(TcpTuning tuning);

  /**
   * Hears of trouble that does not end the connection (RFC 9293 §3.9.1.8): ICMP errors, and
   * retransmissions that bring no answer. Whether it passes, timers decide. Null, as at first: no
   * one is told.
   */
  @Fluent
  TcpControl softErrorHandler(@Nullable Handler<SoftError> handler);

  /**
   * Called when the peer's urgent pointer moves ahead (RFC 9293 §3.8.5), before the data is
   * delivered, which is in line with all other, with the number of bytes from the next one to be
   * delivered to the end of what is urgent. It may be more than the peer ever sends.
   */
  @Fluent
  TcpControl urgentHandler(@Nullable Handler<Integer> handler);

  /** That number now; 0 when nothing urgent is ahead. */
  Future<Integer> urgentAhead();

  /**
   * {@link TcpStream#write}, and the peer is told that what was written so far is urgent. RFC 9293
   * asks new applications not to use it (SHLD-13).
   */
  Future<Void> writeUrgent(Buffer data);
}
