package dev.jktcp.bench;

import dev.jktcp.TcpStream;
import io.vertx.core.buffer.Buffer;

/** One byte through a stream, one back, and so on. */
final class StreamRoundTrips extends LoopSubject {
  private static final int TRIPS = 100;

  /** For two threads that wake each other for each trip: a wake-up takes as long as many trips. */
  private static final int WAKING_TRIPS = 20;

  private final int trips;
  private final TcpStream stream;
  final Buffer[] bytes = new Buffer[256];
  private int sent;
  private int left;
  private boolean wrong;

  StreamRoundTrips(BenchOptions options) {
    super(options, null);
    trips = lab.onOneLoop() ? TRIPS : WAKING_TRIPS;
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Buffer.buffer(new byte[] {(byte) i});
    }
    stream = lab.connect(peer -> peer.handler(peer::write));
    stream.handler(this::onEcho);
  }

  @Override
  void begin(int slices) {
    left = slices * trips;
    send();
  }

  private void send() {
    stream.write(bytes[++sent & 0xff]);
  }

  private void onEcho(Buffer data) {
    wrong |= data.length() != 1 || data.getByte(0) != (byte) sent;
    left--;
    if (left % trips == 0) {
      onSlice();
    }
    if (left > 0) {
      send();
    }
  }

  @Override
  public void verify() {
    run(2, cpuNs -> {}, () -> {});
    if (wrong) {
      throw new IllegalStateException("bench: another byte came back");
    }
  }

  @Override
  public long bytesPerSlice() {
    return 0;
  }

  @Override
  public long operationsPerSlice() {
    return trips;
  }
}
