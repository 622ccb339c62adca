package dev.jktcp.impl.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStats;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.AdapterImpl;
import dev.jktcp.impl.Lab;
import dev.jktcp.impl.WireTap;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Census;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Two adapters in virtual time, the left one on the event bus. */
abstract class ServiceLab {
  static final String NAME = "left";
  static final String PEER = AdapterPair.RIGHT.get(0);
  static final int PORT = 80;

  final Census census = new Census();
  final Vertx vertx = census.vertx();
  final Lab lab = new Lab(vertx);
  final List<TcpStream> atPeer = new ArrayList<>();
  WireTap wire;
  AdapterImpl left;
  AdapterImpl right;
  AdapterService service;

  @AfterEach
  void closeVertx() throws Exception {
    Await.result(vertx.close());
  }

  final void join(AdapterOptions options) throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    wire = new WireTap(lab, pipe.left());
    left = lab.adapter(wire, options.setLocalAddresses(AdapterPair.LEFT));
    right = lab.adapter(pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    service = lab.result(lab.call(() -> AdapterService.open(left, NAME, true)));
    lab.result(right.listen(PORT, atPeer::add));
  }

  final void join() throws Exception {
    join(new AdapterOptions());
  }

  final HandleEnd handle() throws Exception {
    return new HandleEnd(lab, vertx, NAME);
  }

  static TcpConnectOptions toPeer() {
    return new TcpConnectOptions().setHost(PEER).setPort(PORT);
  }

  final TcpStream lastAtPeer() {
    return atPeer.get(atPeer.size() - 1);
  }

  final Future<Message<JsonObject>> ask(Object question) throws Exception {
    return lab.call(() -> vertx.eventBus().request(BusNames.adapter(NAME), question));
  }

  static Buffer bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(seed).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  final AdapterStats stats() throws Exception {
    return lab.result(left.stats());
  }

  static void assertReset(Recorder atPeer) {
    TcpException error = assertInstanceOf(TcpException.class, atPeer.error());
    assertEquals(CloseReason.RESET, error.reason());
  }

  /** Neither connections nor listeners, and nothing held for a handle. */
  final void assertNothingOpen() throws Exception {
    lab.settle();
    assertEquals(0, stats().connections());
    assertEquals(0, stats().listeners());
    assertEquals(0, stats().bytesHeld());
  }

  /** All sessions are gone, with their consumers and timers. */
  final void assertNothingLeft() throws Exception {
    assertNothingOpen();
    lab.advanceMs(150); // a tick stops itself
    assertEquals(List.of(BusNames.adapter(NAME)), census.consumers());
    assertEquals(0, lab.timers());
  }
}
