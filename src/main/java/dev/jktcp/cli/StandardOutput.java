package dev.jktcp.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicReference;

/** Standard output. It remembers the first failure, because printing swallows it. Any thread. */
final class StandardOutput extends OutputStream {
  static final String NAME = "standard output";

  private final OutputStream to;
  private final AtomicReference<IOException> failure = new AtomicReference<>();

  StandardOutput(OutputStream to) {
    this.to = to;
  }

  /** Why the first write that failed did so; null if all went well. */
  IOException failure() {
    return failure.get();
  }

  /** Whether the reader of a pipe has had enough. */
  static boolean isBrokenPipe(IOException cause) {
    return "Broken pipe".equals(cause.getMessage());
  }

  @Override
  public void write(int one) throws IOException {
    remembered(() -> to.write(one));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    remembered(() -> to.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    remembered(to::flush);
  }

  private interface Output {
    void run() throws IOException;
  }

  private void remembered(Output action) throws IOException {
    try {
      action.run();
    } catch (IOException e) {
      failure.compareAndSet(null, e);
      throw e;
    }
  }
}
