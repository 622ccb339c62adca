package dev.jktcp.impl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.frame.Detail;
import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.RawEnd;
import dev.jktcp.impl.frame.Said;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener of a handle, as the adapter's side keeps it. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ServedServerTest extends ServiceLab {
  private HandleEnd handle;

  @BeforeEach
  void begin() throws Exception {
    join();
    handle = handle();
  }

  private TcpStream dial(int port) throws Exception {
    return lab.result(right.connect(AdapterPair.LEFT.get(0), port));
  }

  private static TcpListenOptions on(int port) {
    return new TcpListenOptions().setPort(port);
  }

  @Test
  void listener_saysWhere() throws Exception {
    HandleEnd.Link server = handle.listen(on(0));
    assertTrue(server.has(Frame.OPENED));
    int port = assertInstanceOf(Detail.Listening.class, server.detail).local().port();
    dial(port);
  }

  @Test
  void takenPort_isRefused_withItsLine() throws Exception {
    handle.listen(on(80));
    HandleEnd.Link second = handle().listen(on(80));
    assertTrue(second.has(Frame.DONE));
    assertFalse(second.has(Frame.OPENED));
    assertTrue(second.ended().message().contains("80"), second.ended().message());
    assertTrue(second.isForgotten());
    assertEquals(1, stats().listeners());
  }

  @Test
  void badOptions_areRefused() throws Exception {
    for (TcpListenOptions bad :
        List.of(on(80).setLocalAddress("10.9.9.9"), on(80).setLocalAddress("here"))) {
      HandleEnd.Link server = handle.listen(bad);
      assertTrue(server.has(Frame.DONE));
      assertEquals(Detail.Ended.Kind.ARGUMENT, server.ended().kind());
      assertTrue(server.isForgotten());
    }
    assertNothingOpen();
  }

  @Test
  void acceptedConnection_comesWithItsListener_andWorks() throws Exception {
    HandleEnd.Link server = handle.listen(on(80));
    TcpStream peer = dial(80);
    Recorder atPeer = Recorder.of(peer);
    HandleEnd.Link link = handle.accepted.get(0);
    assertEquals(-1, link.id());
    Detail.Opened opened = (Detail.Opened) link.detail;
    assertEquals(server.id(), opened.server());
    assertEquals(peer.localAddress(), opened.remote());
    link.grant(100);
    peer.write(io.vertx.core.buffer.Buffer.buffer("ping"));
    assertEquals("ping", link.text());
    link.send("pong");
    assertEquals("pong", atPeer.bytes().toString());
    dial(80);
    assertEquals(-2, handle.accepted.get(1).id());
  }

  @Test
  void connectionThatTheHandleKnowsNoListenerOf_isReset() throws Exception {
    handle.listen(on(80));
    lab.run(() -> handle.takesNothingOn = true);
    Recorder atPeer = Recorder.of(dial(80));
    lab.settle();
    assertReset(atPeer);
    assertEquals(0, stats().connections());
  }

  @Test
  void stoppedListener_freesItsPort_andKeepsItsConnections() throws Exception {
    HandleEnd.Link server = handle.listen(on(80));
    Recorder atPeer = Recorder.of(dial(80));
    server.say(Frame.CLOSE);
    assertTrue(server.has(Frame.DONE));
    assertTrue(server.isForgotten());
    assertEquals(0, stats().listeners());
    assertTrue(
        lab.failure(right.connect(AdapterPair.LEFT.get(0), 80)).getMessage().contains("refused"));
    assertEquals(List.of(), atPeer.events());
    assertTrue(handle.listen(on(80)).has(Frame.OPENED));
  }

  @Test
  void listenerClosedBeforeItIsHeard_opensNothing() throws Exception {
    RawEnd raw = rawEnd();
    Detail listen = new Detail.Listen(on(80));
    raw.say(Said.of(1, 1).flags(Frame.OPEN | Frame.CLOSE).detail(listen));
    assertTrue(raw.nextFrame().has(Frame.GONE));
    assertNothingOpen();
  }

  private RawEnd rawEnd() throws Exception {
    RawEnd raw = new RawEnd(lab, vertx, "raw");
    JsonObject welcome = lab.result(ask(HandleEnd.hello("raw"))).body();
    raw.talkTo(welcome.getString("session"));
    return raw;
  }

  @Test
  void handleThatConfirmsNothing_isGivenNoMoreThanTheBacklog() throws Exception {
    RawEnd raw = rawEnd();
    Detail listen = new Detail.Listen(on(80).setBacklog(2));
    raw.say(Said.of(1, 1).flags(Frame.OPEN).detail(listen));
    List<Future<TcpStream>> peers = new ArrayList<>();
    for (int i = 0; i < 2; i++) peers.add(right.connect(AdapterPair.LEFT.get(0), 80));
    lab.settle();
    for (int i = 0; i < 3; i++) peers.add(right.connect(AdapterPair.LEFT.get(0), 80));
    lab.advanceMs(150);
    assertEquals(2, stats().connections());
    assertEquals(2, peers.stream().filter(Future::isComplete).count());
    raw.say(Said.of(-1, 1).heard(1).flags(Frame.ANSWER));
    raw.say(Frame.gone(Said.of(-2, 1).frame()));
    lab.advanceMs(1000); // until the SYNs come again
    assertEquals(3, stats().connections() - stats().halfOpen());
    assertEquals(1, stats().halfOpen()); // its last ACK found no room
  }

  @Test
  void gapOfAConnectionNotHeardOf_leavesRoomInTheBacklog() throws Exception {
    RawEnd raw = rawEnd();
    Detail listen = new Detail.Listen(on(80).setBacklog(1));
    raw.say(Said.of(1, 1).flags(Frame.OPEN).detail(listen));
    Recorder first = Recorder.of(dial(80));
    raw.say(Said.of(-1, 1).at(9, "gap"));
    assertReset(first);
    Recorder second = Recorder.of(dial(80));
    lab.settle();
    assertEquals(List.of(), second.events());
  }

  @Test
  void goneListener_isStopped() throws Exception {
    HandleEnd.Link server = handle.listen(on(80));
    RawEnd raw = new RawEnd(lab, vertx, "raw");
    raw.talkTo(handle.session);
    raw.say(Frame.gone(Said.of(server.id(), 1).frame()));
    assertNothingOpen();
  }

  @Test
  void silentHandle_losesListenersAndConnections_afterTheLease() throws Exception {
    handle.listen(on(80));
    Recorder atPeer = Recorder.of(dial(80));
    lab.advanceMs(1000); // all is settled
    handle.vanish();
    lab.advanceMs(AdapterOptions.DEFAULT_LEASE.toMillis() - 1100);
    assertEquals(List.of(), atPeer.events());
    lab.advanceMs(1100);
    assertReset(atPeer);
    assertNothingLeft();
  }
}
