package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.testkit.Rfc;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link TcpStream} promises, whatever it is made of. A subclass joins two streams; the
 * tests run on JUnit's thread, so each call is also one from a foreign thread.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
public abstract class TcpStreamContract {
  /** More than a send and a receive buffer hold together. */
  private static final int MORE_THAN_BUFFERS = 2 * 1024 * 1024;

  /** Two ends of one connection; nobody has set a handler yet. */
  public record Pair(TcpStream client, TcpStream server) {}

  protected Vertx vertx;
  protected TcpStream client;
  protected TcpStream server;

  /**
   * Joins two streams over an adapter each, with default options. Both live until the Vert.x of the
   * test closes.
   */
  protected abstract Pair connect(Vertx vertx) throws Exception;

  protected abstract String clientHost();

  protected abstract String serverHost();

  @BeforeEach
  void joinStreams(Vertx vertx) throws Exception {
    this.vertx = vertx;
    Pair pair = connect(vertx);
    client = pair.client;
    server = pair.server;
  }

  static Buffer random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  /** When it returns, what either side had sent before is at the other, and handlers have run. */
  private void roundTrip() throws Exception {
    Await.until(
        vertx,
        () ->
            Future.all(client.info(), server.info())
                .map(
                    both -> {
                      TcpInfo a = both.resultAt(0);
                      TcpInfo b = both.resultAt(1);
                      return a.sendQueued() == 0
                          && b.sendQueued() == 0
                          && a.bytesSent() == b.bytesReceived()
                          && b.bytesSent() == a.bytesReceived();
                    }));
  }

  // --- reading and writing

  @Test
  void bytes_flowBothWaysExactly() throws Exception {
    Recorder atClient = Recorder.of(client);
    Recorder atServer = Recorder.of(server);
    Buffer up = random(MORE_THAN_BUFFERS);
    Buffer down = random(MORE_THAN_BUFFERS + 1);
    Future<Void> upWritten = client.write(up);
    Future<Void> downWritten = server.write(down);
    Await.result(atServer.received(up.length()));
    Await.result(atClient.received(down.length()));
    Await.result(upWritten);
    Await.result(downWritten);
    assertEquals(up, atServer.bytes());
    assertEquals(down, atClient.bytes());
  }

  @Test
  void manyWrites_keepTheirOrder() throws Exception {
    Recorder atServer = Recorder.of(server);
    Buffer all = Buffer.buffer();
    Random random = new Random(1);
    List<Future<Void>> writes = new ArrayList<>();
    while (all.length() < MORE_THAN_BUFFERS) {
      Buffer next = random(random.nextInt(3000));
      all.appendBuffer(next);
      writes.add(client.write(next));
    }
    Await.result(Future.all(writes));
    Await.result(atServer.received(all.length()));
    assertEquals(all, atServer.bytes());
  }

  @Test
  void writesOfSeveralThreads_keepTheOrderOfEach() throws Exception {
    int threads = 4;
    int perThread = 5000;
    Recorder atServer = Recorder.of(server);
    List<Thread> writers = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int number = thread;
      writers.add(
          new Thread(
              () -> {
                for (int i = 0; i < perThread; i++) {
                  client.write(Buffer.buffer().appendInt(number).appendInt(i));
                }
              }));
    }
    writers.forEach(Thread::start);
    for (Thread writer : writers) writer.join();
    Await.result(atServer.received(8L * threads * perThread));
    Buffer received = atServer.bytes();
    int[] next = new int[threads];
    for (int at = 0; at < received.length(); at += 8) {
      assertEquals(next[received.getInt(at)]++, received.getInt(at + 4));
    }
  }

  @Test
  void bytesBeforeTheFirstHandler_waitForIt() throws Exception {
    Await.result(client.write(Buffer.buffer("early")));
    roundTrip();
    Recorder atServer = Recorder.of(server);
    Await.result(atServer.received(5));
    assertEquals("early", atServer.bytes().toString());
  }

  @Test
  void endBeforeTheFirstHandler_waitsForIt() throws Exception {
    Await.result(client.end());
    Await.result(server.end());
    Recorder atServer = Recorder.of(server);
    Await.result(atServer.closed());
    assertEquals(List.of("end", "close"), atServer.events());
  }

  @Test
  void writtenBuffer_mayChangeOnceWriteReturned() throws Exception {
    Buffer data = Buffer.buffer("before");
    client.write(data); // from a thread that is not the stream's
    data.setString(0, "AFTER!");
    Recorder atServer = Recorder.of(server);
    Await.result(atServer.received(6));
    assertEquals("before", atServer.bytes().toString());
  }

  @Test
  void emptyWrite_completesInItsTurn() throws Exception {
    Future<Void> big = client.write(random(MORE_THAN_BUFFERS));
    Future<Void> empty = client.write(Buffer.buffer());
    List<Boolean> bigWasDone = new ArrayList<>();
    Future<Void> order = empty.onComplete(v -> bigWasDone.add(big.isComplete()));
    Recorder.of(server);
    Await.result(order);
    assertEquals(List.of(true), bigWasDone);
    Await.result(client.write(Buffer.buffer()));
  }

  @Test
  void nullWrite_throws() {
    assertThrows(NullPointerException.class, () -> client.write((Buffer) null));
  }

  @Test
  void deliveredBuffers_areNeverLargerThan64KiB() throws Exception {
    server.pause();
    client.write(random(MORE_THAN_BUFFERS));
    roundTripUntilFull();
    Recorder atServer = Recorder.of(server);
    server.resume();
    Await.result(atServer.received(MORE_THAN_BUFFERS));
    assertTrue(atServer.sizes().stream().allMatch(size -> size > 0 && size <= 64 * 1024));
  }

  @Test
  void handlers_runOnTheContextOfTheStream() throws Exception {
    Recorder atServer = Recorder.of(server);
    client.end(Buffer.buffer("x"));
    server.end();
    Await.result(atServer.closed());
    assertEquals(List.of("data", "end", "close"), atServer.events());
    assertEquals(1, atServer.contexts().size(), () -> "contexts: " + atServer.contexts());
  }

  @Test
  void nullHandler_stopsDeliveryUntilTheNext() throws Exception {
    Recorder first = Recorder.of(server);
    Await.result(client.write(Buffer.buffer("one")));
    Await.result(first.received(3));
    server.handler(null);
    Await.result(server.info()); // the call has reached the stream's context
    Await.result(client.write(Buffer.buffer("two")));
    roundTrip();
    assertEquals("one", first.bytes().toString());
    Recorder second = Recorder.of(server);
    Await.result(second.received(3));
    assertEquals("two", second.bytes().toString());
  }

  @Test
  void strings_areWrittenInTheirEncoding() throws Exception {
    Recorder atServer = Recorder.of(server);
    Await.result(client.write("\u00e4"));
    Await.result(client.write("\u00e4", "ISO-8859-1"));
    Await.result(atServer.received(3));
    assertEquals(Buffer.buffer("\u00e4").appendByte((byte) 0xe4), atServer.bytes());
  }

  // --- files

  @TempDir Path directory;

  private String file(Buffer content) {
    Path file = directory.resolve("sent.bin");
    vertx.fileSystem().writeFileBlocking(file.toString(), content);
    return file.toString();
  }

  @Test
  void file_goesBetweenWhatIsWrittenBeforeAndBehindIt() throws Exception {
    Recorder atServer = Recorder.of(server);
    Buffer content = random(MORE_THAN_BUFFERS);
    String file = file(content);
    client.write("before");
    Future<Void> sent = client.sendFile(file);
    client.write("between");
    client.sendFile(file, MORE_THAN_BUFFERS - 3);
    client.sendFile(file, 1, 2);
    client.sendFile(file, 0, 0);
    client.end(Buffer.buffer("behind"));
    Buffer all =
        Buffer.buffer("before")
            .appendBuffer(content)
            .appendString("between")
            .appendBuffer(content.getBuffer(MORE_THAN_BUFFERS - 3, MORE_THAN_BUFFERS))
            .appendBuffer(content.getBuffer(1, 3))
            .appendString("behind");
    Await.result(atServer.received(all.length()));
    assertEquals(all, atServer.bytes());
    Await.result(sent);
    Await.result(atServer.ended());
  }

  @Test
  void file_isReadAsFastAsThePeerTakesIt() throws Exception {
    Buffer content = random(8 * MORE_THAN_BUFFERS);
    server.pause();
    Recorder atServer = Recorder.of(server);
    Future<Void> sent = client.sendFile(file(content));
    roundTripUntilFull();
    long waiting = Await.result(client.info()).sendQueued();
    assertTrue(waiting < content.length() / 2, () -> waiting + " bytes wait");
    assertFalse(sent.isComplete());
    server.resume();
    Await.result(sent);
    Await.result(atServer.received(content.length()));
    assertEquals(content, atServer.bytes());
  }

  @Test
  void fileThatIsNotThere_leavesTheStreamAsItWas() throws Exception {
    Recorder atServer = Recorder.of(server);
    Future<Void> sent = client.sendFile(directory.resolve("nothing").toString());
    client.write("after");
    Await.failure(sent);
    Await.failure(client.sendFile(file(Buffer.buffer("abc")), 4));
    String refused = Await.failure(client.sendFile(directory.toString())).getMessage();
    assertEquals("Unable to read file at path '" + directory + "': Is a directory", refused);
    Await.result(atServer.received(5));
    assertEquals("after", atServer.bytes().toString());
    assertThrows(IllegalArgumentException.class, () -> client.sendFile("x", -1));
    assertThrows(IllegalArgumentException.class, () -> client.sendFile("x", 0, -1));
  }

  @Test
  void fileThatIsCutOffMeanwhile_breaksTheConnectionOff() throws Exception {
    Buffer content = random(8 * MORE_THAN_BUFFERS);
    String file = file(content);
    server.pause();
    Recorder atServer = Recorder.of(server);
    Future<Void> sent = client.sendFile(file);
    Future<Void> end = client.end();
    roundTripUntilFull();
    vertx.fileSystem().truncateBlocking(file, content.length() / 2);
    server.resume();
    assertTrue(Await.failure(sent).getMessage().startsWith("the file ends before byte "));
    Await.failure(end);
    Await.result(atServer.closed());
    assertFalse(atServer.events().contains("end"), "a part must not look like the whole");
  }

  @Test
  void fileUnderWay_isClosedWhenTheConnectionEnds() throws Exception {
    String file = file(random(8 * MORE_THAN_BUFFERS));
    server.pause();
    Future<Void> sent = client.sendFile(file);
    Future<Void> behind = client.write("behind");
    roundTripUntilFull();
    assertEquals(1, openHandles(file));
    Await.result(client.reset());
    Await.failure(sent);
    Await.failure(behind);
    assertEquals(0, openHandles(file));
  }

  /** How many files of this process are this one. */
  private static long openHandles(String file) throws IOException {
    Path real = Path.of(file).toRealPath();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(fd -> leadsTo(fd, real)).count();
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException gone) {
      return false;
    }
  }

  // --- demand

  @Test
  void pausedStream_deliversNothing_thenEverything() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Await.result(client.write(Buffer.buffer("wait")));
    roundTrip();
    assertEquals(0, atServer.bytes().length());
    server.resume();
    Await.result(atServer.received(4));
    assertEquals("wait", atServer.bytes().toString());
  }

  @Test
  void fetch_countsBuffers() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Buffer data = random(MORE_THAN_BUFFERS);
    client.write(data);
    roundTripUntilFull();
    server.fetch(1).fetch(0).fetch(1);
    Await.until(vertx, () -> Future.succeededFuture(atServer.sizes().size() >= 2));
    roundTripUntilFull();
    assertEquals(2, atServer.sizes().size());
    server.fetch(Long.MAX_VALUE).fetch(Long.MAX_VALUE);
    Await.result(atServer.received(data.length()));
    assertEquals(data, atServer.bytes());
  }

  @Test
  void pauseInsideTheHandler_stopsAtOnce() throws Exception {
    AtomicInteger delivered = new AtomicInteger();
    server.pause();
    client.write(random(MORE_THAN_BUFFERS));
    roundTripUntilFull();
    server.handler(
        data -> {
          delivered.incrementAndGet();
          server.pause();
        });
    server.resume();
    Await.until(vertx, () -> Future.succeededFuture(delivered.get() > 0));
    roundTripUntilFull();
    assertEquals(1, delivered.get());
  }

  @Test
  void negativeFetch_throws() {
    var refused = assertThrows(IllegalArgumentException.class, () -> client.fetch(-1));
    assertEquals("fetch of -1: must be 0 or more", refused.getMessage());
  }

  @Test
  void pausedReader_closesTheWindow_andStopsTheWriter() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Buffer data = random(MORE_THAN_BUFFERS);
    Future<Void> written = client.write(data);
    roundTripUntilFull();
    assertFalse(written.isComplete());
    assertTrue(client.writeQueueFull());
    server.resume();
    Await.result(written);
    Await.result(atServer.received(data.length()));
    assertEquals(data, atServer.bytes());
  }

  /** Until the reader's window is closed. */
  private void roundTripUntilFull() throws Exception {
    Await.until(
        vertx,
        () ->
            Future.all(client.info(), server.info())
                .map(
                    both -> {
                      TcpInfo sender = both.resultAt(0);
                      TcpInfo receiver = both.resultAt(1);
                      return sender.sendQueued() > 0
                          && receiver.readable() > 0
                          && sender.sendWindow() < sender.mss()
                          && sender.inFlight() <= 1;
                    }));
  }

  // --- back-pressure of writes

  @Test
  void writeQueue_isFullAtItsMaximum_andDrainsAtHalf() throws Exception {
    server.pause();
    client.setWriteQueueMaxSize(1000);
    Promise<Void> drained = Promise.promise();
    client.drainHandler(v -> drained.tryComplete());
    assertFalse(client.writeQueueFull());
    client.write(random(MORE_THAN_BUFFERS));
    assertTrue(client.writeQueueFull());
    roundTripUntilFull();
    assertFalse(drained.future().isComplete());
    Recorder atServer = Recorder.of(server);
    server.resume();
    Await.result(drained.future());
    assertTrue(Await.result(client.info()).sendQueued() < 500);
    assertFalse(client.writeQueueFull());
    Await.result(atServer.received(MORE_THAN_BUFFERS));
  }

  @Test
  void drainHandlerSetTooLate_isStillCalled() throws Exception {
    client.setWriteQueueMaxSize(10);
    Recorder atServer = Recorder.of(server);
    client.write(random(100));
    boolean wasFull = client.writeQueueFull();
    Await.result(atServer.received(100));
    roundTrip();
    Promise<Void> drained = Promise.promise();
    client.drainHandler(v -> drained.tryComplete());
    if (wasFull) Await.result(drained.future());
    assertFalse(client.writeQueueFull());
  }

  @Test
  void writeQueueMaximumBelowOne_throws() {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> client.setWriteQueueMaxSize(0));
    assertEquals("write queue of 0 bytes: must be 1 or more", refused.getMessage());
  }

  @Test
  void pipeBothWays_echoesAndPassesTheEndOn() throws Exception {
    Future<Void> echo = server.pipeTo(server);
    Recorder atClient = Recorder.of(client);
    Buffer data = random(MORE_THAN_BUFFERS);
    client.write(data);
    client.end();
    Await.result(atClient.closed());
    Await.result(echo);
    assertEquals(data, atClient.bytes());
    assertEquals(List.of("data", "end", "close"), atClient.events());
  }

  @Test
  void pipeToAStreamOfAnotherContext_isExact() throws Exception {
    Pair onward = connect(vertx);
    Recorder atTheEnd = Recorder.of(onward.server);
    Future<Void> pipe = server.pipeTo(onward.client);
    Buffer data = random(4 * MORE_THAN_BUFFERS);
    client.end(data);
    Await.result(atTheEnd.ended());
    Await.result(pipe);
    assertEquals(data, atTheEnd.bytes());
  }

  // --- end, close, reset

  @Test
  void end_isAHalfClose() throws Exception {
    Recorder atServer = Recorder.of(server);
    Recorder atClient = Recorder.of(client);
    client.write(Buffer.buffer("question"));
    Await.result(client.end());
    Await.result(atServer.ended());
    assertEquals("question", atServer.bytes().toString());
    assertNull(client.closeReason());
    Await.result(server.write(Buffer.buffer("answer")));
    Await.result(server.end());
    Await.result(atClient.closed());
    Await.result(atServer.closed());
    assertEquals("answer", atClient.bytes().toString());
    assertEquals(List.of("data", "end", "close"), atClient.events());
    assertEquals(List.of("data", "end", "close"), atServer.events());
    assertEquals(CloseReason.CLOSED, client.closeReason());
    assertEquals(CloseReason.CLOSED, server.closeReason());
  }

  @Test
  void endTwice_isOneEnd() throws Exception {
    Recorder atServer = Recorder.of(server);
    Await.result(client.end());
    Await.result(client.end());
    server.end();
    Await.result(atServer.closed());
    assertEquals(List.of("end", "close"), atServer.events());
    Await.result(client.end());
  }

  @Test
  void endHandler_comesAfterTheBufferedData() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Await.result(client.end(Buffer.buffer("last words")));
    roundTrip();
    assertEquals(List.of(), atServer.events());
    server.resume();
    Await.result(atServer.ended());
    assertEquals(List.of("data", "end"), atServer.events());
    assertEquals("last words", atServer.bytes().toString());
  }

  @Test
  void closedConnection_keepsItsDataForAPausedReader() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Await.result(client.end(Buffer.buffer("kept")));
    Await.result(server.end());
    Await.until(vertx, () -> Future.succeededFuture(server.closeReason() != null));
    assertEquals(List.of(), atServer.events());
    server.resume();
    Await.result(atServer.closed());
    assertEquals(List.of("data", "end", "close"), atServer.events());
  }

  @Test
  void close_sendsEverythingFirst() throws Exception {
    Recorder atClient = Recorder.watching(client);
    Recorder atServer = Recorder.of(server);
    Buffer data = random(MORE_THAN_BUFFERS);
    client.write(data);
    Future<Void> closed = client.close();
    Await.result(atServer.ended());
    assertEquals(data, atServer.bytes());
    assertFalse(closed.isComplete());
    server.end();
    Await.result(closed);
    Await.result(client.close());
    Await.result(atClient.closed());
    assertEquals(List.of("end", "close"), atClient.events());
    assertEquals(CloseReason.CLOSED, client.closeReason());
  }

  /** It reads on only when its own bytes are taken, which no user does here any more. */
  @Test
  void close_sendsEverythingFirst_toAnEchoToo() throws Exception {
    Recorder atClient = Recorder.watching(client);
    server.handler(
        bytes -> {
          server.write(bytes);
          if (server.writeQueueFull()) {
            server.pause();
          }
        });
    server.drainHandler(v -> server.resume());
    Promise<Throwable> failure = Promise.promise();
    server.exceptionHandler(failure::tryComplete);
    Future<Void> written = client.write(random(8 * MORE_THAN_BUFFERS));
    client.close();
    Await.result(written);
    assertReason(CloseReason.RESET, Await.result(failure.future()));
    Await.result(atClient.closed());
    assertEquals(CloseReason.ABORTED, client.closeReason());
  }

  @Test
  void closeWithUnreadData_resetsThePeer() throws Exception {
    Recorder atServer = Recorder.of(server);
    client.pause();
    Await.result(server.write(Buffer.buffer("unread")));
    roundTrip();
    Recorder atClient = Recorder.watching(client);
    Await.result(client.close());
    Await.result(atServer.closed());
    assertEquals(List.of("error", "close"), atServer.events());
    assertReason(CloseReason.RESET, atServer.error());
    Await.result(atClient.closed());
    assertEquals(List.of("error", "close"), atClient.events());
  }

  @Test
  void dataAfterClose_resetsThePeer() throws Exception {
    Recorder atServer = Recorder.of(server);
    client.close();
    Await.result(atServer.ended());
    server.write(Buffer.buffer("too late"));
    Await.result(atServer.closed());
    assertEquals(List.of("end", "error", "close"), atServer.events());
    assertReason(CloseReason.RESET, atServer.error());
  }

  @Test
  @Rfc("9293 MUST-12")
  void reset_isAnErrorAtThePeer_afterTheDataItAcknowledged() throws Exception {
    Recorder atServer = Recorder.of(server);
    Recorder atClient = Recorder.of(client);
    Await.result(client.write(Buffer.buffer("then")));
    roundTrip();
    Await.result(client.reset());
    Await.result(atServer.closed());
    assertEquals(List.of("data", "error", "close"), atServer.events());
    assertReason(CloseReason.RESET, atServer.error());
    assertEquals(
        "connection reset by " + text(server.remoteAddress()), atServer.error().getMessage());
    Await.result(atClient.closed());
    assertEquals(List.of("error", "close"), atClient.events());
    assertReason(CloseReason.ABORTED, atClient.error());
    assertEquals(CloseReason.ABORTED, client.closeReason());
    assertEquals(CloseReason.RESET, server.closeReason());
    Await.result(client.reset());
    Await.result(server.reset());
  }

  @Test
  void errorOfAPausedStream_waitsUntilItsDataIsRead() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Await.result(client.write(Buffer.buffer("acknowledged")));
    roundTrip();
    Await.result(client.reset());
    Await.until(vertx, () -> Future.succeededFuture(server.closeReason() != null));
    assertEquals(List.of(), atServer.events());
    assertReason(CloseReason.RESET, Await.failure(server.write(Buffer.buffer("x"))));
    server.fetch(1);
    Await.result(atServer.closed());
    assertEquals("acknowledged", atServer.bytes().toString());
    assertEquals(List.of("data", "error", "close"), atServer.events());
  }

  @Test
  void closeOfAFailedPausedStream_letsGoOfItsData() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Await.result(client.write(Buffer.buffer("never read")));
    roundTrip();
    Await.result(client.reset());
    Await.until(vertx, () -> Future.succeededFuture(server.closeReason() != null));
    server.close();
    Await.result(atServer.closed());
    assertEquals(List.of("error", "close"), atServer.events());
  }

  @Test
  void handlersSetAfterTheEnd_stillHearOfIt() throws Exception {
    Await.result(client.reset());
    Await.until(vertx, () -> Future.succeededFuture(server.closeReason() != null));
    Recorder atServer = Recorder.of(server);
    Await.result(atServer.closed());
    assertTrue(atServer.events().containsAll(List.of("error", "close")));
  }

  @Test
  void pendingWrites_failWithTheirConnection() throws Exception {
    server.pause();
    Future<Void> stuck = client.write(random(MORE_THAN_BUFFERS));
    Future<Void> behind = client.write(Buffer.buffer("x"));
    Future<Void> end = client.end();
    roundTripUntilFull();
    Await.result(server.reset());
    assertReason(CloseReason.RESET, Await.failure(stuck));
    assertReason(CloseReason.RESET, Await.failure(behind));
    assertReason(CloseReason.RESET, Await.failure(end));
    assertReason(CloseReason.RESET, Await.failure(client.close()));
  }

  @Test
  void pipeIntoAConnectionThatDies_fails() throws Exception {
    Future<Void> pipe = server.pipeTo(server);
    client.pause();
    client.write(random(MORE_THAN_BUFFERS));
    Await.until(
        vertx,
        () -> server.info().map(info -> info.readable() > 0 && info.sendWindow() < info.mss()));
    Await.result(client.reset());
    assertReason(CloseReason.RESET, Await.failure(pipe));
  }

  @Test
  void writeAfterTheEnd_failsAndDoesNotThrow() throws Exception {
    client.end();
    assertRefused("write after end()", client.write(Buffer.buffer("x")));
    client.close();
    assertRefused("write after close()", client.write(Buffer.buffer("x")));
    Await.result(client.reset());
    assertReason(CloseReason.ABORTED, Await.failure(client.write(Buffer.buffer("x"))));
    assertDoesNotThrow(() -> client.end(Buffer.buffer("x")));
  }

  private void assertRefused(String message, Future<Void> write) throws Exception {
    assertEquals(message, assertInstanceOf(TcpException.class, Await.failure(write)).getMessage());
  }

  @Test
  void handlerThatThrows_harmsNothingElse() throws Exception {
    Promise<Throwable> reported = Promise.promise();
    vertx.exceptionHandler(reported::tryComplete);
    RuntimeException oops = new RuntimeException("thrown by a test");
    Buffer received = Buffer.buffer();
    Promise<Void> all = Promise.promise();
    server.handler(
        data -> {
          received.appendBuffer(data);
          if (received.length() == 6) all.tryComplete();
          throw oops;
        });
    server.endHandler(
        v -> {
          throw oops;
        });
    Await.result(client.write(Buffer.buffer("one")));
    assertSame(oops, Await.result(reported.future()));
    Await.result(client.write(Buffer.buffer("two")));
    Await.result(all.future());
    assertEquals("onetwo", received.toString());
    Await.result(client.end());
    Await.result(server.end());
  }

  // --- addresses and info

  @Test
  void addresses_areThoseOfTheTwoEnds() {
    assertEquals(clientHost(), client.localAddress().host());
    assertEquals(serverHost(), client.remoteAddress().host());
    assertEquals(client.localAddress(), server.remoteAddress());
    assertEquals(client.remoteAddress(), server.localAddress());
    assertNotEquals(client.localAddress().port(), client.remoteAddress().port());
    assertTrue(client.localAddress().port() >= 49152);
  }

  @Test
  void info_isASnapshot_alsoAfterTheEnd() throws Exception {
    Recorder.of(server);
    TcpInfo before = Await.result(client.info());
    assertEquals(TcpState.ESTABLISHED, before.state());
    assertEquals(0, before.bytesSent());
    Await.result(client.write(random(10_000)));
    roundTrip();
    TcpInfo after = Await.result(client.info());
    assertEquals(10_000, after.bytesSent());
    assertEquals(10_000, after.bytesAcked());
    assertEquals(10_000, Await.result(server.info()).bytesReceived());
    assertEquals(0, before.bytesSent());
    Await.result(client.reset());
    assertEquals(10_000, Await.result(client.info()).bytesAcked());
  }

  @Test
  void lastInfo_knowsThatAllWasRead() throws Exception {
    server.pause();
    Recorder atServer = Recorder.of(server);
    Await.result(client.end(random(10_000)));
    Await.result(server.end());
    Await.until(vertx, () -> Future.succeededFuture(server.closeReason() != null));
    server.resume();
    Await.result(atServer.closed());
    assertEquals(0, Await.result(server.info()).readable());
  }

  private static void assertReason(CloseReason reason, Throwable error) {
    assertEquals(reason, assertInstanceOf(TcpException.class, error).reason());
  }

  private static String text(io.vertx.core.net.SocketAddress address) {
    boolean v6 = address.host().indexOf(':') >= 0;
    return (v6 ? "[" + address.host() + "]" : address.host()) + ":" + address.port();
  }
}
