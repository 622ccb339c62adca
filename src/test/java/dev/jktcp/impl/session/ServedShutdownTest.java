package dev.jktcp.impl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.frame.Frame;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An adapter that is shut down lets handles close their streams; a handle that goes may have. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ServedShutdownTest extends ServiceLab {
  private static final Duration BOUND = Duration.ofSeconds(5);

  private HandleEnd handle;
  private HandleEnd.Link link;
  private Recorder peer;

  @BeforeEach
  void connect() throws Exception {
    join();
    handle = handle();
    link = handle.connect(toPeer());
    lab.settle();
    peer = lab.call(() -> Recorder.of(lastAtPeer()));
    peer.ended().onSuccess(v -> lastAtPeer().end());
    link.send("before, ");
  }

  @Test
  void shutdown_isSaid_andWaitsForWhatTheHandleWritesUntilItCloses() throws Exception {
    Future<Void> over = left.shutdown(BOUND);
    assertTrue(link.has(Frame.SHUTDOWN));
    link.send("and after");
    assertEquals(List.of("data"), peer.events());
    link.say(Frame.LEAVE | Frame.CLOSE);
    assertEquals("before, and after", peer.bytes().toString());
    assertEquals(List.of("data", "end", "close"), peer.events());
    lab.advanceMs(300); // for the goodbye
    assertTrue(over.succeeded());
    assertEquals(CloseReason.CLOSED, link.ended().reason());
    assertEquals(List.of("bye: adapter closed"), handle.events);
  }

  @Test
  void handleThatDoesNotClose_isCutOffPastTheBound() throws Exception {
    Future<Void> over = left.shutdown(BOUND);
    lab.advanceMs(4_999);
    assertEquals(List.of("data"), peer.events());
    lab.advanceMs(1);
    assertReset(peer);
    assertFalse(peer.events().contains("end"));
    assertEquals(CloseReason.ADAPTER_CLOSED, link.ended().reason());
    lab.advanceMs(300);
    assertTrue(over.succeeded());
  }

  @Test
  void handleThatResets_isNotWaitedFor() throws Exception {
    Future<Void> over = left.shutdown(BOUND);
    link.say(Frame.RESET);
    assertReset(peer);
    lab.advanceMs(300);
    assertTrue(over.succeeded());
  }

  @Test
  void whatAHandleClosedBeforeItsGoodbye_isNotReset() throws Exception {
    lab.run(() -> lastAtPeer().pause());
    link.send("x".repeat(100_000));
    link.say(Frame.LEAVE | Frame.CLOSE);
    lab.run(() -> handle.side.bye(null));
    lab.settle();
    lab.run(() -> lastAtPeer().resume());
    lab.settle();
    assertEquals(100_008, peer.bytes().length());
    assertEquals(List.of("data", "end", "close"), peer.events());
    assertNothingOpen();
  }
}
