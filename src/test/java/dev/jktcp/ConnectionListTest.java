package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an adapter's list of connections says, in hand and over the event bus. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class ConnectionListTest {
  private static final String PEER = AdapterPair.RIGHT.get(0);

  @Test
  void connection_isListedAtBothEnds_withAddressesAgeAndOwner(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx, patient(), patient());
    TcpStreamContract.Pair ends = pair.connect(PEER, 80);
    Await.result(ends.client().write(Buffer.buffer(new byte[1_000])));
    Await.until(
        vertx, () -> pair.left().connections().map(l -> only(l).tcp().bytesAcked() == 1_000));
    ConnectionInfo left = only(Await.result(pair.left().connections()));
    ConnectionInfo right = only(Await.result(pair.right().connections()));
    assertEquals(ends.client().localAddress(), left.localAddress());
    assertEquals(SocketAddress.inetSocketAddress(80, PEER), left.remoteAddress());
    assertEquals(left.localAddress(), right.remoteAddress());
    assertEquals(left.remoteAddress(), right.localAddress());
    assertEquals("stream", left.owner());
    assertTrue(left.age().toSeconds() < 100 && !left.age().isNegative(), () -> "" + left.age());
    assertEquals(TcpState.ESTABLISHED, left.tcp().state());
    assertEquals(1_000, right.tcp().bytesReceived());
    assertTrue(
        left.toString()
            .matches(
                "ESTAB +0 +0 10\\.0\\.0\\.1:\\d+ 10\\.0\\.0\\.2:80 \\d+\\.\\ds stream"
                    + "\\R\tts sack new-reno wscale:\\d+,\\d+ rto:\\d+ rtt:[\\d.]+/[\\d.]+ mss:\\d+"
                    + " pmtu:\\d+ cwnd:\\d+ bytes_sent:1000 bytes_acked:1000 segs_out:\\d+"
                    + " segs_in:\\d+ rcv_space:\\d+ snd_wnd:\\d+"),
        left::toString);
  }

  /** Sends nothing again, which its line would tell, however slow the machine is. */
  private static AdapterOptions patient() {
    Duration never = Duration.ofMinutes(1);
    return new AdapterOptions()
        .setProfile(
            TcpProfile.RELIABLE_LINK.with(p -> p.rack(false).initialRto(never).minRto(never)));
  }

  private static ConnectionInfo only(ConnectionList list) {
    assertEquals(1, list.total());
    return list.connections().get(0);
  }

  @Test
  void owners_areTold(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(pair.right().listen(80, stream -> {}));
    Await.result(pair.left().connect(PEER, 80));
    AdapterHandle handle = Await.result(pair.left().toHandle());
    AdapterHandle another = Await.result(pair.left().toHandle());
    List<StreamHandle> kept = new ArrayList<>(); // or they are reset
    kept.add(Await.result(handle.connect(PEER, 80)));
    kept.add(Await.result(another.connect(PEER, 80)));
    JsonObject order = new JsonObject().put("do", "connect").put("host", PEER).put("port", 80);
    Await.result(vertx.eventBus().request("jktcp.adapter." + handle.name(), order));
    Future<TcpStream> hopeless = pair.left().connect("10.0.0.9", 80); // nobody answers
    List<String> owners = new ArrayList<>();
    ConnectionList list = Await.result(handle.connections());
    list.connections().forEach(connection -> owners.add(connection.owner()));
    assertEquals(List.of("stream", "handle 1", "handle 2", "bus", "connecting"), owners);
    assertEquals(TcpState.SYN_SENT, list.connections().get(4).tcp().state());
    assertTrue(!hopeless.isComplete());
    kept.forEach(stream -> assertNull(stream.closeReason()));
  }

  @Test
  void handle_isToldWhatTheAdapterIs(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    pair.connect("fd00::2", 80);
    AdapterHandle handle = Await.result(pair.left().toHandle());
    ConnectionInfo here = only(Await.result(pair.left().connections()));
    ConnectionInfo there = only(Await.result(handle.connections()));
    assertEquals(here.tcp(), there.tcp());
    assertEquals(here.remoteAddress(), there.remoteAddress());
    assertEquals(Duration.ofMillis(there.age().toMillis()), there.age());
  }

  @Test
  void manyConnections_comeByPages_andWhatIsLeftIsTold(Vertx vertx) throws Exception {
    AdapterPair pair =
        AdapterPair.create(vertx, new AdapterOptions().setMaxListed(3), new AdapterOptions());
    Await.result(pair.right().listen(80, stream -> {}));
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ports.add(Await.result(pair.left().connect(PEER, 80)).localAddress().port());
    }
    AdapterHandle handle = Await.result(pair.left().toHandle());
    ConnectionList first = Await.result(handle.connections());
    assertEquals(7, first.total());
    assertEquals(3, first.connections().size());
    assertEquals(4, first.left());
    assertEquals(ports, pages(pair, handle, false));
    assertEquals(ports, pages(pair, handle, true));
    ConnectionList two = Await.result(handle.connections(5, 1));
    assertEquals(List.of(ports.get(5)), ports(two));
    assertEquals(1, two.left());
    ConnectionList behind = Await.result(handle.connections(9, 1));
    assertEquals(List.of(), behind.connections());
    assertEquals(0, behind.left());
  }

  private static List<Integer> pages(AdapterPair pair, AdapterHandle handle, boolean overBus)
      throws Exception {
    List<Integer> ports = new ArrayList<>();
    ConnectionList page;
    do {
      int skip = ports.size();
      page =
          Await.result(
              overBus ? handle.connections(skip, 100) : pair.left().connections(skip, 100));
      ports.addAll(ports(page));
    } while (page.left() > 0);
    return ports;
  }

  private static List<Integer> ports(ConnectionList list) {
    return list.connections().stream().map(c -> c.localAddress().port()).toList();
  }

  @Test
  void badPage_isRefusedInOneLine(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    AdapterHandle handle = Await.result(pair.left().toHandle());
    Throwable negative = Await.failure(handle.connections(-1, 5));
    assertInstanceOf(IllegalArgumentException.class, negative);
    assertEquals("skip: -1 is not 0 or more", negative.getMessage());
    JsonObject question = new JsonObject().put("do", "connections").put("limit", "all");
    String address = "jktcp.adapter." + handle.name();
    String refusal = Await.failure(vertx.eventBus().request(address, question)).getMessage();
    assertTrue(refusal.startsWith("limit: "), refusal);
  }
}
