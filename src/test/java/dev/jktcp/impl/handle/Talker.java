package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.StreamHandle;
import dev.jktcp.TcpControl;
import dev.jktcp.TcpException;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.time.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The user of one end of a stream: writes so much, reads what comes, and ends it in one way or
 * another. Lab's thread only.
 */
final class Talker {
  /** How it ends. */
  enum Plan {
    /** Half-close after the last byte. */
    END,
    /** Close after the last byte and the peer's end. */
    CLOSE_AFTER_END,
    /** Close after the last byte. */
    CLOSE,
    /** Reset at some time. */
    RESET
  }

  private static final int MAX_PIECE = 30_000;
  private static final int MAX_PAUSES = 20;
  private static final long END_PATIENCE_MS = 60_000;
  private static final String HANDLE_CLOSED = "connection aborted: its handle was closed";

  private final ManualClock clock;
  private final SimRandom random;
  private final Plan plan;
  private final Buffer toSend;
  private final boolean polite; // heeds the write queue
  private final Buffer received = Buffer.buffer();
  private final List<String> events = new ArrayList<>();
  private final List<Future<?>> promised = new ArrayList<>();
  private Context context;
  private StreamHandle stream; // null until it is open
  private Throwable failure; // of opening
  private Throwable error;
  private int written;
  private int urgentEnd; // of what was written
  private int urgentHeard; // the end, of what is read
  private int whole = Integer.MAX_VALUE; // bytes, if not all that were written
  private boolean waiting;
  private int pauses;
  private boolean endCalled;
  private boolean endHeard;
  private Future<Void> finished; // of how it ended
  private Timer patience;

  Talker(ManualClock clock, SimRandom random, Plan plan) {
    this.clock = clock;
    this.random = random;
    this.plan = plan;
    int most = random.oneOf(0, 1, 1000, 30_000, 30_000, 200_000);
    byte[] bytes = new byte[(int) random.between(0, most)];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) random.nextLong();
    this.toSend = Buffer.buffer(bytes);
    this.polite = random.chance(0.5);
  }

  void fail(Throwable cause) {
    failure = cause;
  }

  void begin(StreamHandle opened) {
    assertTrue(stream == null, "opened twice");
    stream = opened;
    context = Vertx.currentContext();
    stream.handler(this::onData);
    stream.endHandler(v -> onEnd());
    stream.exceptionHandler(this::onError);
    stream.closeHandler(v -> onClose());
    stream.drainHandler(v -> goOn());
    TcpControl.of(stream).urgentHandler(this::onUrgent);
    if (plan == Plan.RESET) later(random.between(1, 3000), () -> promised.add(stream.reset()));
    later(random.between(1, 50), this::goOn);
  }

  private void later(long ms, Runnable task) {
    clock.once(ms, () -> context.runOnContext(v -> task.run()));
  }

  private void assertHere() {
    assertEquals(context, Vertx.currentContext(), "a handler's context");
  }

  // Writing.

  private void goOn() {
    if (endCalled || waiting || stream.closeReason() != null) return;
    while (written < toSend.length()) {
      if (polite && stream.writeQueueFull()) return; // the drain handler goes on
      int length = (int) Math.min(random.between(1, MAX_PIECE), toSend.length() - written);
      write(length);
      if (random.chance(0.3)) {
        waiting = true;
        later(random.between(1, 300), this::stopWaiting);
        return;
      }
    }
    endCalled = true;
    if (plan == Plan.END) {
      finished = stream.end();
      promised.add(finished);
    } else if (plan == Plan.CLOSE) {
      finished = stream.close();
      promised.add(finished);
    } else if (plan == Plan.CLOSE_AFTER_END && endHeard) {
      closeNow();
    }
    // A reset may have been lost on the wire.
    patience = clock.once(END_PATIENCE_MS, () -> context.runOnContext(v -> loseIt()));
  }

  private void loseIt() {
    if (!events.contains("close")) promised.add(stream.close());
  }

  private void write(int length) {
    Buffer data = toSend.getBuffer(written, written + length);
    boolean urgent = length % 5 == 0;
    Future<Void> write = urgent ? TcpControl.of(stream).writeUrgent(data) : stream.write(data);
    written += length;
    if (urgent) urgentEnd = written;
    promised.add(write);
    int end = written;
    write.onFailure(cause -> onWriteFailure(cause, end - length));
  }

  /** What comes behind the orderly end of its handle is refused, and no part of the whole. */
  private void onWriteFailure(Throwable cause, int from) {
    if (HANDLE_CLOSED.equals(cause.getMessage())) whole = Math.min(whole, from);
  }

  private void stopWaiting() {
    waiting = false;
    goOn();
  }

  private void closeNow() {
    finished = stream.close();
    promised.add(finished);
  }

  // Reading.

  private void onData(Buffer data) {
    assertHere();
    if (endHeard || events.contains("close")) throw new AssertionError("data after the end");
    received.appendBuffer(data);
    if (pauses < MAX_PAUSES && random.chance(0.1)) {
      pauses++;
      stream.pause();
      later(random.between(1, 500), () -> stream.resume());
    }
  }

  private void onUrgent(int ahead) {
    assertHere();
    assertTrue(ahead > 0, "nothing is ahead");
    int end = received.length() + ahead;
    assertTrue(end > urgentHeard, "urgent data is announced once");
    urgentHeard = end;
  }

  private void onEnd() {
    assertHere();
    events.add("end");
    endHeard = true;
    if (plan == Plan.CLOSE_AFTER_END && endCalled) closeNow();
  }

  private void onError(Throwable cause) {
    assertHere();
    events.add("error");
    error = cause;
  }

  private void onClose() {
    assertHere();
    events.add("close");
    if (patience != null) patience.cancel();
  }

  // What is checked.

  /** Whether all it was promised has come true. */
  boolean isOver() {
    if (stream == null) return failure != null;
    return events.contains("close") && promised.stream().allMatch(Future::isComplete);
  }

  boolean isOpen() {
    return stream != null;
  }

  /** Whether nothing went wrong. */
  boolean succeeded() {
    return stream != null
        && error == null
        && endHeard
        && finished != null
        && finished.succeeded()
        && promised.stream().allMatch(Future::succeeded);
  }

  void check(Talker peer) {
    if (stream == null) {
      assertNotNull(failure.getMessage());
      return;
    }
    CloseReason reason = stream.closeReason();
    assertNotNull(reason, "a stream that is over has a reason");
    assertEquals(1, events.stream().filter("close"::equals).count(), events::toString);
    assertEquals("close", events.get(events.size() - 1), events::toString);
    assertEquals(reason == CloseReason.CLOSED, error == null, () -> reason + " and " + error);
    if (error instanceof TcpException tcp) assertEquals(reason, tcp.reason());
    assertEquals(reason == CloseReason.CLOSED ? 0 : 1, count("error"), events::toString);
    assertTrue(count("end") <= 1, events::toString);
    assertTrue(urgentHeard <= peer.urgentEnd, "urgent is what was said to be");
    Buffer sent = peer.toSend.slice(0, peer.written);
    assertTrue(received.length() <= sent.length(), "more than was sent");
    assertEquals(sent.slice(0, received.length()), received, "not what was sent");
    if (endHeard && received.length() < Math.min(peer.whole, sent.length())) {
      throw new AssertionError("an end after " + received.length() + " of " + sent.length());
    }
  }

  private long count(String event) {
    return events.stream().filter(event::equals).count();
  }

  @Override
  public String toString() {
    return plan
        + (stream == null ? " not open: " + failure : "")
        + " wrote "
        + written
        + " of "
        + toSend.length()
        + " read "
        + received.length()
        + " "
        + events
        + (stream == null ? "" : " " + stream.closeReason())
        + (error == null ? "" : " " + error.getMessage())
        + " promised "
        + promised.stream().map(f -> f.isComplete() ? f.succeeded() ? "+" : "-" : "?").toList();
  }
}
