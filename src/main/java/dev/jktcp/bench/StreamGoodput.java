package dev.jktcp.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/** Bulk data through a stream, in Buffers of 64 KiB; the reader keeps the Buffers it is given. */
final class StreamGoodput extends LoopSubject {
  private static final int KEPT = 64;

  private final WriteStream<Buffer> stream;
  final Buffer piece = Buffer.buffer(Pattern.source());
  private final Buffer[] kept = new Buffer[KEPT];
  private int deliveries;
  private long toWrite;
  private long received;
  private long target = Goodput.SLICE_BYTES;
  private boolean checks;

  StreamGoodput(BenchOptions options, Forwarding forwarding) {
    super(options, forwarding);
    stream = lab.connectSource(peer -> peer.handler(this::onBuffer));
    stream.drainHandler(v -> write());
  }

  @Override
  void begin(int slices) {
    toWrite = (long) slices * Goodput.SLICE_BYTES;
    write();
  }

  private void write() {
    while (toWrite > 0 && !stream.writeQueueFull()) {
      toWrite -= piece.length();
      stream.write(piece);
    }
  }

  private void onBuffer(Buffer data) {
    if (checks) {
      check(data);
    }
    kept[deliveries++ % KEPT] = data;
    received += data.length();
    while (received >= target) {
      target += Goodput.SLICE_BYTES;
      onSlice();
    }
  }

  private void check(Buffer data) {
    try {
      byte[] bytes = data.getBytes();
      Pattern.check(received, bytes, 0, bytes.length);
    } catch (IllegalStateException e) {
      fail(e);
    }
  }

  @Override
  public void verify() {
    checks = true;
    run(16, cpuNs -> {}, () -> {});
    checks = false;
  }

  @Override
  public long bytesPerSlice() {
    return Goodput.SLICE_BYTES;
  }

  @Override
  public long operationsPerSlice() {
    return 0;
  }
}
