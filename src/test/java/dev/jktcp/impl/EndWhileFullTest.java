package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An adapter closed while its transport has no room: its peers are to hear of it all the same. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class EndWhileFullTest {
  private static final int PORT = 80;
  private static final int CONNECTIONS = 3;

  private Lab lab;
  private WireTap wire;
  private AdapterImpl left;
  private AdapterImpl right;
  private final List<Recorder> atClients = new ArrayList<>();
  private final List<TcpStream> servers = new ArrayList<>();
  private Future<Void> closed;

  @BeforeEach
  void closeWhileFull(Vertx vertx) throws Exception {
    lab = new Lab(vertx);
    PipeTransport.Pair pipe = PipeTransport.pair();
    wire = new WireTap(lab, pipe.left());
    left = lab.adapter(wire, new AdapterOptions().setLocalAddresses(AdapterPair.LEFT));
    right = lab.adapter(pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    lab.result(right.listen(PORT, servers::add));
    for (int i = 0; i < CONNECTIONS; i++) {
      atClients.add(Recorder.of(lab.result(left.connect(AdapterPair.RIGHT.get(0), PORT))));
    }
    lab.settle();
    assertEquals(CONNECTIONS, servers.size());
    lab.run(() -> wire.full(true));
    closed = left.close();
    lab.settle();
  }

  private void assertStreamsHaveEnded() {
    for (Recorder client : atClients) assertEquals(List.of("error", "close"), client.events());
  }

  private List<CloseReason> peersHeard() {
    return servers.stream().map(TcpStream::closeReason).toList();
  }

  private void assertNothingIsLeft() throws Exception {
    assertTrue(closed.succeeded());
    assertTrue(wire.isClosed());
    lab.result(right.close());
    assertEquals(0, lab.timers());
  }

  @Test
  void streamsHearAtOnce_andResetsGoOutOnceThereIsRoom() throws Exception {
    assertStreamsHaveEnded();
    lab.advanceMs(499);
    assertFalse(closed.isComplete());
    lab.run(() -> wire.full(false));
    lab.settle();
    assertEquals(List.of(CloseReason.RESET, CloseReason.RESET, CloseReason.RESET), peersHeard());
    assertNothingIsLeft();
  }

  @Test
  void thereIsNeverRoom_theEndWaitsHalfASecond() throws Exception {
    lab.advanceMs(500);
    assertStreamsHaveEnded();
    assertNothingIsLeft();
  }

  @Test
  void transportLostMeanwhile_theEndWaitsNoLonger() throws Exception {
    lab.run(() -> wire.endBecause(new RuntimeException("unplugged")));
    lab.settle();
    assertStreamsHaveEnded();
    assertNothingIsLeft();
  }

  @Test
  void packetsThatComeMeanwhile_areNotAnswered() throws Exception {
    wire.forget();
    servers.get(0).write(Buffer.buffer("is anybody there?"));
    lab.settle();
    lab.run(() -> wire.full(false));
    lab.settle();
    assertEquals(CONNECTIONS, lab.call(wire::packets).size());
    assertNothingIsLeft();
  }

  @Test
  void noConnectionToReset_theEndWaitsForNothing() throws Exception {
    lab.advanceMs(500);
    assertNothingIsLeft();
    wire = new WireTap(lab, null);
    AdapterImpl idle = lab.adapter(wire, new AdapterOptions().setLocalAddresses(AdapterPair.LEFT));
    lab.settle();
    lab.run(() -> wire.full(true));
    lab.result(idle.close());
    assertEquals(0, lab.timers());
  }
}
