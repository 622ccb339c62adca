package dev.jktcp.impl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.impl.frame.AdapterName;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session ends: by its handle, by silence, with its adapter. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SessionEndTest extends ServiceLab {
  private static final long LEASE_MS = AdapterOptions.DEFAULT_LEASE.toMillis();

  private HandleEnd handle;
  private final List<HandleEnd.Link> links = new ArrayList<>();
  private final List<Recorder> peers = new ArrayList<>();

  /** Ten connections asked for, one that nobody answers, a listener and what it accepted. */
  @BeforeEach
  void openMuch() throws Exception {
    join();
    handle = handle();
    for (int i = 0; i < 10; i++) {
      links.add(handle.connect(toPeer()));
      peers.add(Recorder.of(lastAtPeer()));
    }
    handle.connect(toPeer().setHost("10.0.0.9"));
    handle.listen(new TcpListenOptions().setPort(80));
    peers.add(Recorder.of(lab.result(right.connect(AdapterPair.LEFT.get(0), 80))));
    links.add(handle.accepted.get(0));
    lab.settle();
  }

  private void assertAllReset() throws Exception {
    lab.settle();
    for (Recorder peer : peers) assertReset(peer);
    assertNothingLeft();
  }

  @Test
  void bye_resetsAllAtOnce() throws Exception {
    lab.run(() -> handle.side.bye(null));
    assertAllReset();
  }

  @Test
  void silence_resetsAllAfterTheLease() throws Exception {
    lab.advanceMs(1000);
    handle.vanish();
    lab.advanceMs(LEASE_MS);
    assertAllReset();
  }

  @Test
  void handleThatIsGone_isNoticedAtTheNextWord() throws Exception {
    lab.advanceMs(1000);
    handle.vanish();
    listenerIsUsed();
    assertAllReset();
  }

  private void listenerIsUsed() throws Exception {
    lab.result(right.connect(AdapterPair.LEFT.get(0), 80));
    lab.settle();
  }

  @Test
  void beats_keepItAlive_andAreAnswered() throws Exception {
    for (int i = 0; i < 20; i++) {
      lab.advanceMs(LEASE_MS - 1);
      handle.beat();
    }
    assertEquals(11, stats().connections()); // nobody answered the twelfth
    assertEquals(List.of(), peers.get(0).events());
    assertFalse(links.get(0).has(Frame.OVER));
  }

  @Test
  void otherSessions_liveOn() throws Exception {
    HandleEnd other = handle();
    HandleEnd.Link link = other.connect(toPeer());
    lab.run(() -> handle.side.bye(null));
    lab.settle();
    link.send("still here");
    Recorder recorder = Recorder.of(lastAtPeer());
    lab.settle();
    assertEquals("still here", recorder.bytes().toString());
    assertEquals(1, stats().connections());
  }

  // The adapter's end.

  private void assertAllTold(CloseReason reason, String bye) throws Exception {
    lab.advanceMs(50); // what is done is confirmed by then
    for (HandleEnd.Link link : links) {
      assertTrue(link.has(Frame.OVER) && link.has(Frame.DONE));
      assertEquals(reason, link.ended().reason());
    }
    assertEquals(List.of(bye), handle.events);
    lab.result(service.closed());
    assertEquals(List.of(), census.consumers());
    assertEquals(List.of(), AdapterName.taken(vertx));
    right.close();
    lab.advanceMs(1000);
    assertEquals(0, lab.timers());
  }

  @Test
  void closedAdapter_tellsAllAtOnce() throws Exception {
    lastAtPeer().write(Buffer.buffer("never read"));
    left.close();
    assertAllTold(CloseReason.ADAPTER_CLOSED, "bye: adapter closed");
    for (Recorder peer : peers) assertReset(peer);
  }

  @Test
  void lostTransport_tellsAllAtOnce() throws Exception {
    lab.run(() -> wire.endBecause(new IllegalStateException("the cable broke")));
    assertAllTold(CloseReason.TRANSPORT_LOST, "bye: transport lost: the cable broke");
  }

  @Test
  void lostTransport_waitsForWhoHasSomethingToRead() throws Exception {
    HandleEnd.Link link = links.get(9);
    lastAtPeer().write(Buffer.buffer("last words"));
    lab.settle();
    lab.run(() -> wire.endBecause(new IllegalStateException("the cable broke")));
    assertTrue(link.has(Frame.OVER));
    assertFalse(link.has(Frame.DONE));
    assertTrue(links.get(0).has(Frame.DONE));
    assertEquals(List.of(), handle.events);
    assertFalse(service.closed().isComplete());
    lab.advanceMs(LEASE_MS - 1);
    handle.beat();
    lab.advanceMs(1000);
    link.grant(4);
    assertEquals("last", link.text());
    assertFalse(link.has(Frame.DONE));
    link.grant(100);
    assertEquals("last words", link.text());
    assertAllTold(CloseReason.TRANSPORT_LOST, "bye: transport lost: the cable broke");
  }

  @Test
  void lostTransport_waitsForNobodyWhoResets() throws Exception {
    lastAtPeer().write(Buffer.buffer("last words"));
    lab.settle();
    lab.run(() -> wire.endBecause(new IllegalStateException("the cable broke")));
    assertFalse(links.get(9).has(Frame.DONE));
    links.get(9).say(Frame.RESET);
    assertAllTold(CloseReason.TRANSPORT_LOST, "bye: transport lost: the cable broke");
  }

  @Test
  void lostTransport_waitsForNobodyWhoIsSilent() throws Exception {
    lastAtPeer().write(Buffer.buffer("last words"));
    lab.settle();
    lab.run(() -> wire.endBecause(new IllegalStateException("the cable broke")));
    handle.vanish();
    lab.advanceMs(LEASE_MS);
    lab.result(service.closed());
    assertEquals(List.of(), census.consumers());
    right.close();
    lab.advanceMs(150);
    assertEquals(0, lab.timers());
  }
}
