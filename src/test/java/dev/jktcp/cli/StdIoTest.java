package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Standard input and output as streams that pause and fill. */
@Timeout(300)
class StdIoTest {
  private static final int CHUNK = 64 * 1024;

  private Vertx vertx;
  private Context context;

  @BeforeEach
  void startVertx() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
  }

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private <T> T onContext(Callable<T> action) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            result.complete(action.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(60, TimeUnit.SECONDS);
  }

  private StdIo stdIo(InputStream in, OutputStream out) throws Exception {
    return onContext(() -> new StdIo(vertx, in, out));
  }

  @Test
  void input_arrivesInOrderAndThenEnds() throws Exception {
    byte[] bytes = new byte[5 * CHUNK + 17];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i >> 8);
    }
    StdIo stdIo = stdIo(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream());
    Buffer heard = Buffer.buffer();
    CompletableFuture<Buffer> all = new CompletableFuture<>();
    onContext(() -> stdIo.endHandler(v -> all.complete(heard)).handler(heard::appendBuffer));
    assertEquals(Buffer.buffer(bytes), all.get());
  }

  @Test
  void pausedInput_isReadFourChunksAheadAndNoMore() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    CompletableFuture<Thread> reading = new CompletableFuture<>();
    CountDownLatch more = new CountDownLatch(10);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            reading.complete(Thread.currentThread());
            reads.incrementAndGet();
            more.countDown();
            return length;
          }
        };
    StdIo stdIo = stdIo(endless, OutputStream.nullOutputStream());
    onContext(() -> stdIo.pause().handler(data -> {}));
    Thread reader = reading.get(60, TimeUnit.SECONDS);
    // Before that it may wait for something else for a moment.
    while (reads.get() < 4 || reader.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertEquals(4, reads.get());
    onContext(stdIo::resume);
    assertTrue(more.await(60, TimeUnit.SECONDS), "reading goes on");
    onContext(stdIo::pause);
  }

  @Test
  void inputThatFails_isAnException() throws Exception {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("device gone");
          }
        };
    StdIo stdIo = stdIo(broken, OutputStream.nullOutputStream());
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    onContext(() -> stdIo.exceptionHandler(failure::complete).handler(data -> {}));
    assertEquals("standard input: device gone", failure.get().getMessage());
  }

  @Test
  void outputNobodyReads_failsTheWrite() throws Exception {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    StdIo stdIo = stdIo(InputStream.nullInputStream(), broken);
    CompletableFuture<Void> written =
        onContext(() -> stdIo.write(Buffer.buffer("x"))).toCompletionStage().toCompletableFuture();
    try {
      written.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertEquals("standard output: Broken pipe", e.getCause().getMessage());
      return;
    }
    throw new AssertionError("the write succeeded");
  }

  /** Whole arrays wait for the latch. */
  private static OutputStream waiting(CountDownLatch goOn, OutputStream to) {
    return new FilterOutputStream(to) {
      @Override
      public void write(byte[] bytes) throws IOException {
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        out.write(bytes);
      }
    };
  }

  /** Each waits with memory of its own. */
  @Test
  void emptyWritesThatWait_fillItAsWell() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    OutputStream blocked = waiting(goOn, OutputStream.nullOutputStream());
    StdIo stdIo = stdIo(InputStream.nullInputStream(), blocked);
    CompletableFuture<Void> drained = new CompletableFuture<>();
    int writes =
        onContext(
            () -> {
              stdIo.drainHandler(v -> drained.complete(null));
              int count = 0;
              for (; !stdIo.writeQueueFull() && count < 100_000; count++) {
                stdIo.write(Buffer.buffer());
              }
              return count;
            });
    goOn.countDown();
    assertTrue(writes <= 1_024, writes + " writes wait");
    drained.get(60, TimeUnit.SECONDS);
  }

  @Test
  void slowOutput_fillsAndDrainsAndIsFlushedLast() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    int[] atFlush = {-1};
    OutputStream counted =
        new FilterOutputStream(written) {
          @Override
          public void flush() {
            atFlush[0] = written.size();
          }
        };
    OutputStream slow = waiting(goOn, counted);
    StdIo stdIo = stdIo(InputStream.nullInputStream(), slow);
    CompletableFuture<Void> drained = new CompletableFuture<>();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    onContext(
        () -> {
          stdIo.drainHandler(v -> drained.complete(null));
          stdIo.write(Buffer.buffer(new byte[2 * CHUNK]));
          assertFalse(stdIo.writeQueueFull());
          stdIo.write(Buffer.buffer(new byte[2 * CHUNK]));
          assertTrue(stdIo.writeQueueFull());
          return stdIo.end().onSuccess(v -> ended.complete(null));
        });
    goOn.countDown();
    drained.get(60, TimeUnit.SECONDS);
    ended.get(60, TimeUnit.SECONDS);
    assertEquals(4 * CHUNK, atFlush[0]);
  }
}
