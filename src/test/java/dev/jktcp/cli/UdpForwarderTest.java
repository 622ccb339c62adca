package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import dev.jktcp.testkit.HandSocket;
import dev.jktcp.testkit.ManualClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A forwarder without sockets or clock: the test plays both. */
class UdpForwarderTest {
  private static final String TARGET = "10.0.0.2";

  private final ManualClock clock = new ManualClock();
  private final HandSocket front = new HandSocket();
  private final List<HandSocket> ways = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final List<String> gaveWay = new ArrayList<>();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final Terminal terminal = new Terminal(true, Map.of("TERM", "xterm")::get, () -> null);
  private final Progress progress =
      new Progress(clock, new StatusLine(new PrintStream(screen, true), terminal, Runnable::run));
  private Future<Void> found = Future.succeededFuture();
  private UdpForwarder forwarder = forwarder(new UdpLimits(2, 1_000, 3, 100, 150));

  private UdpForwarder forwarder(UdpLimits limits) {
    return new UdpForwarder(front, this::way, limits, clock, new Log());
  }

  private Future<UdpForwarder.Way> way() {
    return found.map(
        v -> {
          ways.add(new HandSocket());
          return new UdpForwarder.Way(ways.get(ways.size() - 1), TARGET, 53);
        });
  }

  private static SocketAddress client(int port) {
    return SocketAddress.inetSocketAddress(port, "127.0.0.1");
  }

  private static SocketAddress target() {
    return SocketAddress.inetSocketAddress(53, TARGET);
  }

  private void passes(long ms) {
    long untilNs = clock.nanoTime() + ms * 1_000_000;
    while (clock.step(untilNs)) {}
  }

  @Test
  void eachClient_hasItsOwnWay_andItsOwnAnswers() {
    front.comes(client(1), "one");
    front.comes(client(2), "two");
    front.comes(client(1), "three");
    assertEquals(2, ways.size());
    assertEquals(List.of("one>10.0.0.2:53", "three>10.0.0.2:53"), ways.get(0).sent);
    assertEquals(List.of("two>10.0.0.2:53"), ways.get(1).sent);
    ways.get(1).comes(target(), "answer");
    ways.get(0).comes(target(), "ANSWER");
    assertEquals(List.of("answer>127.0.0.1:2", "ANSWER>127.0.0.1:1"), front.sent);
  }

  @Test
  void answerOfAnotherHostOrPort_isDropped() {
    front.comes(client(1), "one");
    ways.get(0).comes(SocketAddress.inetSocketAddress(54, TARGET), "x");
    ways.get(0).comes(SocketAddress.inetSocketAddress(53, "10.0.0.3"), "x");
    assertEquals(List.of(), front.sent);
  }

  /** An address as Java writes it, and as the stack does. */
  @Test
  void addressInOtherWords_isTheSame() {
    UdpForwarder.Way way = new UdpForwarder.Way(front, "0:0:0:0:0:0:0:1", 53);
    assertEquals(true, way.leadsTo(SocketAddress.inetSocketAddress(53, "::1")));
    assertEquals(false, way.leadsTo(SocketAddress.inetSocketAddress(53, "::2")));
    assertEquals("::", way.wildcard());
    UdpForwarder.Way onlyPeer = new UdpForwarder.Way(front, null, 53);
    assertEquals(true, onlyPeer.leadsTo(target()));
    assertEquals("0.0.0.0", onlyPeer.wildcard());
  }

  /** Both have just sent again after an answer. */
  @Test
  void clientTooMany_isDropped_whileAllAreTalking() {
    forwarder = forwarder(new UdpLimits(2, 300_000, 3, 100, 150));
    converse(1, 0);
    converse(2, 1);
    front.comes(client(3), "three");
    assertEquals(2, ways.size());
    assertEquals(List.of("127.0.0.1:3: is one too many: 2 clients"), complaints);
    passes(119_000);
    front.comes(client(2), "again");
    passes(999);
    front.comes(client(3), "three");
    assertEquals(2, ways.size());
    passes(1);
    front.comes(client(3), "three");
    assertEquals(List.of("three>10.0.0.2:53"), ways.get(2).sent);
    assertEquals(List.of(1, 0, 0), closes());
    assertEquals(List.of("127.0.0.1:1 to 127.0.0.1:3, 1"), gaveWay);
  }

  private void converse(int port, int way) {
    front.comes(client(port), "question");
    ways.get(way).comes(target(), "answer");
    front.comes(client(port), "thanks");
  }

  private List<Integer> closes() {
    return ways.stream().map(way -> way.closes).toList();
  }

  /** As a resolver that takes a port for each question: 1,024 of them must not block the rest. */
  @Test
  void answeredClient_thatSendsNothingMore_givesWay_theLongestSilentFirst() {
    forwarder = forwarder(new UdpLimits(3, 300_000, 3, 100, 150));
    for (int port = 1; port <= 3; port++) {
      front.comes(client(port), "question");
      ways.get(port - 1).comes(target(), "answer");
      passes(500);
    }
    ways.get(0).comes(target(), "more"); // now the second is the one that is silent longest
    passes(999);
    front.comes(client(4), "four");
    assertEquals(List.of("127.0.0.1:4: is one too many: 3 clients"), complaints);
    passes(1);
    front.comes(client(4), "four");
    assertEquals(List.of(0, 1, 0, 0), closes());
    passes(2_000);
    front.comes(client(5), "five"); // the third, and not the fourth, which waits for its answer
    assertEquals(List.of(0, 1, 1, 0, 0), closes());
    assertEquals(
        List.of("127.0.0.1:2 to 127.0.0.1:4, 1", "127.0.0.1:3 to 127.0.0.1:5, 2"), gaveWay);
  }

  /** The target answers the flood, which must neither end a conversation nor stay for ever. */
  @Test
  void floodThatIsAnswered_endsNoConversation_andLeavesItsPlaces() {
    forwarder = forwarder(new UdpLimits(4, 300_000, 3, 100, 150));
    converse(1, 0);
    for (int second = 0; second < 300; second++) {
      for (int i = 0; i < 10; i++) {
        int before = ways.size();
        front.comes(client(1_000 + 10 * second + i), "flood");
        if (ways.size() > before) {
          ways.get(before).comes(target(), "answer");
        }
      }
      if (second % 100 == 0) {
        front.comes(client(1), "still here");
      }
      passes(1_000);
    }
    assertEquals(0, ways.get(0).closes);
    assertEquals(4, forwarder.clients());
    passes(2_000);
    front.comes(client(2), "honest");
    assertEquals(List.of("honest>10.0.0.2:53"), ways.get(ways.size() - 1).sent);
  }

  /** One sender under many addresses fills the table with what nobody answers. */
  @Test
  void clientThatWaitsLongestForItsFirstAnswer_givesWay() {
    front.comes(client(1), "honest");
    ways.get(0).comes(target(), "answer");
    for (int port = 2; port < 100; port++) {
      front.comes(client(port), "flood");
      assertEquals(2, forwarder.clients());
    }
    front.comes(client(100), "honest, too");
    ways.get(99).comes(target(), "answer");
    assertEquals("answer>127.0.0.1:100", front.sent.get(1));
    assertEquals(0, ways.get(0).closes);
    assertEquals(98, ways.subList(1, 99).stream().filter(way -> way.closes == 1).count());
    assertEquals("127.0.0.1:99 to 127.0.0.1:100, 98", gaveWay.get(97));
    assertEquals(List.of(), complaints);
  }

  @Test
  void answers_keepAClientAlive() {
    front.comes(client(1), "one");
    for (int i = 0; i < 5; i++) {
      passes(900);
      ways.get(0).comes(target(), "answer");
    }
    assertEquals(1, forwarder.clients());
    passes(1_001);
    assertEquals(0, forwarder.clients());
    assertEquals(1, ways.get(0).closes);
  }

  @Test
  void whatWaits_isBounded_inEachDirection() {
    front.comes(client(1), "0");
    ways.get(0).sending = Promise.promise();
    for (int i = 1; i < 6; i++) front.comes(client(1), String.valueOf(i));
    assertEquals(4, ways.get(0).sent.size()); // one before, and three that wait
    ways.get(0).sending.complete();
    front.comes(client(1), "last");
    assertEquals(5, ways.get(0).sent.size());
    front.sending = Promise.promise();
    for (int i = 0; i < 6; i++) ways.get(0).comes(target(), "x");
    assertEquals(3, front.sent.size());
  }

  @Test
  void bytesThatWait_areBounded_ofEachClientAndOfAll() {
    front.comes(client(1), "x");
    ways.get(0).sending = Promise.promise();
    front.comes(client(1), "a".repeat(60));
    front.comes(client(1), "b".repeat(41)); // 101 of one client
    front.comes(client(1), "c".repeat(40));
    assertEquals(3, ways.get(0).sent.size());
    front.comes(client(2), "y");
    ways.get(1).sending = Promise.promise();
    front.comes(client(2), "d".repeat(51)); // 151 of all
    front.comes(client(2), "e".repeat(50));
    front.sending = Promise.promise();
    ways.get(1).comes(target(), "f"); // both directions count
    assertEquals(2, ways.get(1).sent.size());
    assertEquals(0, front.sent.size());
    ways.get(0).sending.complete();
    ways.get(1).sending.complete();
    front.comes(client(2), "g".repeat(120)); // alone, and within what all may have
    assertEquals(3, ways.get(1).sent.size());
    ways.get(1).comes(target(), "h");
    assertEquals(1, front.sent.size());
  }

  /** If the name is not found, the three datagrams that wait and their client are given up. */
  @Test
  void wayThatIsNotFound_isSaidOnce_andTriedAgain() {
    Promise<Void> looking = Promise.promise();
    found = looking.future();
    for (int i = 0; i < 6; i++) front.comes(client(1), "x");
    looking.fail("no such host");
    assertEquals(List.of("127.0.0.1:1: no such host"), complaints);
    assertEquals(0, forwarder.clients());
    found = Future.succeededFuture();
    front.comes(client(1), "y");
    assertEquals(List.of("y>10.0.0.2:53"), ways.get(0).sent);
  }

  @Test
  void portThatCannotBeBound_isClosed_andSaid() {
    HandSocket.refusal = "no port is left";
    try {
      front.comes(client(1), "x");
    } finally {
      HandSocket.refusal = null;
    }
    assertEquals(List.of("127.0.0.1:1: no port is left"), complaints);
    assertEquals(0, forwarder.clients());
    assertEquals(1, ways.get(0).closes);
  }

  @Test
  void datagramThatFails_andIcmp_areSaid() {
    front.comes(client(1), "x");
    ways.get(0).sending = Promise.promise();
    ways.get(0).sending.fail("at most 1232 fit");
    front.comes(client(1), "large");
    ways.get(0).trouble.handle(new IllegalStateException("unreachable"));
    assertEquals(List.of("127.0.0.1:1: at most 1232 fit", "127.0.0.1:1: unreachable"), complaints);
    assertEquals(1, forwarder.clients());
  }

  /** By the code that shows the connections of TCP. */
  @Test
  void bytesOfAllClients_areShownOnATerminal() {
    forwarder = forwarder(new UdpLimits(2, 60_000, 3, 1 << 20, 1 << 20));
    String kib64 = "x".repeat(64 * 1024);
    front.comes(client(1), kib64);
    front.comes(client(2), kib64);
    ways.get(1).comes(target(), kib64);
    passes(1_000);
    assertEquals("\r2 clients, 192.0 KiB, 192.0 KiB/s\u001b[K", screen.toString());
    screen.reset();
    ways.get(0).sending = Promise.promise(); // which does not go
    front.comes(client(1), kib64);
    passes(500);
    assertEquals("\r2 clients, 192.0 KiB, 128.0 KiB/s\u001b[K", screen.toString());
    screen.reset();
    passes(120_000); // both are forgotten
    assertEquals("\r\u001b[K", screen.toString().replaceAll("(?s).*(?=\r)", ""));
    assertEquals(0, clock.timers());
  }

  @Test
  void close_takesAllClientsAlong() {
    front.comes(client(1), "x");
    front.comes(client(2), "x");
    forwarder.close();
    assertEquals(0, forwarder.clients());
    assertEquals(List.of(1, 1), ways.stream().map(way -> way.closes).toList());
    assertEquals(1, front.closes);
    front.comes(client(3), "x");
    assertEquals(2, ways.size());
  }

  private final class Log implements PairLog {
    @Override
    public void holds(Future<?> over, Consumer<Throwable> cut) {}

    @Override
    public void begins(TcpStream stream, Pump pump) {}

    @Override
    public void begins(Transfer client) {
      progress.ofClient(client);
    }

    @Override
    public void report(TcpStream stream, Throwable failure) {}

    @Override
    public void gaveWay(String who, long times) {
      gaveWay.add(who + ", " + times);
    }

    @Override
    public void complain(String who, Throwable cause) {
      complaints.add(who + ": " + cause.getMessage());
    }
  }
}
