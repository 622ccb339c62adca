package dev.jktcp.impl.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.HandleOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpException;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.pump.PumpedStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The orderly end of a handle, and of an adapter as a handle hears of it, frame by frame. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HandOffTest {
  private static final int CREDIT = 1000;

  private Lab lab;
  private ScriptedAdapter adapter;
  private AdapterHandle handle;
  private StreamHandle stream;
  private Recorder recorder;

  @BeforeEach
  void openStream(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    adapter = new ScriptedAdapter(lab, vertx);
    adapter.listen();
    handle = adapter.handle(new HandleOptions());
    stream = adapter.open(handle, CREDIT);
    recorder = lab.call(() -> Recorder.watching(stream));
  }

  private Future<Void> write(int length) throws Exception {
    return lab.call(() -> stream.write(Buffer.buffer(new byte[length])));
  }

  private List<Frame> heard() throws Exception {
    lab.settle();
    return adapter.heard();
  }

  private static Frame last(List<Frame> frames) {
    return frames.get(frames.size() - 1);
  }

  /** Of the channels, not of the session. */
  private static boolean saysBye(List<Frame> frames) {
    return frames.stream().anyMatch(frame -> frame.has(Frame.BYE));
  }

  @Test
  void shutdown_closesBehindWhatIsWritten_andSaysGoodbyeWhenThatIsHeard() throws Exception {
    Future<Void> over = lab.call(() -> handle.shutdown(Duration.ofSeconds(5)));
    Frame closing = last(heard());
    assertTrue(closing.has(Frame.LEAVE) && closing.has(Frame.CLOSE));
    assertFalse(closing.has(Frame.RESET));
    assertFalse(over.isComplete());
    adapter.confirm(1);
    assertTrue(saysBye(heard()));
    lab.advanceMs(300); // nobody answers the goodbye
    assertTrue(over.succeeded());
  }

  @Test
  void waitingWrites_goFirst_asCreditComes() throws Exception {
    Future<Void> written = write(2 * CREDIT);
    heard();
    Future<Void> over = lab.call(() -> handle.shutdown(Duration.ofSeconds(5)));
    Frame leaving = last(heard());
    assertTrue(leaving.has(Frame.LEAVE));
    assertFalse(leaving.has(Frame.CLOSE));
    adapter.end.say(adapter.of(1).flags(Frame.OPENED).credit(CREDIT, 2 * CREDIT));
    List<Frame> rest = heard();
    assertEquals(CREDIT, rest.get(0).length());
    assertTrue(last(rest).has(Frame.CLOSE));
    assertFalse(saysBye(rest));
    adapter.end.say(adapter.of(1).flags(Frame.OPENED).credit(2 * CREDIT, 3 * CREDIT));
    assertTrue(saysBye(heard()));
    assertTrue(written.succeeded());
    lab.advanceMs(300);
    assertTrue(over.succeeded());
  }

  @Test
  void adapterThatTakesNothing_pastTheBound_isToldToReset() throws Exception {
    write(2 * CREDIT);
    heard();
    Future<Void> over = lab.call(() -> handle.shutdown(Duration.ofSeconds(5)));
    heard();
    adapter.confirm(1);
    lab.advanceMs(4_999);
    assertFalse(saysBye(heard()));
    lab.advanceMs(1);
    List<Frame> end = heard();
    assertTrue(end.stream().anyMatch(frame -> frame.id() == 1 && frame.has(Frame.RESET)));
    assertTrue(saysBye(end));
    lab.advanceMs(300);
    assertTrue(over.succeeded());
  }

  @Test
  void streamOfAPumpThatGoesOn_isReset() throws Exception {
    lab.run(() -> ((PumpedStream) stream).incomplete(true));
    lab.call(() -> handle.shutdown(Duration.ofSeconds(5)));
    Frame reset = heard().get(0);
    assertTrue(reset.has(Frame.RESET));
    assertFalse(reset.has(Frame.CLOSE));
  }

  @Test
  void meanwhile_nothingIsTaken() throws Exception {
    lab.call(() -> handle.shutdown(Duration.ofSeconds(5)));
    assertTrue(lab.call(stream::writeQueueFull));
    TcpException refused = assertInstanceOf(TcpException.class, lab.failure(write(1)));
    assertEquals(CloseReason.ABORTED, refused.reason());
    assertInstanceOf(IllegalStateException.class, lab.failure(lab.call(() -> handle.connect(80))));
  }

  @Test
  void adapterThatShutsDown_hasItsStreamsClosed_behindWhatIsWritten() throws Exception {
    write(2 * CREDIT);
    heard();
    adapter.end.say(adapter.of(1).flags(Frame.OPENED | Frame.SHUTDOWN).credit(0, CREDIT));
    Frame leaving = last(heard());
    assertTrue(leaving.has(Frame.LEAVE));
    assertFalse(leaving.has(Frame.CLOSE));
    TcpException refused = assertInstanceOf(TcpException.class, lab.failure(write(1)));
    assertEquals(CloseReason.ADAPTER_CLOSED, refused.reason());
    adapter.end.say(adapter.of(1).flags(Frame.OPENED | Frame.SHUTDOWN).credit(CREDIT, 2 * CREDIT));
    assertTrue(last(heard()).has(Frame.CLOSE));
    assertEquals(List.of(), recorder.events());
  }
}
