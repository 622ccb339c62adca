package dev.jktcp.transport;

import dev.jktcp.time.Clock;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.function.Supplier;

/**
 * The streams beneath a tunnel, from its handshake until it is a transport.
 *
 * @param context of the caller that shakes hands
 */
record CdTunnelStreams(
    ContextInternal context,
    ReadStream<Buffer> in,
    WriteStream<Buffer> out,
    Supplier<Future<Void>> closer,
    Clock clock) {

  /**
   * @param closerOrNull null: end the write stream
   * @param clockOrNull null: real time
   */
  static CdTunnelStreams of(
      ReadStream<Buffer> in,
      WriteStream<Buffer> out,
      Supplier<Future<Void>> closerOrNull,
      Clock clockOrNull) {
    ContextInternal context = ContextInternal.current();
    if (context == null) {
      throw new IllegalStateException("cdtunnel: shake hands on a Vert.x context");
    }
    return new CdTunnelStreams(
        context,
        in,
        out,
        // A stream that is gone cannot be ended; its failure tells nothing new.
        closerOrNull != null ? closerOrNull : () -> out.end().otherwiseEmpty(),
        clockOrNull != null ? clockOrNull : Clock.of(context.owner()));
  }

  Future<Void> send(JsonObject message) {
    return out.write(CdTunnelFrame.encode(message));
  }

  /** The transport on these streams, paused until it is opened. */
  PacketTransport transport(StreamTransportOptions options, Buffer firstBytes) {
    options.setFirstBytes(firstBytes).setCloser(closer).setClock(clock);
    return PacketTransport.of(in, out, options);
  }

  void close() {
    closer.get();
  }
}
