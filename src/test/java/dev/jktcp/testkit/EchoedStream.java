package dev.jktcp.testkit;

import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.SplittableRandom;

/** Writes random bytes to a peer that sends them back, and checks each as it comes. */
public final class EchoedStream {
  private final TcpStream stream;
  private final SplittableRandom sent;
  private final SplittableRandom expected;
  private volatile long written;
  private volatile long received;
  private volatile boolean ended;
  private volatile Throwable failure;

  public EchoedStream(TcpStream stream, long seed) {
    this.stream = stream;
    this.sent = new SplittableRandom(seed);
    this.expected = new SplittableRandom(seed);
    stream.exceptionHandler(cause -> failure = cause);
    stream.endHandler(v -> ended = true);
    stream.handler(this::check);
  }

  /** One thread at a time. */
  public Future<Void> write(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) sent.nextInt(256);
    Future<Void> writing = stream.write(Buffer.buffer(bytes));
    if (!writing.failed()) written += length; // behind the end none counts
    return writing;
  }

  private void check(Buffer data) {
    for (int i = 0; i < data.length(); i++) {
      int wanted = expected.nextInt(256);
      if ((data.getByte(i) & 0xff) != wanted && failure == null) {
        failure = new AssertionError("wrong byte at " + (received + i));
      }
    }
    received += data.length();
  }

  public TcpStream stream() {
    return stream;
  }

  public long written() {
    return written;
  }

  public long received() {
    return received;
  }

  public boolean isEnded() {
    return ended;
  }

  /** Null for none: the stream's exception, or the first wrong byte. */
  public Throwable failure() {
    return failure;
  }
}
