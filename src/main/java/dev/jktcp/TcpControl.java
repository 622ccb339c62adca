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
 * The parts of a connection that few users need: its tuning, trouble on its path, urgent data.
 * Methods may be called from any thread; handlers run, and futures complete, on the stream's owning
 * context.
 */
@VertxGen
public interface TcpControl {
  /**
   * The control over a stream that an {@link Adapter} or an {@link AdapterHandle} gave. If several
   * soft errors come at once, the handler of a {@link StreamHandle} is called for the last one
   * only.
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

  /** The connection's own tuning; after its end, the last. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<TcpTuning> tuning();

  /**
   * Changes the tuning from the next segment on. {@link TcpTuning#connectTimeoutNs} has no effect
   * any more. RFC 9293 asks not to change the traffic class of a connection without a reason
   * (SHLD-23).
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> tune(TcpTuning tuning);

  /**
   * Called for trouble that does not end the connection (RFC 9293 §3.9.1.8): ICMP errors, and
   * retransmissions that bring no answer. If the trouble lasts, a timer ends the connection. Null
   * (the default) for none.
   */
  @Fluent
  TcpControl softErrorHandler(@Nullable Handler<SoftError> handler);

  /**
   * Called when the peer's urgent pointer moves ahead (RFC 9293 §3.8.5). Its argument counts the
   * bytes from the next one to be delivered to the end of the urgent data, and may be more than the
   * peer ever sends. The urgent data itself is delivered later, in line with all other data.
   */
  @Fluent
  TcpControl urgentHandler(@Nullable Handler<Integer> handler);

  /**
   * Bytes from the next one to be delivered to the end of the urgent data; 0 if nothing urgent is
   * ahead.
   */
  Future<Integer> urgentAhead();

  /**
   * Writes as {@link TcpStream#write} does, and marks all data written so far as urgent. RFC 9293
   * asks new applications not to use urgent data (SHLD-13).
   */
  Future<Void> writeUrgent(Buffer data);
}
