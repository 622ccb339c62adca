package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What an adapter holds for its users counts in {@code maxBytesHeld}, as its stack's memory does.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class MemoryBudgetTest {
  private static final int PORT = 80;
  private static final int KB = 1024;
  private static final int LIMIT = 1024 * KB;

  /** One more, and the next but one would find no memory to connect. */
  private static final int WRITERS = 16;

  private static final Logger LOG = Logger.getLogger(AdapterImpl.class.getName());

  private final List<String> warnings = new ArrayList<>();
  private final java.util.logging.Handler listener =
      new java.util.logging.Handler() {
        @Override
        public void publish(LogRecord record) {
          warnings.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private Lab lab;
  private AdapterImpl left;
  private AdapterImpl right;
  private final List<TcpStream> servers = new ArrayList<>();

  @BeforeEach
  void open(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    PipeTransport.Pair pipe = PipeTransport.pair();
    left =
        lab.adapter(
            pipe.left(),
            new AdapterOptions().setLocalAddresses(AdapterPair.LEFT).setMaxBytesHeld(LIMIT));
    right = lab.adapter(pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    lab.result(right.listen(PORT, servers::add)); // who have no handler, and so read nothing
    LOG.addHandler(listener);
    LOG.setUseParentHandlers(false);
  }

  @AfterEach
  void close() throws Exception {
    LOG.removeHandler(listener);
    LOG.setUseParentHandlers(true);
    lab.result(left.close());
    lab.result(right.close());
  }

  private TcpStream connect() throws Exception {
    return lab.result(left.connect(AdapterPair.RIGHT.get(0), PORT));
  }

  private AdapterStats stats() throws Exception {
    return lab.result(left.stats());
  }

  private void untilHeld(long least, long most) throws Exception {
    long held = -1;
    for (int i = 0; i < 200; i++) {
      held = stats().bytesHeld();
      if (held >= least && held <= most) return;
      lab.advanceMs(50);
    }
    throw new AssertionError(held + " bytes are held");
  }

  private Future<Void> write(TcpStream stream, int bytes) throws Exception {
    return lab.call(() -> stream.write(Buffer.buffer(new byte[bytes])));
  }

  private List<TcpStream> fullWriters(int count) throws Exception {
    List<TcpStream> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TcpStream stream = connect();
      streams.add(stream);
      for (int k = 0; k < 100 && !lab.call(stream::writeQueueFull); k++) {
        write(stream, 4 * KB);
        lab.settle(); // the peer takes its 64 KiB, whichever thread is the faster
      }
      assertTrue(stream.writeQueueFull());
    }
    return streams;
  }

  @Test
  void writesThatWait_count_untilThePeerHasThem() throws Exception {
    TcpStream stream = connect();
    Future<Void> written = write(stream, 600 * KB);
    lab.settle();
    assertFalse(written.isComplete());
    assertTrue(stats().bytesHeld() >= 500 * KB, stats() + "");
    assertEquals(LIMIT, stats().maxBytesHeld());
    assertTrue(stats().memoryHeld() > stats().bytesHeld());
    assertTrue(warnings.isEmpty());
    servers.get(0).handler(data -> {});
    lab.result(written);
    untilHeld(0, 0);
  }

  @Test
  void writesThatWait_countNoMore_whenTheStreamIsReset() throws Exception {
    TcpStream stream = connect();
    write(stream, 600 * KB);
    lab.result(stream.reset());
    lab.settle();
    assertEquals(0, stats().bytesHeld());
  }

  @Test
  void writeWithoutMemory_resetsItsStream_andSaysSo() throws Exception {
    TcpStream stream = connect();
    Future<Void> written = write(stream, 2 * LIMIT);
    lab.settle();
    TcpException cause = (TcpException) written.cause();
    assertEquals(CloseReason.OUT_OF_MEMORY, cause.reason());
    assertTrue(cause.getMessage().startsWith("connection reset to free memory"), cause + "");
    assertTrue(cause.getMessage().contains("maxBytesHeld"), cause + "");
    assertEquals(CloseReason.OUT_OF_MEMORY, stream.closeReason());
    assertEquals(CloseReason.RESET, servers.get(0).closeReason());
    assertEquals(0, stats().bytesHeld());
    assertEquals(1, stats().counters().get("memoryResets"));
  }

  @Test
  void writersThatHeedTheQueue_areTurnedAway_notReset() throws Exception {
    List<TcpStream> streams = fullWriters(WRITERS);
    assertTrue(stats().memoryHeld() <= LIMIT, stats() + "");
    for (TcpStream stream : streams) assertNull(stream.closeReason());
    assertEquals(1, warnings.size(), warnings + "");
    assertTrue(warnings.get(0).contains("raise maxBytesHeld"), warnings + "");
    assertTrue(warnings.get(0).contains("adapter of " + AdapterPair.LEFT), warnings + "");
    int[] drained = {0};
    for (TcpStream stream : streams) stream.drainHandler(v -> drained[0]++);
    for (TcpStream server : servers) server.handler(data -> {});
    untilHeld(0, 0);
    assertEquals(WRITERS, drained[0]);
  }

  @Test
  void streamOfAHandle_isSoonFull_fromTheStart_whileMemoryIsUsedUp() throws Exception {
    AdapterHandle handle = Await.result(left.toHandle());
    fullWriters(WRITERS);
    int[] written = {0};
    Handler<StreamHandle> fill =
        opened -> {
          while (!opened.writeQueueFull()) {
            opened.write(Buffer.buffer(new byte[KB]));
            written[0] += KB;
          }
        };
    StreamHandle stream =
        Await.result(handle.connect(AdapterPair.RIGHT.get(0), PORT).onSuccess(fill::handle));
    assertTrue(written[0] <= 32 * KB, "bytes written: " + written[0]);
    boolean[] drained = {false};
    stream.drainHandler(v -> drained[0] = true);
    for (TcpStream server : servers) server.handler(data -> {});
    for (int i = 0; i < 200 && !drained[0]; i++) lab.advanceMs(50);
    assertTrue(drained[0]);
  }

  @Test
  void unreadRestOfAFailedConnection_counts_untilItsPatienceEnds() throws Exception {
    lab.result(left.listen(PORT, servers::add));
    TcpStream client = lab.result(right.connect(AdapterPair.LEFT.get(0), PORT));
    write(client, 30 * KB);
    untilHeld(30 * KB, LIMIT);
    lab.result(client.reset());
    lab.settle();
    assertTrue(stats().bytesHeld() >= 30 * KB);
    lab.advanceMs(60_000);
    assertEquals(0, stats().bytesHeld());
  }

  @Test
  void adaptersThatNameNone_shareAQuarterOfTheHeap() throws Exception {
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    assertEquals(quarter, lab.result(right.stats()).maxBytesHeld());
    PipeTransport.Pair pipe = PipeTransport.pair();
    AdapterImpl third =
        lab.adapter(pipe.left(), new AdapterOptions().setLocalAddresses(AdapterPair.LEFT));
    lab.result(third.opened());
    lab.settle();
    assertEquals(quarter / 2, lab.result(right.stats()).maxBytesHeld());
    assertEquals(quarter / 2, lab.result(third.stats()).maxBytesHeld());
    assertEquals(LIMIT, stats().maxBytesHeld());
    lab.result(third.close());
    lab.settle();
    assertEquals(quarter, lab.result(right.stats()).maxBytesHeld());
  }
}
