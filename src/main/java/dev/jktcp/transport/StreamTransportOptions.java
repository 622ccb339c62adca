package dev.jktcp.transport;

import dev.jktcp.options.JsonKeys;
import dev.jktcp.options.Limits;
import dev.jktcp.time.Clock;
import dev.jktcp.wire.PacketFramer;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.WriteStream;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/** How {@link PacketTransport#of} uses its two streams. Read when the transport is made. */
@DataObject
public final class StreamTransportOptions {
  private static final JsonKeys<StreamTransportOptions> JSON =
      new JsonKeys<StreamTransportOptions>()
          .text("name", StreamTransportOptions::setName, StreamTransportOptions::getName)
          .integer("mtu", StreamTransportOptions::setMtu, StreamTransportOptions::getMtu)
          .integer(
              "receiveMtu",
              StreamTransportOptions::setReceiveMtu,
              StreamTransportOptions::getReceiveMtu)
          .truth(
              "byteStream",
              StreamTransportOptions::setByteStream,
              StreamTransportOptions::isByteStream)
          .truth(
              "mayMerge", StreamTransportOptions::setMayMerge, StreamTransportOptions::isMayMerge)
          .truth(
              "bufferFreeAfterWrite",
              StreamTransportOptions::setBufferFreeAfterWrite,
              options -> options.bufferFreeAfterWrite)
          .integer(
              "maxOutstandingBytes",
              StreamTransportOptions::setMaxOutstandingBytes,
              StreamTransportOptions::getMaxOutstandingBytes)
          .integer(
              "receiveWindow",
              StreamTransportOptions::setReceiveWindow,
              StreamTransportOptions::getReceiveWindow)
          .time(
              "closeTimeoutMs",
              StreamTransportOptions::setCloseTimeout,
              StreamTransportOptions::getCloseTimeout);

  private String name = "stream";
  private int mtu = PacketFramer.MAX_PACKET;
  private int receiveMtu = PacketFramer.MAX_PACKET;
  private boolean byteStream = true;
  private boolean mayMerge = true;
  private Boolean bufferFreeAfterWrite;
  private int maxOutstandingBytes = 256 * 1024;
  private int receiveWindow = 16;
  private Duration closeTimeout = Duration.ofSeconds(1);
  private Buffer firstBytes;
  private Supplier<Future<Void>> closer = Future::succeededFuture;
  private Clock clock;

  public StreamTransportOptions() {}

  /** A copy. */
  public StreamTransportOptions(StreamTransportOptions other) {
    name = other.name;
    mtu = other.mtu;
    receiveMtu = other.receiveMtu;
    byteStream = other.byteStream;
    mayMerge = other.mayMerge;
    bufferFreeAfterWrite = other.bufferFreeAfterWrite;
    maxOutstandingBytes = other.maxOutstandingBytes;
    receiveWindow = other.receiveWindow;
    closeTimeout = other.closeTimeout;
    firstBytes = other.firstBytes;
    closer = other.closer;
    clock = other.clock;
  }

  /**
   * Reads what {@link #toJson} writes; absent keys keep their defaults. JSON has no first bytes, no
   * closer and no clock.
   *
   * @throws IllegalArgumentException with one line that names the key, for an unknown key, a value
   *     of the wrong type, or one out of range
   */
  public StreamTransportOptions(JsonObject json) {
    JSON.read(json, this);
  }

  public JsonObject toJson() {
    return JSON.write(this);
  }

  /** For messages and logs. */
  public StreamTransportOptions setName(String name) {
    this.name = Objects.requireNonNull(name);
    return this;
  }

  public String getName() {
    return name;
  }

  /**
   * Bytes of the largest packet sent. Default 65,575, the most an IP header can announce: a stream
   * has no limit of its own, and the adapter's MTU rules.
   */
  public StreamTransportOptions setMtu(int mtu) {
    this.mtu = Limits.atLeastOne("mtu", mtu);
    return this;
  }

  public int getMtu() {
    return mtu;
  }

  /** Bytes of the largest packet let in; a larger one is dropped and counted. Default 65,575. */
  public StreamTransportOptions setReceiveMtu(int receiveMtu) {
    this.receiveMtu = Limits.atLeastOne("receiveMtu", receiveMtu);
    return this;
  }

  public int getReceiveMtu() {
    return receiveMtu;
  }

  /**
   * True (default): packets lie back to back in a stream of bytes and a Buffer begins and ends
   * anywhere. False: each Buffer is one packet, both ways.
   */
  public StreamTransportOptions setByteStream(boolean byteStream) {
    this.byteStream = byteStream;
    return this;
  }

  public boolean isByteStream() {
    return byteStream;
  }

  /**
   * Whether a byte stream may carry several packets in one write. Default true. If false, a packet
   * is written only when the write before it has completed, so that no layer beneath (a NetSocket
   * inside its read handler, TLS, a socket that was full) can merge two.
   */
  public StreamTransportOptions setMayMerge(boolean mayMerge) {
    this.mayMerge = mayMerge;
    return this;
  }

  public boolean isMayMerge() {
    return mayMerge;
  }

  /**
   * Whether the write stream keeps no Buffer once the future of its write has completed. Batches
   * are then written without a copy. Default: true for a NetSocket only, because a stream that
   * keeps Buffers longer would see them change.
   */
  public StreamTransportOptions setBufferFreeAfterWrite(boolean free) {
    this.bufferFreeAfterWrite = free;
    return this;
  }

  boolean isBufferFreeAfterWrite(WriteStream<Buffer> out) {
    return bufferFreeAfterWrite != null ? bufferFreeAfterWrite : out instanceof NetSocket;
  }

  /**
   * Bytes of uncompleted writes at which the transport is full. Default 256 KiB: four full batches
   * keep a socket busy, and each byte that waits here delays every connection.
   */
  public StreamTransportOptions setMaxOutstandingBytes(int bytes) {
    this.maxOutstandingBytes = Limits.atLeastOne("maxOutstandingBytes", bytes);
    return this;
  }

  public int getMaxOutstandingBytes() {
    return maxOutstandingBytes;
  }

  /**
   * Buffers the read stream may deliver before the adapter's context has dealt with them. Default
   * 16: with the 64 KiB a NetSocket reads at most, 1 MiB when the streams live on another context.
   */
  public StreamTransportOptions setReceiveWindow(int buffers) {
    this.receiveWindow = Limits.atLeastOne("receiveWindow", buffers);
    return this;
  }

  public int getReceiveWindow() {
    return receiveWindow;
  }

  /**
   * How long {@code close()} waits for writes under way, so that the last packets (resets, for the
   * peer's sake) get out. Default 1 s: a peer that takes nothing for this long is gone.
   */
  public StreamTransportOptions setCloseTimeout(Duration closeTimeout) {
    this.closeTimeout = Limits.time("closeTimeoutMs", closeTimeout);
    return this;
  }

  public Duration getCloseTimeout() {
    return closeTimeout;
  }

  /**
   * Bytes already read from the stream, for example by a handshake; they come before all others.
   */
  public StreamTransportOptions setFirstBytes(Buffer firstBytes) {
    this.firstBytes = firstBytes;
    return this;
  }

  public Buffer getFirstBytes() {
    return firstBytes;
  }

  /**
   * Closes the transport's own resources; called once, at {@code close()} or when the transport
   * ends. Default: it owns nothing, and the streams are left open, without handlers and paused.
   */
  public StreamTransportOptions setCloser(Supplier<Future<Void>> closer) {
    this.closer = Objects.requireNonNull(closer);
    return this;
  }

  public Supplier<Future<Void>> getCloser() {
    return closer;
  }

  /** The clock that measures {@link #setCloseTimeout}. Default: real time. */
  public StreamTransportOptions setClock(Clock clock) {
    this.clock = clock;
    return this;
  }

  public Clock getClock() {
    return clock;
  }

  TransportCapabilities capabilities() {
    return new TransportCapabilities(name, mtu, receiveMtu, byteStream, byteStream && mayMerge);
  }
}
