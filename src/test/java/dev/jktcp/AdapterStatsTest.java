package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.Lab;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.TransportState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an adapter has counted, and what it holds. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class AdapterStatsTest {
  private static final String PEER = AdapterPair.RIGHT.get(0);
  private static final long LONG_MS = 600_000; // of virtual time

  @Test
  void ends_areCountedByReason(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.failure(pair.left().connect(PEER, 81)); // nobody listens
    pair.connect(PEER, 80);
    TcpStream second = Await.result(pair.left().connect("fd00::2", 80));
    Await.result(second.reset());
    Await.until(vertx, () -> pair.right().stats().map(stats -> stats.connections() == 1));
    AdapterStats left = Await.result(pair.left().stats());
    assertEquals(1, left.counter("endedRefused"));
    assertEquals(1, left.counter("endedAborted"));
    assertEquals(0, left.counter("endedReset"));
    assertEquals(3, left.counter("connectionsOpened"));
    assertEquals(Map.of(TcpState.ESTABLISHED, 1), left.states());
    assertEquals(1, left.roundTrips().connections());
    assertTrue(left.roundTrips().leastNs() > 0);
    assertEquals(left.roundTrips().leastNs(), left.roundTrips().largestNs());
    assertEquals(new AdapterStats.Usage(1, 65_536), left.usage().get("connections"));
    assertEquals(TransportState.UP, left.transport().state());
    AdapterStats right = Await.result(pair.right().stats());
    assertEquals(1, right.counter("endedReset"));
    assertEquals(2, right.counter("connectionsAccepted"));
    assertEquals(0, right.usage().get("backlog").used());
  }

  @Test
  void jsonOfStats_isRead(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    pair.connect(PEER, 80);
    AdapterStats stats = Await.result(pair.left().stats());
    assertEquals(stats, AdapterStats.of(stats.toJson()));
  }

  @Test
  void whatIsSentAgain_isCounted_andStaysSoWhenItsConnectionIsOver(Vertx vertx) throws Exception {
    Lab lab = new Lab(vertx);
    PipeTransport.Pair pipe = PipeTransport.pair();
    FaultyTransport lossy =
        new FaultyTransport(pipe.left(), FaultSpec.parse("loss=0.3,seed=7"), lab.clock);
    Adapter left =
        lab.adapter(lossy, new AdapterOptions().setLocalAddresses(AdapterPair.LEFT).setMtu(1_500));
    Adapter right =
        lab.adapter(pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    Promise<Void> all = Promise.promise();
    lab.result(right.listen(80, stream -> stream.handler(data -> {}).endHandler(all::complete)));
    Future<TcpStream> connecting = left.connect(PEER, 80);
    assertTrue(lab.drive(LONG_MS, connecting::isComplete));
    TcpStream stream = connecting.result();
    Future<Void> acknowledged = stream.end(Buffer.buffer(new byte[200_000]));
    assertTrue(lab.drive(LONG_MS, () -> all.future().isComplete() && acknowledged.isComplete()));
    TcpInfo info = lab.result(stream.info());
    AdapterStats stats = lab.result(left.stats());
    assertTrue(info.retransmits() > 0, info::toString);
    assertEquals(info.retransmits(), stats.counter("retransmits"));
    assertEquals(info.bytesRetransmitted(), stats.counter("bytesRetransmitted"));
    assertEquals(info.timeouts(), stats.counter("timeouts"));
    assertEquals(info.fastRetransmits(), stats.counter("fastRetransmits"));
    lab.result(stream.reset());
    assertEquals(info.retransmits(), lab.result(left.stats()).counter("retransmits"), "it is over");
  }
}
